// Three ways to play min over x, max over y of m x^2 / 2 + x y - m y^2 / 2: lessons/nash/games.py in the browser.
// A test holds the two against each other. A point is [x, y].

/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

export const RULES = ["simultaneous", "alternating", "extragradient"];

/**
 * Each player's own slope: both step against it.
 *
 * @param {Pair} point
 * @returns {Pair}
 */
export function field([x, y], m) {
  return [m * x + y, m * y - x];
}

/**
 * One step of a rule.
 *
 * @param {string} rule
 * @param {Pair} point
 * @returns {Pair}
 */
export function step(rule, [x, y], size, m) {
  /** @type {(point: Pair, slope: Pair) => Pair} */
  const from = ([a, b], [u, v]) => [a - size * u, b - size * v];
  if (rule === "simultaneous") return from([x, y], field([x, y], m));
  if (rule === "extragradient") return from([x, y], field(from([x, y], field([x, y], m)), m));
  /** @type {Pair} */
  const moved = [x - size * field([x, y], m)[0], y];
  return [moved[0], moved[1] - size * field(moved, m)[1]];
}

/**
 * The start and `rounds` steps from it; it ends early where it has left the range of numbers.
 *
 * @param {string} rule
 * @param {Pair} start
 */
export function play(rule, start, size, m, rounds) {
  const path = [start];
  for (let k = 0; k < rounds && Math.hypot(...path[k]) < 1e12; k++) path.push(step(rule, path[k], size, m));
  return path;
}

/**
 * Both eigenvalues of a rule's matrix, each [real part, imaginary part].
 *
 * @returns {Pair[]}
 */
export function eigenvalues(rule, size, m) {
  if (rule === "alternating") {
    const a = 1 - size * m;
    const half = a - size ** 2 / 2;
    const under = half ** 2 - a ** 2;
    const root = Math.sqrt(Math.abs(under));
    return under < 0 ? [[half, root], [half, -root]] : [[half + root, 0], [half - root, 0]];
  }
  let [real, imaginary] = [1 - size * m, size];
  if (rule === "extragradient") [real, imaginary] = [real + size ** 2 * (m ** 2 - 1), imaginary - 2 * size ** 2 * m];
  return [[real, imaginary], [real, -imaginary]];
}

/** By what factor, in the long run, the distance to the equilibrium is multiplied at each step. */
export function growth(rule, size, m) {
  return Math.max(...eigenvalues(rule, size, m).map(([real, imaginary]) => Math.hypot(real, imaginary)));
}

/**
 * The exact solution of infinitely small steps at a time.
 *
 * @param {Pair} start
 * @returns {Pair}
 */
export function flow([x, y], time, m) {
  const [c, s, fade] = [Math.cos(time), Math.sin(time), Math.exp(-m * time)];
  return [fade * (x * c - y * s), fade * (x * s + y * c)];
}
