// What the board and the page tell one another. A place at which one stays stands in the address at once; Python hears of it when the hand
// turns to something else on the page, and at once where Python has to answer.

import { writeAddress } from "../../browser/js/address.js";
import { whenLeft } from "../../browser/js/leaving.js";
import { clamp } from "../../browser/js/numbers.js";
import { Trouble } from "../../browser/js/payload.js";
import { toldOf } from "./told.js";

const PATIENCE = 2_000; // ms for Python to hear
const EXACT = 2; // dimensions up to which the browser's table has codes as fine as an address writes them

export class Reports {
  constructor(board) {
    this.board = board;
    this.count = 0;
    this.untold = false;
    this.heard = () => {}; // called once Python has heard
  }

  /** What the page gives with every run: the rows of the address, and how to tell Python. */
  begin(address, signal) {
    this.address = address;
    whenLeft(this.board.root, () => (this.untold ? this.#tell() : null), signal);
  }

  /**
   * What Python says counts where it is something new, and where Python has heard of all that was done: an answer to an older report
   * would throw a fast hand back.
   */
  hear({ position, digit, followed, choices, morph, look, heard }) {
    if (heard < this.count) return;
    this.heard();
    const { board } = this;
    const { cursor } = board;
    const wish = JSON.stringify([position ?? null, digit ?? null, choices, morph]);
    const looks = JSON.stringify(look);
    if (looks !== this.looks) board.look(look);
    this.looks = looks;
    if (wish === this.wish) return;
    this.count = heard;
    this.wish = wish;
    board.choose(choices);
    board.following?.show(followed);
    board.morph?.change(morph);
    const moved = position && JSON.stringify(position) !== JSON.stringify(this.#position);
    if (moved) this.#obey(position);
    if (moved || digit >= 0) cursor.picked = digit ?? -1;
    for (const side of board.sides) side.learn(cursor.picked, side.pinned);
  }

  /** What Python says next is new, whatever it said of other models. */
  forget() {
    this.wish = undefined;
  }

  /** Go where Python says: a code for each side. Anything else is said in a sentence. */
  #obey(position) {
    const { board } = this;
    const fits = (side) => position[side.i]?.length === side.model.dims && position[side.i].every(Number.isFinite);
    if (!board.sides.every(fits)) {
      for (const side of board.sides) side.say(new Trouble(board.words.troubles.nowhere));
      return;
    }
    for (const side of board.sides) {
      side.pinned = Float64Array.from(position[side.i]);
      side.live = null;
      board.stir(side);
    }
  }

  /**
   * Stay where one is now, and be exactly there: a link to it then opens the same picture. A link to a test image says which, so its code
   * stays as it is. The address says it at once; `extra` is for Python alone, which answers it.
   */
  commit(extra = {}) {
    const { board } = this;
    const { sides, cursor, morph, series } = board;
    const written = cursor.picked >= 0 ? (value) => value : (value) => Math.round(value * 1e4) / 1e4;
    for (const side of sides) {
      side.pinned = side.pinned.map((value, d) => written(this.#within(side, d, value)));
      side.stale = true;
    }
    if (sides.every((side) => !side.live)) cursor.rest();
    board.changed();
    this.count += 1;
    const digit = cursor.picked >= 0 ? cursor.picked : null;
    const ways = { ends: morph ? [...morph.ends] : null, moment: series?.resting ?? null };
    if (digit !== null) board.following?.show(digit);
    const choices = { ...board.choices, ...morph?.choices };
    const shown = { digit, position: this.#position, ...board.looks, choices, ...ways };
    this.report = { ...this.report, ...shown, ...extra, count: this.count };
    if (this.address) writeAddress(this.address, toldOf(this.report));
    const coarse = digit !== null && sides.some(({ model }) => model.dims > EXACT); // Python knows the code better
    if (!this.address || coarse || Object.keys(extra).length) this.#tell();
    else this.untold = true;
  }

  /** Let Python know, which runs this part of the page; a promise that it has heard, or that one need not wait for it any longer. */
  #tell() {
    this.untold = false;
    /** @type {Promise<void>} */
    const heard = new Promise((resolve) => {
      this.heard = () => resolve();
      this.board.later("heard", PATIENCE, this.heard);
    });
    this.board.setStateValue("report", this.report);
    return heard;
  }

  /** A number of a position that the address carries lies within its slider's ends. */
  #within(side, d, value) {
    return this.address?.rows[`z${d + 1}`] ? clamp(value, ...side.model.ranges[d]) : value;
  }

  /** The pinned codes as Python is told them. */
  get #position() {
    return this.board.sides.map((side) => Array.from(side.pinned));
  }
}
