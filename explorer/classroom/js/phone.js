// The light page: what the class does now fills the screen of a phone. A ballot is in this code; the pad to draw on and the chart of the
// class's models come when the class first needs them.

import { placed } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { Ballot } from "./ballot.js";
import { Front } from "./front.js";
import { ENDED, Link } from "./link.js";
import { present } from "./tally.js";
import { Votes } from "./votes.js";

/** Parts whose code comes when they are first shown: their class in the module. */
const PARTS = { map: "ClassPad", chart: "ClassChart" };
const WORDS = { map: "pad", chart: "chart" }; // their blocks of words
const PATIENCE = 1500; // ms without a connection that are not worth a word
const AGAIN = 3000; // ms until something is tried again
const COMING = 5000; // ms for which who leaves waits to be in the class first
const SKIPPED = "le-class-no-name"; // in sessionStorage: the class whose question for a name was put aside
const RENEWED = "le-class-build"; // in sessionStorage: the server's code for which this page was loaded again

/**
 * Begin; the document has the elements #main, #net, #told, #you and #delete.
 *
 * @param {object} page
 * @param {string} page.code of the class
 * @param {string} page.socket path of its socket
 * @param {string} page.explorer path of the full app
 * @param {string} page.build name of this page's code
 * @param {object} page.known what the server says of the class already
 * @param {Record<string, Record<string, string>>} page.words blocks of words.md
 * @param {Record<string, string>} page.titles titles of pages by their paths
 * @param {Record<string, string>} page.modules paths of the code of `map` and `chart`
 */
export function begin(page) {
  return new Phone(page);
}

class Phone {
  /** @param {Parameters<typeof begin>[0]} page */
  constructor(page) {
    this.code = page.code;
    this.explorer = page.explorer;
    this.words = page.words;
    this.titles = page.titles;
    this.modules = page.modules;
    const at = (id) => document.getElementById(id);
    this.main = at("main");
    this.net = at("net");
    this.told = at("told");
    this.you = at("you");
    this.wipe = at("delete");
    this.page = el("a", { className: "button" });
    this.shows = el("div", { className: "stack", hidden: true }, el("p", { textContent: page.words.phone.shows }), this.page);
    this.present = el("p", { hidden: true });
    const { phone } = page.words;
    this.title = el("p", { className: "big" });
    this.waiting = el("div", {}, this.title, el("p", { textContent: phone.waiting }), this.shows, this.present);
    this.link = new Link({ url: page.socket, as: "phone", build: page.build, known: page.known });
    this.votes = new Votes(this.link, page.words.votes, () => this.show());
    this.ballot = new Ballot(page.words.ballot, { vote: (choice) => this.votes.vote(choice), now: () => this.link.now() });
    this.counts = null;
    this.view = "";
    this.front = new Front();
    this.names = this.#names();
    /** @type {Record<string, { place: HTMLElement, part: Promise<any> | null }>} */
    this.parts = {};
    const { link } = this;
    for (const name of ["state", "here"]) link.on(name, () => this.show());
    link.on("counts", (counts) => {
      this.counts = counts;
      this.show();
    });
    for (const name of ["up", "down"]) link.on(name, () => this.#network());
    link.on("ended", ({ code, why }) => this.#over(code, why));
    link.on("build", ({ build }) => this.#renew(build));
    for (const name of ["pointerdown", "pointerup", "pointercancel"]) addEventListener(name, () => (this.touched = name === "pointerdown"));
    this.wipe.addEventListener("click", () => this.#delete());
    document.addEventListener("click", (event) => this.#leave(event));
    this.#network();
    this.show();
  }

  show() {
    const { link, words } = this;
    if (link.ended) return;
    const { state } = link;
    const view = this.front.of(state);
    if (view !== this.view) this.#turn(view);
    if (view === "ballot") this.ballot.show(state.ballot, { said: this.counts, ...this.votes.on(state.ballot) });
    else if (view === "page") this.#wait(state);
    else this.#part(view, state);
    const name = this.#name(state);
    this.you.textContent = link.role === "teacher" ? words.phone.teacher : name ? fill(words.phone.you, { name }) : "";
    this.wipe.hidden = !Object.keys(state.drawings).length;
    if (this.#in) this.leaving?.();
    this.#announce(this.#asked(view, state));
  }

  /** Whether the class knows this browser. The socket makes it a member, so not yet when a phone first shows the page. */
  get #in() {
    return this.link.role === "teacher" || this.link.no > 0;
  }

  /** The full explorer brings its bar along for who is in the class: whoever goes there sooner waits for that, as long as one waits for a page. */
  #leave(event) {
    const link = event.target.closest("a");
    if (!link || this.#in || this.link.ended) return;
    event.preventDefault();
    this.leaving = () => location.assign(link.href);
    setTimeout(this.leaving, COMING);
  }

  /**
   * What is asked, in words; "" where nothing is.
   *
   * @param {string} view
   * @param {Record<string, any>} state
   */
  #asked(view, { ballot, map, chart }) {
    const { pad, chart: charted } = this.words;
    if (view === "ballot") return `${this.ballot.heading.textContent}: ${ballot.question}`;
    if (view === "map") return !map.accepts ? pad.closed : map.label === null ? pad.any : fill(pad.wanted, { digit: map.label });
    return view === "chart" ? charted[`ask_${chart.question}`] : "";
  }

  /** Something else fills the screen: from its top, and with the keyboard where it was. */
  #turn(view) {
    const inside = this.main.contains(document.activeElement);
    this.view = view;
    this.main.replaceChildren(this.#place(view));
    if (inside) this.main.focus();
    scrollTo(0, 0);
  }

  #place(view) {
    if (view === "ballot") return this.ballot.element;
    if (view === "page") return this.waiting;
    return (this.parts[view] ??= { place: el("div", { className: "cl-part" }), part: null }).place;
  }

  /**
   * Nothing is asked: where the class is, how many are in, and a name if the class wants one. Elements stay, and with them who writes into one.
   *
   * @param {Record<string, any>} state
   */
  #wait(state) {
    const { show, settings, count } = state;
    const { phone } = this.words;
    this.title.textContent = this.#in ? phone["waiting-title"] : phone.connecting;
    const [path, query] = (show?.address ?? "").split("?");
    const title = show && this.titles[path || "home"];
    this.shows.hidden = !title;
    if (title) {
      this.page.href = this.explorer + (path === "home" ? "" : path) + (query ? `?${query}` : "");
      this.page.textContent = title;
    }
    this.present.hidden = !count;
    this.present.textContent = present(phone, count);
    const wanted = settings.names === "chosen" && this.link.role === "member" && !this.#name(state) && kept(SKIPPED) !== this.code;
    if (!wanted) this.names.remove();
    else if (this.names.parentNode !== this.waiting) this.waiting.append(this.names);
  }

  /**
   * What this browser is called in the class; "" where it has no name.
   *
   * @param {Record<string, any>} state
   */
  #name({ members }) {
    return (members.find(({ no }) => no === this.link.no) ?? this.link).name;
  }

  #names() {
    const { phone } = this.words;
    const input = el("input", { type: "text", maxLength: 20, autocomplete: "off", id: "name", "aria-describedby": "name-hint" });
    const why = el("p", { className: "trouble", role: "status" });
    const skip = el("button", { type: "button", textContent: phone["name-skip"] });
    const form = el(
      "form",
      {},
      el("label", { for: "name", textContent: phone["name-ask"] }),
      input,
      el("p", { id: "name-hint", textContent: phone["name-hint"] }),
      why,
      el("div", { className: "row" }, el("button", { className: "main", textContent: phone["name-use"] }), skip),
    );
    const card = el("section", { className: "card" }, form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { ok, why: reason } = await this.link.send("nick", { name: input.value });
      why.textContent = ok ? "" : reason;
      if (ok) card.remove();
      else input.focus();
    });
    skip.addEventListener("click", () => {
      keep(SKIPPED, this.code);
      card.remove();
      this.main.focus();
    });
    return card;
  }

  /** The pad or the chart: its code is fetched once, and again after a failure. */
  async #part(view, state) {
    const here = this.parts[view];
    const send = (kind, body) => this.link.send(kind, body);
    here.part ??= import(placed(this.modules[view])).then((module) => new module[PARTS[view]](here.place, this.words[WORDS[view]], send));
    try {
      (await here.part).show(this.link.state, this.link.no);
    } catch (error) {
      console.warn(error);
      here.part = null;
      here.place.replaceChildren(el("p", { className: "trouble", role: "alert", textContent: this.words.phone.unloaded }));
      setTimeout(() => this.view === view && this.#part(view, state), AGAIN);
    }
  }

  #network() {
    clearTimeout(this.late);
    const { link, words } = this;
    if (link.up || link.why) this.net.textContent = link.why;
    else this.late = setTimeout(() => !link.ended && (this.net.textContent = words.phone.down), PATIENCE);
    if (this.view) this.show();
  }

  /** Tell whoever cannot see it what is new. */
  #announce(text) {
    if (text && text !== this.said) this.told.textContent = this.said = text;
  }

  async #delete() {
    const { phone } = this.words;
    if (!this.sure) {
      this.sure = setTimeout(() => this.#unsure(), 2 * AGAIN);
      this.wipe.textContent = phone["delete-sure"];
      return;
    }
    this.#unsure();
    const answers = await Promise.all(Object.keys(this.link.state.drawings).map((drawing) => this.link.send("undraw", { drawing })));
    this.#announce(answers.find(({ ok }) => !ok)?.why ?? phone.deleted);
  }

  #unsure() {
    clearTimeout(this.sure);
    this.sure = 0;
    this.wipe.textContent = this.words.phone.delete;
  }

  #over(code, why) {
    const { phone } = this.words;
    const [title, text] = code === ENDED ? [phone["ended-title"], phone.ended] : [phone["outside-title"], `${why} ${phone.outside}`];
    this.ballot.close();
    this.view = "over";
    this.net.textContent = this.you.textContent = "";
    this.wipe.hidden = true;
    this.main.replaceChildren(el("div", {}, el("p", { className: "big", textContent: title }), el("p", { textContent: text })));
    this.#announce(title);
  }

  /** The server has other code: load this page again, once, and not while somebody writes, draws or waits for an answer. */
  #renew(build) {
    if (kept(RENEWED) === build) return;
    const writing = /** @type {HTMLInputElement | null} */ (document.querySelector("#name:focus"))?.value;
    if (this.touched || writing || this.link.waiting.size) setTimeout(() => this.#renew(build), AGAIN);
    else if (keep(RENEWED, build)) location.reload();
  }
}

function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // this browser keeps nothing
  }
}

function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
}
