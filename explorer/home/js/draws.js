// Epsilon, now and before: drawn, travelling, drawn fifty times, or moved by hand; and what the draws say on average.

import { calm } from "../../browser/js/dom.js";
import { clamp } from "../../browser/js/numbers.js";
import { bernoulliNll, sampleOf } from "./maths.js";
import { torchNoise } from "../../browser/js/noise.js";

const TRAVEL = 450; // ms that a sample needs for its way
export const MANY = 50;
const MOST_TRACE = 200; // draws that stay in sight

export class Draws {
  /** `count` is how many numbered draws there are; `number` is that of the one shown, null before the first. */
  constructor(count) {
    this.count = count;
    this.number = null;
    this.epsilon = [0, 0];
    this.trace = [];
    this.travel = null;
    this.left = 0;
    this.judged = new WeakMap();
  }

  /** Forget the draws before: they belong to another input. */
  forget() {
    this.trace = [];
    this.stop();
  }

  /** Stay where epsilon is on its way to. */
  stop() {
    if (this.travel) this.epsilon = this.travel.to;
    this.travel = null;
    this.left = 0;
  }

  /** Epsilon by hand. */
  put(epsilon) {
    this.stop();
    this.epsilon = epsilon;
  }

  /** Go to an epsilon: travelling, or at once where motion is unwanted. */
  go(epsilon) {
    this.stop();
    if (calm()) this.epsilon = epsilon;
    else this.travel = { from: this.epsilon, to: epsilon, since: performance.now() };
  }

  /** Travel to a new draw. The one before stays in sight. */
  fresh() {
    this.stop();
    this.#keep();
    this.go(this.#next());
  }

  /** Fifty draws, one a frame. */
  many() {
    this.stop();
    this.left = MANY;
  }

  /** One frame; false where nothing moves. */
  step(now) {
    if (this.travel) {
      const { from, to, since } = this.travel;
      const t = clamp((now - since) / TRAVEL, 0, 1);
      const eased = t * t * (3 - 2 * t);
      this.epsilon = t === 1 ? to : from.map((value, d) => value + eased * (to[d] - value));
      if (t === 1) this.travel = null;
      return true;
    }
    if (!this.left) return false;
    do {
      this.left -= 1;
      this.#keep();
      this.epsilon = this.#next();
    } while (this.left && calm()); // all at once where motion is unwanted
    return true;
  }

  /**
   * The mean reconstruction over this draw and those before, an estimate of -E_q[log p(x|z)]: { draws, expected }. Each draw is
   * decoded once for an input.
   */
  average(lane, input) {
    if (!lane.ready || !this.trace.length) return { draws: 0, expected: null };
    let sum = lane.losses.reconstruction;
    for (const epsilon of this.trace) {
      let known = this.judged.get(epsilon);
      if (known?.input !== input) {
        const logits = lane.decoder.parameters(sampleOf(lane.posterior, epsilon));
        known = { input, nats: bernoulliNll(logits, input.pixels) };
        this.judged.set(epsilon, known);
      }
      sum += known.nats;
    }
    const draws = this.trace.length + 1;
    return { draws, expected: sum / draws };
  }

  #keep() {
    this.trace = [...this.trace, this.epsilon].slice(-MOST_TRACE);
  }

  #next() {
    this.number = Math.floor(Math.random() * this.count);
    return torchNoise(this.number);
  }
}
