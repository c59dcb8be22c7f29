// The decoder of a model, in the browser: codes in, mean images in [0, 1] out. The same layers as vae/model/networks.py builds in torch.
// A classifier is such a stack of layers too: images in, logits out (`parameters`).
//
// Eight codes go through a layer together: each weight is then read once for eight products, which is what the time goes on.

import { clamp } from "./numbers.js";

const LANES = 8;
export const LAYERS = { linear, convolution, transposedConvolution };
const sigmoid = (v) => 1 / (1 + Math.exp(-v));
const ACTIVATIONS = { gelu, relu: (v) => Math.max(0, v), tanh: Math.tanh, sigmoid };
const OUTPUTS = { sigmoid, clamp: (v) => clamp(v, 0, 1) };

/**
 * A decoder as it is served.
 *
 * @typedef {object} Served
 * @property {number} dims D of a code
 * @property {[number, number, number]} shape C, H, W of an image
 * @property {{ type: string, inputs: number, outputs: number, size: number, activation: string, height?: number, width?: number,
 *   tall?: number, wide?: number, kernel?: number, stride?: number, padding?: number }[]} layers
 *   with the name of the nonlinearity after each, "" where there is none; height and width of what goes in, tall and wide of what comes out
 * @property {"sigmoid" | "clamp"} output of a Bernoulli or a Gaussian likelihood
 * @property {Record<string, ArrayLike<number>>} arrays weight0, bias0, ...
 */

export class Decoder {
  /** @param {Served} payload */
  constructor(payload) {
    this.payload = payload; // for a worker, which computes beside this thread
    this.dims = payload.dims;
    this.shape = payload.shape;
    this.pixels = payload.shape.reduce((product, size) => product * size, 1);
    this.layers = payload.layers.map((layer, i) => {
      const weight = new Float64Array(payload.arrays[`weight${i}`]); // JavaScript computes in doubles; no conversion in the loop
      const bias = new Float64Array(payload.arrays[`bias${i}`]);
      return { ...layer, weight, bias, apply: LAYERS[layer.type], active: ACTIVATIONS[layer.activation] };
    });
    this.finish = OUTPUTS[payload.output];
    const widest = Math.max(this.dims, ...this.layers.map((layer) => layer.size));
    this.buffers = [new Float64Array(widest * LANES), new Float64Array(widest * LANES)];
  }

  /** One code (D numbers) to output parameters (pixels): logits for Bernoulli, means for Gaussian; good until the next call. */
  parameters(code) {
    this.#run([code], 1);
    return this.buffers[0].subarray(0, this.pixels);
  }

  /** One code (D numbers) to one image (pixels); the array is the caller's to keep. */
  decode(code, image = new Float32Array(this.pixels)) {
    const result = this.parameters(code);
    for (let p = 0; p < this.pixels; p++) image[p] = this.finish(result[p]);
    return image;
  }

  /** Many codes to one array (count * pixels), at once. */
  decodeAll(codes) {
    const images = new Float32Array(codes.length * this.pixels);
    for (let i = 0; i < codes.length; i += LANES) this.#some(codes, i, images);
    return images;
  }

  #some(codes, start, images) {
    const lanes = Math.min(LANES, codes.length - start);
    this.#run(codes.slice(start, start + lanes), lanes === 1 ? 1 : LANES);
    const result = this.buffers[0];
    const stride = lanes === 1 ? 1 : LANES;
    for (let lane = 0; lane < lanes; lane++) {
      const offset = (start + lane) * this.pixels;
      for (let p = 0; p < this.pixels; p++) images[offset + p] = this.finish(result[p * stride + lane]);
    }
  }

  /** Output parameters of some codes into buffers[0], lane by lane within each value. */
  #run(codes, lanes) {
    let [input, output] = this.buffers;
    for (let d = 0; d < this.dims; d++) for (let lane = 0; lane < lanes; lane++) input[d * lanes + lane] = codes[lane]?.[d] ?? 0;
    for (const layer of this.layers) {
      const { active } = layer;
      layer.apply(layer, input, output, lanes);
      if (active) for (let i = 0; i < layer.size * lanes; i++) output[i] = active(output[i]);
      [input, output] = [output, input];
    }
    this.buffers = [input, output];
  }
}

/** y = W x + b; weight (out, in). */
function linear({ inputs, outputs, weight, bias }, x, y, lanes) {
  if (lanes === 1) {
    for (let o = 0, w = 0; o < outputs; o++) {
      let a = bias[o];
      let b = 0;
      let c = 0;
      let d = 0;
      let i = 0;
      for (; i + 3 < inputs; i += 4, w += 4) {
        a += weight[w] * x[i]; // four sums that do not wait for one another
        b += weight[w + 1] * x[i + 1];
        c += weight[w + 2] * x[i + 2];
        d += weight[w + 3] * x[i + 3];
      }
      for (; i < inputs; i++, w++) a += weight[w] * x[i];
      y[o] = a + b + c + d;
    }
    return;
  }
  for (let o = 0, w = 0; o < outputs; o++) {
    let a = bias[o];
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let g = a;
    let h = a;
    for (let i = 0, p = 0; i < inputs; i++, w++, p += LANES) {
      const v = weight[w];
      a += v * x[p];
      b += v * x[p + 1];
      c += v * x[p + 2];
      d += v * x[p + 3];
      e += v * x[p + 4];
      f += v * x[p + 5];
      g += v * x[p + 6];
      h += v * x[p + 7];
    }
    const q = o * LANES;
    y[q] = a;
    y[q + 1] = b;
    y[q + 2] = c;
    y[q + 3] = d;
    y[q + 4] = e;
    y[q + 5] = f;
    y[q + 6] = g;
    y[q + 7] = h;
  }
}

/** Convolution of zero-padded pictures; weight (out, in, kernel, kernel). */
function convolution({ inputs, outputs, height, width, tall, wide, kernel, stride, padding, weight, bias }, x, y, lanes) {
  for (let o = 0, at = 0; o < outputs; o++) {
    for (let r = 0; r < tall; r++) {
      for (let s = 0; s < wide; s++, at += lanes) {
        const [top, left] = [r * stride - padding, s * stride - padding];
        for (let lane = 0; lane < lanes; lane++) {
          let sum = bias[o];
          for (let c = 0; c < inputs; c++) {
            for (let i = Math.max(0, -top); i < kernel && top + i < height; i++) {
              for (let j = Math.max(0, -left); j < kernel && left + j < width; j++) {
                sum += weight[((o * inputs + c) * kernel + i) * kernel + j] * x[((c * height + top + i) * width + left + j) * lanes + lane];
              }
            }
          }
          y[at + lane] = sum;
        }
      }
    }
  }
}

/** Transposed convolution: each pixel lays its kernel down, `stride` pixels from its neighbour's; weight (in, out, kernel, kernel). */
function transposedConvolution({ inputs, outputs, height, width, tall, wide, kernel, stride, padding, weight, bias }, x, y, lanes) {
  for (let o = 0; o < outputs; o++) y.fill(bias[o], o * tall * wide * lanes, (o + 1) * tall * wide * lanes);
  for (let c = 0, w = 0; c < inputs; c++) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < kernel; i++) {
        for (let j = 0; j < kernel; j++, w++) {
          const v = weight[w];
          for (let r = 0; r < height; r++) {
            const row = stride * r + i - padding;
            if (row < 0 || row >= tall) continue;
            for (let s = 0; s < width; s++) {
              const column = stride * s + j - padding;
              if (column < 0 || column >= wide) continue;
              const from = ((c * height + r) * width + s) * lanes;
              const to = ((o * tall + row) * wide + column) * lanes;
              for (let lane = 0; lane < lanes; lane++) y[to + lane] += v * x[from + lane];
            }
          }
        }
      }
    }
  }
}

/** x * Phi(x), Phi the normal distribution function by Abramowitz and Stegun 7.1.26 (error below 1.5e-7). */
export function gelu(x) {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.3275911 * z);
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-z * z);
  return x * (x < 0 ? 0.5 * tail : 1 - 0.5 * tail);
}
