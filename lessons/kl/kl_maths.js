// KL(N(mu, sigma^2) || N(0, 1)) in its parts and descent on those that are switched on: lessons/kl/parts.py in the browser.
// A test holds the two against each other. s stands for log sigma; `on` is a Set of names of PARTS.

/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

export const PARTS = ["mean", "width", "entropy"];
export const RATE = 0.05;
export const EDGE = 4; // |s| beyond which a width is taken to have gone to zero or to infinity

/** The three parts in nats. */
export function parts(mu, s) {
  return { mean: mu ** 2 / 2, width: (Math.exp(2 * s) - 1) / 2, entropy: -s };
}

/** The sum of the parts that are on. */
export function total(mu, s, on) {
  const all = parts(mu, s);
  return PARTS.reduce((sum, name) => sum + (on.has(name) ? all[name] : 0), 0);
}

/** d/d mu and d/d s of the parts that are on. */
export function slopes(mu, s, on) {
  return [on.has("mean") ? mu : 0, (on.has("width") ? Math.exp(2 * s) : 0) - (on.has("entropy") ? 1 : 0)];
}

/**
 * One step of gradient descent; null where a width has gone for good or nothing is left to change.
 *
 * @returns {Pair | null}
 */
export function step(mu, s, on) {
  const [toMu, toS] = slopes(mu, s, on);
  if (Math.abs(s) >= EDGE || Math.hypot(toMu, toS) < 1e-3) return null;
  return [mu - RATE * toMu, s - RATE * toS];
}
