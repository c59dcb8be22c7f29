// Leading: where the teacher's page is, and where the teacher's hand is on a plane, go to the class.

import { drawn, here, pageOf, plain, whenMoved } from "./place.js";

const STILL = 80; // ms in which an address does not change before the class is led there: a page may write it in two steps
const WRITTEN = 20; // the same where the page stays and is not being drawn: then a part has written it, in one step
const AGAIN = 2_000; // ms until a place that could not be told is told again
const BEAT = 100; // ms between two places of the hand
const DESK = "classroom"; // the page from which a class is steered: nobody is led there

export class Leader {
  /**
   * @param {import("./link.js").Link} link
   * @param {string} base the path below which the app is served
   * @param {(why: string) => void} [note] told why the class could not be led, and "" once it is
   */
  constructor(link, base, note = () => {}) {
    this.link = link;
    this.base = base;
    this.note = note;
    this.met = false; // was told what the class is
    /** @type {string | null} */
    this.led = null; // where this window led the class last
    this.door = true; // nothing but Home was shown in this document yet
    this.pointed = -Infinity;
    whenMoved(() => this.#soon());
    link.on("state", ({ kind }) => {
      if (kind === "hello" && (!this.met || this.#mine())) this.#soon();
      if (kind === "follow" && (document.hasFocus() || this.#mine())) this.#soon();
      if (kind === "show" && this.#mine()) this.#soon(); // it may have come back from there before the class has heard of it
      this.met = true;
    });
    addEventListener("class-hand", (/** @type {CustomEventInit} */ { detail }) => this.#point(detail));
    document.addEventListener("visibilitychange", () => this.#soon());
  }

  /** Whether the class is where this window led it. Of two windows of a teacher, the one that only rests carries nobody away. */
  #mine() {
    return this.#shown() === this.led;
  }

  /** Where the class is; null before it is anywhere. */
  #shown() {
    const { show } = this.link.state;
    return show && plain(show.address);
  }

  #soon(delay = this.#stays() ? WRITTEN : STILL) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (delay === WRITTEN && !drawn()) this.#soon(STILL);
      else this.#lead();
    }, delay);
  }

  /** Whether the class is on this page, and nothing of it is being drawn. */
  #stays() {
    const known = this.sending ?? this.#shown();
    return known !== null && pageOf(known) === pageOf(here(this.base)) && drawn();
  }

  #lead() {
    const { state, up } = this.link;
    const address = here(this.base);
    const page = pageOf(address);
    const known = this.sending ?? this.#shown();
    this.door &&= page === "home";
    const back = this.door && known && pageOf(known) !== "home"; // who comes back by the front door leads nobody away
    if (!up || !state.follow.on || document.visibilityState !== "visible" || page === DESK || back || address === known) return;
    this.sending = this.led = address;
    this.link.send("show", { address }).then(({ ok, why }) => {
      if (this.sending !== address) return; // a newer place is on its way
      this.sending = undefined;
      this.note(ok ? "" : why);
      if (ok) return;
      this.led = this.#shown(); // whence it is still to be led
      this.#soon(AGAIN);
    });
  }

  #point(hand) {
    if (!this.link.state.follow.on || !this.link.state.follow.pointer) return;
    this.hand = hand;
    this.pointing ??= setTimeout(() => {
      this.pointing = undefined;
      this.pointed = performance.now();
      this.link.say("pointer", this.hand ?? { models: [], codes: [] });
    }, Math.max(0, this.pointed + BEAT - performance.now()));
  }
}
