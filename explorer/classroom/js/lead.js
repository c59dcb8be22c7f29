// Leading: where the teacher's page is, and where the teacher's hand is on a plane, go to the class.

import { here, pageOf, plain, whenMoved } from "./place.js";

const STILL = 80; // ms in which an address does not change before the class is led there: a page may write it in two steps
const BEAT = 100; // ms between two places of the hand
const DESK = "classroom"; // the page from which a class is steered: nobody is led there

export class Leader {
  /**
   * @param {import("./link.js").Link} link
   * @param {string} base the path below which the app is served
   */
  constructor(link, base) {
    this.link = link;
    this.base = base;
    this.door = true; // nothing but Home was shown in this document yet
    this.pointed = -Infinity;
    whenMoved(() => this.#soon());
    link.on("state", ({ kind }) => {
      if (kind === "hello" || kind === "follow") this.#soon();
    });
    addEventListener("class-hand", (/** @type {CustomEventInit} */ { detail }) => this.#point(detail));
    document.addEventListener("visibilitychange", () => this.#soon());
  }

  #soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#lead(), STILL);
  }

  #lead() {
    const { state, up } = this.link;
    const address = here(this.base);
    const page = pageOf(address);
    const known = this.sending ?? (state.show && plain(state.show.address));
    this.door &&= page === "home";
    const back = this.door && known && pageOf(known) !== "home"; // who comes back by the front door leads nobody away
    if (!up || !state.follow.on || document.visibilityState !== "visible" || page === DESK || back || address === known) return;
    this.sending = address;
    this.link.send("show", { address }).then(() => {
      if (this.sending === address) this.sending = undefined;
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
