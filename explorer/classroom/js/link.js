// The one socket between a browser and its class. What comes down has numbers, so nothing is applied twice; what goes up has an id and is
// repeated until it is answered, so nothing is lost where the network is. Pages without https have neither randomUUID nor service workers.

import { placed } from "../../browser/js/base.js";
import { after, EMPTY } from "./reducer.js";

const SILENT = 40_000; // ms without a word, after which the connection counts as dead; the server says something every 15 s
const DOUBTFUL = 20_000; // the same for a page that has just woken
const LOOK = 5_000; // ms between two looks at the silence
const SET = 1_000; // ms by which this computer's clock was set, or stood still while it slept: then the server's time is asked for anew
const [SOONEST, LATEST] = [250, 5_000]; // ms before a connection is tried again
const CROWDED = 15_000; // the same where there are too many
export const ENDED = 4410; // the class has ended
const OVER = new Set([4403, 4404, ENDED]); // or this browser may not, or there is no such class: trying again is no use
const TOO_MANY = 4429;

/**
 * Events: "state" { kind, body } after each change of `state`, kind "hello" for a whole one; "pointer", "counts", "go" and "here" with what
 * was said; "up" and "down" { why }; "build" where the server's code is no longer this page's; "ended" { code, why } when the class is over for
 * this browser. `why` is the server's sentence, or "".
 */
export class Link extends EventTarget {
  /**
   * @param {object} to
   * @param {string} to.url path of the class's socket
   * @param {string} to.as "page", "phone", "projector" or "bar"
   * @param {number} [to.since] number of the newest event that is known here
   * @param {string} [to.build] name of this page's code; without it, the first that the server names
   * @param {object | null} [to.known] what the server said of the class with the page: n, state, role, no, name, mine
   */
  constructor({ url, as, since = 0, build = "", known = null }) {
    super();
    this.url = url;
    this.as = as;
    this.n = since;
    this.build = build;
    this.state = EMPTY;
    this.role = "";
    /** This browser's number in the class, and its name, "" where it has none. */
    this.no = 0;
    this.name = "";
    /** @type {{ votes: Record<string, Record<string, string>> }} what it has voted, by ballot and round, when the server last said so */
    this.mine = { votes: {} };
    Object.assign(this, known);
    this.up = false;
    this.ended = false;
    /** The sentence with which the server closed the newest connection. */
    this.why = "";
    /** Milliseconds by which the server's clock is ahead of this one. */
    this.ahead = 0;
    /** @type {Map<string, { frame: string, answered: (answer: { ok: boolean, why: string, b: any }) => void }>} */
    this.waiting = new Map();
    this.tries = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.watch = setInterval(() => this.#look(SILENT), LOOK);
    this.end = new AbortController();
    const { signal } = this.end;
    const now = () => this.#look(DOUBTFUL);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now(), { signal });
    for (const name of ["online", "pageshow"]) addEventListener(name, now, { signal });
    addEventListener("offline", () => this.#again(0), { signal }); // perhaps the server is on this very computer
    this.#open();
  }

  /** The server's time in milliseconds since 1970. */
  now() {
    return Date.now() + this.ahead;
  }

  /**
   * Send a word that is answered; it waits for the network and is repeated over connections until then.
   *
   * @param {string} kind
   * @param {object} body
   * @returns {Promise<{ ok: boolean, why: string, b: any }>}
   */
  send(kind, body) {
    if (this.ended) return Promise.resolve({ ok: false, why: "", b: {} });
    const id = fresh();
    const frame = JSON.stringify({ k: kind, id, b: body });
    return new Promise((answered) => {
      this.waiting.set(id, { frame, answered });
      this.#put(frame);
    });
  }

  /** Say something that is soon out of date: it is gone where there is no connection. */
  say(kind, body) {
    this.#put(JSON.stringify({ k: kind, b: body }));
  }

  /**
   * Hear what is told.
   *
   * @param {string} name
   * @param {(detail: any) => void} heard
   */
  on(name, heard) {
    this.addEventListener(name, (event) => heard(/** @type {CustomEvent} */ (event).detail));
  }

  /** Leave, for good. */
  close(code = 0) {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watch);
    clearTimeout(this.timer);
    this.end.abort();
    this.#drop();
    for (const { answered } of this.waiting.values()) answered({ ok: false, why: "", b: {} });
    this.waiting.clear();
    if (code) this.#tell("ended", { code, why: this.why });
  }

  #put(frame) {
    if (this.up) this.socket.send(frame);
  }

  #open() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const address = new URL(placed(this.url));
    address.protocol = address.protocol.replace("http", "ws");
    address.search = String(new URLSearchParams({ as: this.as, since: String(this.n) }));
    const socket = new WebSocket(address);
    this.socket = socket;
    this.heard = Date.now();
    this.began = began();
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
  }

  #drop() {
    const { socket } = this;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(); // closed now, it would complain in the console
    else socket.close();
    this.socket = null;
    if (!this.up) return;
    this.up = false;
    this.#tell("down", { why: this.why });
  }

  #closed(code, reason) {
    const { up } = this;
    this.why = reason;
    if (OVER.has(code)) {
      this.close(code);
      return;
    }
    this.#again(code === TOO_MANY ? CROWDED : Math.min(LATEST, SOONEST * 2 ** this.tries));
    if (reason && !up) this.#tell("down", { why: reason });
  }

  /** Open anew after about so long; everybody after another while, so that a class does not come back at one blow. */
  #again(delay) {
    this.#drop();
    clearTimeout(this.timer);
    this.tries += 1;
    this.timer = setTimeout(() => this.#open(), delay * (0.5 + random()));
  }

  /** Is the connection alive? One that has been silent for too long is opened anew, and one that waits for its turn at once. */
  #look(silence) {
    const set = Math.abs(began() - this.began) > SET;
    if (set || (this.socket ? Date.now() - this.heard > silence : silence === DOUBTFUL)) {
      this.tries = 0;
      this.#again(0);
    }
  }

  #hear(data) {
    this.heard = Date.now();
    if (data === "") return;
    const { k: kind, n, b: body, ...answer } = JSON.parse(data);
    if (kind === "mine") this.mine = body;
    if (kind === "hello") this.#hello(n, body);
    else if (kind === "answer") this.#answer({ ...answer, b: body ?? {} });
    else if (n === undefined) {
      this.state = after(this.state, kind, body);
      this.#tell(kind, body);
    } else if (n > this.n) {
      this.n = n;
      this.state = after(this.state, kind, body, n);
      this.#tell("state", { kind, body });
      if (kind === "end") this.close(ENDED);
    }
  }

  #hello(n, { state, role, no, name, mine, build, now }) {
    Object.assign(this, { n, state, role, no, name, mine, up: true, why: "", tries: 0, ahead: now - Date.now() });
    const other = this.build && build !== this.build;
    this.build ||= build;
    for (const { frame } of this.waiting.values()) this.socket.send(frame);
    this.#tell("up");
    this.#tell("state", { kind: "hello", body: state });
    if (other) this.#tell("build", { build });
  }

  #answer({ id, ok, why = "", b }) {
    const word = this.waiting.get(id);
    this.waiting.delete(id);
    word?.answered({ ok, why, b });
  }

  #tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

/** An id that nobody else makes: 22 letters and digits. */
export function fresh() {
  return [...crypto.getRandomValues(new Uint8Array(22))].map((byte) => (byte % 36).toString(36)).join("");
}

/** When this page began, by this computer's clock: another time once that was set. */
function began() {
  return Date.now() - performance.now();
}

function random() {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
}
