// A network layer by layer: every number on the way, what one unit listens to, and its gradient. Layers are those of
// explorer/browser/js/decoder.js.

import { LAYERS, gelu } from "../../explorer/browser/js/decoder.js";

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Which bias is a unit's: its channel's in a map, its own elsewhere. */
function channelOf({ outputs, size }, unit) {
  return Math.floor(unit / (size / outputs));
}

/** Call visit(input, weight) for all that a unit listens to. */
const TAPS = {
  linear({ inputs, weight }, unit, visit) {
    for (let i = 0, w = unit * inputs; i < inputs; i++, w++) visit(i, weight[w]);
  },

  /** Kernel 3, stride 2, padding 1: height and width halve; weight (out, in, 3, 3). */
  convolution({ inputs, height, width, weight }, unit, visit) {
    const wide = width / 2;
    const channel = Math.floor(unit / ((height / 2) * wide));
    const top = 2 * (Math.floor(unit / wide) % (height / 2)) - 1;
    const left = 2 * (unit % wide) - 1;
    for (let c = 0; c < inputs; c++) {
      for (let k = 0; k < 9; k++) {
        const row = top + Math.floor(k / 3);
        const column = left + (k % 3);
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        visit((c * height + row) * width + column, weight[(channel * inputs + c) * 9 + k]);
      }
    }
  },

  /** Transposed: kernel 4, stride 2, padding 1: height and width double; weight (in, out, 4, 4). */
  transposedConvolution({ inputs, outputs, height, width, weight }, unit, visit) {
    const wide = 2 * width;
    const channel = Math.floor(unit / (2 * height * wide));
    const row = Math.floor(unit / wide) % (2 * height);
    const column = unit % wide;
    for (let ky = (row + 1) % 2; ky < 4; ky += 2) {
      const r = (row + 1 - ky) / 2;
      if (r < 0 || r >= height) continue;
      for (let kx = (column + 1) % 2; kx < 4; kx += 2) {
        const s = (column + 1 - kx) / 2;
        if (s < 0 || s >= width) continue;
        for (let c = 0; c < inputs; c++) visit((c * height + r) * width + s, weight[(c * outputs + channel) * 16 + 4 * ky + kx]);
      }
    }
  },
};

export class Network {
  /** From a payload: dims (inputs), layers in order, arrays weight0, bias0, ... */
  constructor({ dims, layers, arrays }) {
    this.layers = layers.map((layer, i) => {
      const before = i ? layers[i - 1].size : dims;
      return { ...layer, before, weight: new Float64Array(arrays[`weight${i}`]), bias: new Float64Array(arrays[`bias${i}`]) };
    });
  }

  /** The numbers of each layer for an input, from a layer on and before another: [{ input, pre, post }], before and after the nonlinearity. */
  run(input, from = 0, to = this.layers.length) {
    const found = [];
    for (const layer of this.layers.slice(from, to)) {
      const pre = new Float64Array(layer.size);
      LAYERS[layer.type](layer, input, pre, 1);
      found.push({ input, pre, post: layer.activation ? pre.map(gelu) : pre });
      input = found.at(-1).post;
    }
    return found;
  }

  /** What each layer receives for an input; the last one's own numbers are not worked out. */
  inputs(input) {
    return [input, ...this.run(input, 0, this.layers.length - 1).map(({ post }) => post)];
  }

  /** One unit's number before the nonlinearity, from the layer's input. */
  one(index, unit, input) {
    return this.#sum(this.layers[index], unit, input);
  }

  #sum(layer, unit, input) {
    let sum = layer.bias[channelOf(layer, unit)];
    TAPS[layer.type](layer, unit, (i, weight) => (sum += weight * input[i]));
    return sum;
  }

  /** The weights from each number of the layer's input to one unit. */
  weights(index, unit) {
    const layer = this.layers[index];
    const found = new Float64Array(layer.before);
    TAPS[layer.type](layer, unit, (i, weight) => (found[i] += weight));
    return found;
  }

  /** d pre[unit] / d input of the network, by the chain rule, at the numbers of `run`. */
  gradient(index, unit, numbers) {
    let gradient = this.weights(index, unit);
    for (let below = index - 1; below >= 0; below--) {
      const layer = this.layers[below];
      const next = new Float64Array(layer.before);
      for (let u = 0; u < layer.size; u++) {
        const g = gradient[u] * (layer.activation ? slope(numbers[below].pre[u]) : 1);
        if (g !== 0) TAPS[layer.type](layer, u, (i, weight) => (next[i] += g * weight));
      }
      gradient = next;
    }
    return gradient;
  }

  /** The network's output without one unit of a layer, at the numbers of `run`. */
  without(index, unit, numbers) {
    const post = numbers[index].post.slice();
    post[unit] = 0;
    return index + 1 < this.layers.length ? this.run(post, index + 1).at(-1).post : post;
  }
}

/** d gelu(x) / dx = Phi(x) + x phi(x). */
export function slope(x) {
  const phi = Math.exp(-0.5 * x * x) / ROOT_TWO_PI;
  return (x === 0 ? 0.5 : gelu(x) / x) + x * phi;
}

/**
 * An image (side * side) moved right and down by whole pixels; what leaves is lost, what comes in is black.
 *
 * @param {number[]} pixels
 * @param {number} side
 * @param {number[]} by
 */
export function shifted(pixels, side, [right, down]) {
  const moved = new Float64Array(pixels.length);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [r, c] = [row - down, column - right];
      if (r >= 0 && c >= 0 && r < side && c < side) moved[row * side + column] = pixels[r * side + c];
    }
  }
  return moved;
}

/** What of the image unit (row, column) of a field { size, step, start } covers: { top, left, bottom, right }, cut at the rim. */
export function windowOf({ size, step, start }, row, column, side) {
  const [top, left] = [start + row * step, start + column * step];
  return { top: Math.max(0, top), left: Math.max(0, left), bottom: Math.min(side, top + size), right: Math.min(side, left + size) };
}
