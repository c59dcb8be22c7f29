// Where one is: on each side the code under the hand, the one at which one stays, and the one that a teacher's hand shows to a class.

import { lift, project } from "./geometry.js";

const OWN = 3_000; // ms after a press or a key of the reader's own in which no other hand moves the picture

export class Cursor {
  /** `picked` is the index of the test image at whose code one stays, or -1. */
  constructor(board, picked, signal) {
    this.board = board;
    this.picked = picked;
    this.digit = -1; // index of the test image that is pointed out
    this.source = null; // the side that the hand is on
    addEventListener("class-pointer", (/** @type {CustomEventInit} */ { detail }) => this.#follow(detail), { signal });
  }

  /** Hover at (a, b) on one side's plane; the other side follows to the same coordinate. */
  moveTo(side, a, b, field = "live") {
    const { sides, linked } = this.board;
    side[field] = lift(side.plane.plane, side.pinned, a, b);
    for (const other of sides) {
      if (other !== side && other.ready) {
        const there = () => lift(other.plane.plane, other.pinned, ...project(side.plane.plane, side[field]));
        other[field] = linked ? Float64Array.from(side[field]) : there();
      }
      other.recover();
      other.stale = true;
    }
    this.#show();
    this.board.changed();
  }

  /** The same, and stay there. */
  pinAt(side, a, b) {
    for (const each of this.board.sides) each.live = null;
    this.source = side;
    this.picked = -1;
    this.#byHand();
    this.moveTo(side, a, b, "pinned");
  }

  /** A test image under the hand: both planes show where it lives. With one plane, only where ellipses are shown. */
  pointOut(side, index) {
    this.source = side;
    this.digit = this.board.sides.length > 1 || side.plane.layers.has("ellipses") ? index : -1;
  }

  /** A click keeps the place. A click on a point goes to that digit's whole code, in each model its own. */
  pick(side, index, a, b) {
    this.pinAt(side, a, b);
    if (index >= 0) {
      for (const each of this.board.sides) {
        each.pinned = Float64Array.from(each.codes?.code(index) ?? each.pinned);
        this.board.stir(each);
      }
      this.picked = index;
    }
    this.board.commit();
  }

  /** The hand is gone: back to where one was pinned. */
  release() {
    this.digit = -1;
    for (const side of this.board.sides) {
      if (side.live) side.stale = true;
      side.live = null;
    }
    this.rest();
    this.board.changed();
  }

  /** Enter: stay where the hand is. */
  keep() {
    const { sides } = this.board;
    if (sides.some((side) => side.live)) this.picked = -1;
    for (const side of sides) side.pinned = side.live ?? side.pinned;
    this.board.commit();
  }

  /** Where the codes of a test image are, as far as they have come. */
  goTo(index) {
    const { sides } = this.board;
    if (!sides.every((side) => side.codes && index < side.codes.count)) return;
    this.picked = index;
    this.source = null;
    for (const side of sides) this.#put(side, side.codes.code(index));
  }

  /** To a place that `of` gives for a number of dimensions, as far as the sliders reach. */
  jump(of) {
    this.picked = -1;
    for (const side of this.board.sides) this.#put(side, of(side.model.dims));
    this.board.commit();
  }

  /** One latent's slider. */
  slide(d, value) {
    this.picked = -1;
    for (const side of this.board.sides) this.#put(side, side.pinned.map((old, i) => (i === d ? value : old)));
  }

  #put(side, code) {
    this.#byHand();
    side.pinned = Float64Array.from(code);
    side.live = null;
    side.recover();
    this.board.stir(side);
  }

  // ---- in a class

  /** The hand rests: what it does is in the address from now on. */
  rest() {
    if (this.showing) dispatchEvent(new CustomEvent("class-hand", { detail: null }));
    this.showing = false;
  }

  /** Say where the hand is, to whoever listens. Names of models do not say which moment of a training is shown, so not there. */
  #show() {
    const { sides, series } = this.board;
    if (series) return;
    const detail = { models: sides.map((side) => side.model.name), codes: sides.map((side) => Array.from(side.live ?? side.pinned)) };
    this.showing = true;
    dispatchEvent(new CustomEvent("class-hand", { detail }));
  }

  /** A teacher's hand: codes for the models of these names, or null where it has gone. Other models than these stay as they are. */
  #follow(hand) {
    const { sides, series } = this.board;
    const same = hand !== null && !series && hand.models.length === sides.length;
    for (const side of sides) {
      const code = same && hand.models[side.i] === side.model.name ? hand.codes[side.i] : null;
      const fits = code?.length === side.model.dims && code.every(Number.isFinite);
      if (!fits && !side.guest) continue;
      side.guest = fits ? Float64Array.from(code) : null;
      side.stale = true;
    }
    this.board.changed();
  }

  /** The reader's own hand was here: for a while the picture is theirs. */
  #byHand() {
    const { board } = this;
    for (const side of board.sides) side.own = true;
    board.later("own", OWN, () => {
      for (const side of board.sides) side.own = false;
      for (const side of board.sides) side.stale ||= side.guest !== null;
      board.changed();
    });
  }
}
