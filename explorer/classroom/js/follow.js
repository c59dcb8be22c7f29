// Following: a browser goes where its class is. One move for each place, the newest; never while a hand drags or types; and whoever goes
// elsewhere by themselves looks around until they come back.

import { again, drawn, here, ordered, pageOf, plain, turn, whenMoved } from "./place.js";

const APART = 400; // ms between two moves
const TYPED = 1_500; // ms after a letter in which nobody is moved
const PRESSED = 500; // ms after a press or a key in which no page is drawn again, since it may be about to become another
const OWN = 5_000; // ms after a press or a key in which a change of the address is the reader's own
const LOOK = 40; // ms between two looks at whether one may be moved
const PATIENCE = 4_000; // ms for a page that is being drawn
const SETTLED = 300; // ms without a run after which a page is drawn that leaves its order in the address
const SPREAD = 600; // ms over which a class has its pages drawn again

export class Follower {
  /**
   * @param {import("./link.js").Link} link
   * @param {string} base the path below which the app is served
   * @param {object} [how]
   * @param {boolean} [how.led] a projector goes wherever the class goes, at once; others wait for their turn, and may look around
   * @param {() => void} [how.changed] called when following or looking around begins
   */
  constructor(link, base, { led = false, changed = () => {} } = {}) {
    this.link = link;
    this.base = base;
    this.led = led;
    this.changed = changed;
    this.away = false; // looks around
    this.may = 0; // number of the newest place to which it may go now
    this.done = 0; // number of the newest place to which it has gone
    this.moves = 0;
    this.moving = false;
    /** @type {string | null} */
    this.rest = null; // the address at which the last move ended
    this.moved = this.typed = this.touched = -Infinity;
    this.pressed = false;
    /** What the page was last drawn with: where one may go, and the vote. @type {string | undefined} */
    this.closed = undefined;
    this.vote = "";
    /** @type {any} */
    this.ballot = null;
    this.outdated = false; // the server has other code by now: the next move loads it
    this.#feel();
    whenMoved((byHistory) => this.#elsewhere(byHistory));
    link.on("go", ({ n }) => {
      this.may = n;
      if (!this.moving && !this.#due()) link.send("arrived", { n }); // nobody need wait for who does not move
      this.#aim();
    });
    link.on("build", () => (this.outdated = true));
    link.on("state", ({ kind }) => this.#hear(kind));
    link.on("pointer", (hand) => this.#point(hand));
    link.on("down", () => this.#point(null));
  }

  /** Whether this browser goes where the class goes now. */
  get follows() {
    return this.link.state.follow.on && !this.away;
  }

  /** Back to the class. */
  comeBack() {
    this.#look(false);
    this.done = 0;
    this.may = Math.max(this.may, this.link.state.show?.n ?? 0); // one alone need not wait
    this.typed = -Infinity;
    this.#aim();
  }

  /** What this browser's hand is doing. */
  #feel() {
    const quiet = { capture: true, passive: true };
    const touch = () => (this.touched = performance.now());
    for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, (event) => event.isTrusted && touch(), quiet);
    addEventListener("pointerdown", () => (this.pressed = true), quiet);
    for (const name of ["pointerup", "pointercancel", "dragend"]) addEventListener(name, () => (this.pressed = false), quiet);
    addEventListener("blur", ({ target }) => (this.pressed &&= target instanceof Element), quiet); // the window's, not that of what had the focus
    addEventListener("pointermove", ({ buttons }) => (this.pressed &&= buttons !== 0), quiet); // let go outside of the window
    const field = 'textarea, [contenteditable], input:not([type="range"], [type="radio"], [type="checkbox"])';
    const write = (event) => {
      const [target] = event.composedPath();
      if (target instanceof Element && target.matches(field)) this.typed = performance.now();
    };
    addEventListener("input", write, quiet);
  }

  #hear(kind) {
    const { follow, settings, show, ballot } = this.link.state;
    if (kind === "hello" && this.away) this.link.send("away", { away: true });
    if (!follow.on || !follow.pointer) this.#point(null);
    const closed = JSON.stringify([settings.pace, settings.locked, settings.pace !== "free" && this.away && show]);
    const vote = JSON.stringify([ballot?.id, ballot?.round, ballot?.state]);
    const loaded = this.closed === undefined; // the page knows as much
    if (!loaded && closed !== this.closed) this.#refresh();
    else if (!loaded && vote !== this.vote) this.refresh((ballot ?? this.ballot).topic);
    Object.assign(this, { closed, vote, ballot });
    this.#aim();
  }

  /** Have the page drawn again if that topic is its own. */
  refresh(topic) {
    if (topic && topic.startsWith(`${pageOf(here(this.base))}_`)) this.#refresh();
  }

  /** Let the page know what the class has decided: what is open, locked or revealed. Not all browsers of a class at the same moment. */
  #refresh() {
    clearTimeout(this.refreshing);
    const run = () => {
      if (this.#free() && performance.now() - this.touched >= PRESSED) again();
      else this.refreshing = setTimeout(run, LOOK);
    };
    this.refreshing = setTimeout(run, this.led ? 0 : Math.random() * SPREAD);
  }

  /** Whether the class is elsewhere, and it is this browser's turn to go there. */
  #due() {
    const { show } = this.link.state;
    return show !== null && this.follows && show.n > this.done && (this.led || show.n <= this.may);
  }

  /** Go where the class is, as soon as this browser may. */
  #aim() {
    clearTimeout(this.waiting);
    if (!this.#due()) {
      this.since = undefined;
      return;
    }
    this.since ??= performance.now();
    if (this.#free() || this.#tired()) this.#go(this.link.state.show);
    else this.waiting = setTimeout(() => this.#aim(), LOOK);
  }

  /** Whether neither a hand nor a page that is being drawn is in the way. */
  #free() {
    return this.#still() && drawn();
  }

  /** Whether a page has been drawn for so long that one goes on without it. */
  #tired() {
    return this.#still() && performance.now() - this.since > PATIENCE;
  }

  #still() {
    const now = performance.now();
    return !this.moving && !this.pressed && now - this.moved >= APART && now - this.typed >= TYPED;
  }

  async #go({ n, address }) {
    this.done = n;
    this.since = undefined;
    if (plain(address) !== here(this.base)) {
      this.moving = true;
      if (this.outdated) {
        location.assign(`${this.base}/${plain(address)}`);
        return;
      }
      this.moved = performance.now();
      this.moves += 1;
      document.dispatchEvent(new FocusEvent("focusin")); // parts tell Python what they have kept, as when the hand turns elsewhere
      turn(this.base, plain(address), `${n}.${this.moves}`);
      await Promise.race([new Promise((landed) => (this.landed = () => landed(null))), this.#arrival()]);
      this.moving = false;
    }
    this.rest = here(this.base);
    this.touched = -Infinity;
    this.link.send("arrived", { n });
    this.#aim();
  }

  /**
   * Settles when the page that was turned to has been drawn, although it says so nowhere: most take the order out of their address, the last
   * thing that they do. Timers, not frames: a window that is covered has none.
   */
  async #arrival() {
    const pause = () => new Promise((done) => setTimeout(done, LOOK / 2));
    const until = performance.now() + PATIENCE;
    let quiet = performance.now();
    let ran = false;
    while (performance.now() < until) {
      await pause();
      if (!drawn()) {
        ran = true;
        quiet = performance.now();
      } else if (!ordered() || (ran && performance.now() - quiet > SETTLED)) return;
    }
  }

  /** The address is another. */
  #elsewhere(byHistory) {
    if (this.moving && !ordered()) this.landed();
    if (this.led || this.moving || this.rest === null) return;
    const now = here(this.base);
    if (now === this.rest) return;
    const { show } = this.link.state;
    const own = byHistory || performance.now() - this.touched < OWN;
    this.rest = now;
    if (show && now === plain(show.address)) this.#look(false);
    else if (own && this.link.state.follow.on) this.#look(true);
  }

  #look(away) {
    if (away === this.away) return;
    this.away = away;
    if (away) this.#point(null);
    this.link.send("away", { away });
    this.changed();
  }

  /** The teacher's hand, for the planes on this page (explorer/canvas/js/cursor.js). */
  #point(hand) {
    const shown = hand?.models.length && this.follows && this.link.state.follow.pointer ? hand : null;
    if (!shown && !this.pointed) return;
    this.pointed = shown !== null;
    dispatchEvent(new CustomEvent("class-pointer", { detail: shown }));
  }
}
