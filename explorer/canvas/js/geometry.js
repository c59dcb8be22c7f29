// The plane that is shown of a latent space of D dimensions, and what lies on it. Nothing here knows the screen.
//
// For two of the model's own dimensions a plane's directions are unit vectors and its middle the origin; for principal components they
// are the components and the mean code.

import { clamp } from "../../browser/js/numbers.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

/** @typedef {{ u: ArrayLike<number>, v: ArrayLike<number>, mean: ArrayLike<number>, titles: string[] }} Flat a plane: two orthonormal
 *  directions (D each), the point that is its (0, 0), and what its axes are called */

/** The plane of two of the model's own dimensions; with one latent, v is zero and the height says nothing, as `flat` says. */
export function axesPlane(dims, across, up, flat = "") {
  const u = new Float64Array(dims);
  const v = new Float64Array(dims);
  u[across] = 1;
  if (dims > 1) v[up] = 1;
  return { u, v, mean: new Float64Array(dims), titles: [`z${across + 1}`, dims > 1 ? `z${up + 1}` : flat] };
}

/** The plane of the first two principal components, as Python computed them from the codes; title(which, share) names each. */
export function principalPlane({ u, v, mean, share }, title) {
  return { u, v, mean, titles: share.map((part, k) => title(k + 1, part)) };
}

/**
 * Where a code (D) lies on the plane; `at` is where it begins, in many codes written one after another.
 *
 * @param {Pick<Flat, "u" | "v" | "mean">} plane
 * @param {ArrayLike<number>} code
 * @returns {Pair}
 */
export function project({ u, v, mean }, code, at = 0) {
  let a = 0;
  let b = 0;
  for (let d = 0; d < u.length; d++) {
    const offset = code[at + d] - mean[d];
    a += u[d] * offset;
    b += v[d] * offset;
  }
  return [a, b];
}

/** The code nearest to z that lies at (a, b) on the plane: what the plane does not show stays as it is in z. */
export function lift(plane, z, a, b) {
  const [a0, b0] = project(plane, z);
  return Float64Array.from(z, (value, d) => value + (a - a0) * plane.u[d] + (b - b0) * plane.v[d]);
}

/** The ellipse of one standard deviation, as the plane sees a Gaussian with independent dimensions of widths std (D). */
export function ellipse({ u, v }, std) {
  let aa = 0;
  let ab = 0;
  let bb = 0;
  for (let d = 0; d < u.length; d++) {
    const variance = std[d] * std[d];
    aa += u[d] * u[d] * variance;
    ab += u[d] * v[d] * variance;
    bb += v[d] * v[d] * variance;
  }
  const middle = (aa + bb) / 2; // the eigenvalues of [[aa, ab], [ab, bb]] lie at middle +- spread
  const spread = Math.hypot((aa - bb) / 2, ab);
  return { long: Math.sqrt(middle + spread), short: Math.sqrt(Math.max(0, middle - spread)), angle: 0.5 * Math.atan2(2 * ab, aa - bb) };
}

/** The `count` of the points `feet` (pairs, one after another) that lie nearest to (a, b): their indices, nearest first. */
export function nearestFeet(feet, a, b, count) {
  const squares = [];
  const indices = [];
  for (let i = 0, p = 0; p < feet.length; i++, p += 2) {
    const square = (feet[p] - a) ** 2 + (feet[p + 1] - b) ** 2;
    if (indices.length === count && square >= squares[count - 1]) continue;
    let k = indices.length < count ? indices.length : count - 1; // few of many get here, so insertion is cheap
    for (; k > 0 && squares[k - 1] > square; k--) {
      squares[k] = squares[k - 1];
      indices[k] = indices[k - 1];
    }
    squares[k] = square;
    indices[k] = i;
  }
  return indices;
}

/** Straight or spherical way between two codes, `steps` codes with both ends (vae/model/latent.py has the equation and its source). */
export function way(start, end, steps, method) {
  const dot = start.reduce((sum, value, d) => sum + value * end[d], 0);
  const lengths = Math.hypot(...start) * Math.hypot(...end);
  const angle = Math.acos(clamp(dot / lengths, -1, 1));
  const curved = method === "spherical" && lengths > 1e-8 && Math.sin(angle) > 1e-3;
  return Array.from({ length: steps }, (_, i) => {
    const t = i / (steps - 1);
    const from = curved ? Math.sin((1 - t) * angle) / Math.sin(angle) : 1 - t;
    const to = curved ? Math.sin(t * angle) / Math.sin(angle) : t;
    return Float64Array.from(start, (value, d) => from * value + to * end[d]);
  });
}

/**
 * The smallest intervals that hold those of every plane; each plane has one across and one up.
 *
 * @param {Pair[][]} planes
 * @returns {Pair[]}
 */
export function common(planes) {
  return planes[0].map((_, k) => [Math.min(...planes.map((pairs) => pairs[k][0])), Math.max(...planes.map((pairs) => pairs[k][1]))]);
}
