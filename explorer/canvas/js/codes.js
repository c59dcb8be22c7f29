// The codes of the test set: where each digit lives, which one is nearest, and how far off the map a place is.

import { clamp } from "../../browser/js/numbers.js";
import { project } from "./geometry.js";

const ASKING = 4e6; // numbers to look at, for a usual distance between neighbours: a few milliseconds

/** Codes (N x D, one after another), labels (N) and, once they have come, posterior widths (N x D). */
export class Codes {
  constructor({ count, dims, labels, means }) {
    this.count = count;
    this.dims = dims;
    this.labels = labels;
    this.means = means;
    /** @type {Float32Array | null} */
    this.stds = null;
    /** @type {number | undefined} */
    this.knownReach = undefined; // measured when it is first asked for
  }

  /** Codes as explorer/canvas/payloads.py sends them: whole steps above the lowest value of each dimension, dithered. */
  static from({ count, dims, low, step, arrays }) {
    const means = new Float32Array(count * dims);
    for (let d = 0, k = 0; d < dims; d++) {
      for (let i = 0; i < count; i++, k++) means[i * dims + d] = low[d] + step * (arrays.means[k] - dither(k));
    }
    return new Codes({ count, dims, labels: arrays.labels, means });
  }

  /** These codes a share t of the way to others: themselves at 0. */
  towards(others, t) {
    if (t === 0) return this;
    const means = this.means.map((value, i) => value + t * (others.means[i] - value));
    const between = new Codes({ count: this.count, dims: this.dims, labels: this.labels, means });
    between.knownReach = this.reach; // too slow to measure in every frame
    return between;
  }

  /** Take in the posterior widths, which are fetched when they are first needed. */
  addStds({ low, per_octave, arrays }) {
    const table = Float32Array.from({ length: 256 }, (_, k) => 2 ** (low + k / per_octave));
    this.stds = new Float32Array(this.means.length);
    for (let d = 0; d < this.dims; d++) {
      for (let i = 0; i < this.count; i++) this.stds[i * this.dims + d] = table[arrays.octaves[d * this.count + i]];
    }
  }

  code(i) {
    return this.means.subarray(i * this.dims, (i + 1) * this.dims);
  }

  std(i) {
    return this.stds?.subarray(i * this.dims, (i + 1) * this.dims) ?? null;
  }

  /** The code nearest to z: { index, distance }. Ten thousand distances, most of them given up early, cost 0.1 ms. */
  nearest(z, except = -1) {
    const { means, dims, count } = this;
    let best = Infinity;
    let index = -1;
    for (let i = 0, p = 0; i < count; i++, p += dims) {
      let sum = 0;
      for (let d = 0; d < dims && sum < best; d++) {
        const difference = means[p + d] - z[d];
        sum += difference * difference;
      }
      if (sum < best && i !== except) {
        best = sum;
        index = i;
      }
    }
    return { index, distance: Math.sqrt(best) };
  }

  /** How near is near: nineteen of twenty codes have another one within this distance (asked of some of them). */
  get reach() {
    this.knownReach ??= this.#reach();
    return this.knownReach;
  }

  #reach() {
    const asked = Math.min(this.count, clamp(Math.floor(ASKING / (this.count * this.dims)), 20, 120));
    const apart = Float32Array.from({ length: asked }, (_, k) => {
      const i = Math.floor((k * this.count) / asked);
      return this.nearest(this.code(i), i).distance;
    });
    return apart.sort()[Math.floor(0.95 * asked)];
  }
}

/** The number in [-1/2, 1/2) that payloads.py added to the k-th value before it was rounded. */
function dither(k) {
  let x = Math.imul(k ^ (k >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32 - 0.5;
}

/**
 * Distance in the whole space from each cell of a plane through z to the nearest code: (rows * columns), top row first.
 *
 * For a point of the plane, the squared distance to a code is the squared distance on the plane to the code's foot point plus the
 * square of how far the code stands off the plane. So this is the generalised distance transform of Felzenszwalb and
 * Huttenlocher (2012): two passes, one for each axis, each the lower envelope of parabolas.
 */
export function distances(codes, plane, z, { left, top, cell, columns, rows }) {
  const field = new Float64Array(rows * columns).fill(1e12);
  const [za, zb] = project(plane, z);
  for (let i = 0; i < codes.count; i++) {
    const p = i * codes.dims;
    const [a, b] = project(plane, codes.means, p);
    let off = -((a - za) ** 2) - (b - zb) ** 2;
    for (let d = 0; d < codes.dims; d++) off += (codes.means[p + d] - z[d]) ** 2;
    const column = Math.floor((a - left) / cell);
    const row = Math.floor((top - b) / cell);
    if (column < 0 || column >= columns || row < 0 || row >= rows) continue;
    const at = row * columns + column;
    if (off < field[at]) field[at] = Math.max(0, off);
  }
  for (let row = 0; row < rows; row++) envelope(field, row * columns, 1, columns, cell);
  for (let column = 0; column < columns; column++) envelope(field, column, columns, rows, cell);
  return field.map(Math.sqrt);
}

/** min over j of field[j] + ((i - j) cell)^2, in place, along `count` values that lie `stride` apart. */
function envelope(field, start, stride, count, cell) {
  const value = Float64Array.from({ length: count }, (_, i) => field[start + i * stride] / (cell * cell));
  const apex = new Int32Array(count);
  const from = new Float64Array(count + 1).fill(Infinity);
  from[0] = -Infinity;
  let k = 0;
  for (let q = 1; q < count; q++) {
    let at = crossing(value, apex[k], q);
    while (k > 0 && at <= from[k]) {
      k--;
      at = crossing(value, apex[k], q);
    }
    k++;
    apex[k] = q;
    from[k] = at;
    from[k + 1] = Infinity;
  }
  k = 0;
  for (let i = 0; i < count; i++) {
    while (from[k + 1] < i) k++;
    field[start + i * stride] = (value[apex[k]] + (i - apex[k]) ** 2) * cell * cell;
  }
}

/** Where the parabola with its apex at q falls below the one at p. */
function crossing(value, p, q) {
  return (value[q] + q * q - value[p] - p * p) / (2 * (q - p));
}
