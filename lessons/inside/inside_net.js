// One network on the page: its layers, a digit's numbers in each, what excites a unit, and where in latent space one is on.

import { load } from "../../explorer/browser/js/payload.js";
import { Network } from "./network.js";

const GRID = 21; // codes along a side of the latent plane
const EDGE = 3; // from the middle of the plane to its side
const CHUNK = 6; // ms of one turn of the work that waits

/** The cross-entropy of a picture (logits) and the digit, nats. */
function nats(logits, pixels) {
  let sum = 0;
  for (let p = 0; p < pixels.length; p++) {
    const v = logits[p];
    sum += Math.max(v, 0) - v * pixels[p] + Math.log1p(Math.exp(-Math.abs(v)));
  }
  return sum;
}

const sigmoid = (v) => 1 / (1 + Math.exp(-v));

/**
 * What lessons/inside/screen.py says of a stage and of a network (live_facts).
 *
 * @typedef {object} Stage
 * @property {string} part
 * @property {string} kind
 * @property {number[]} shape
 * @property {boolean} gelu
 * @property {number} parameters
 * @property {number} scale the number that is shown white
 * @property {{ size: number, step: number, start: number } | null} field what of the image a unit sees or reaches
 */
/**
 * @typedef {object} Told
 * @property {string} name
 * @property {string} title
 * @property {number} parameters
 * @property {string} encoder addresses of bodies
 * @property {string} decoder
 * @property {string} favourites
 * @property {Stage[]} stages
 */

export class InsideNet {
  /** @param {Told} told */
  static async fetch(told) {
    const bodies = await Promise.all(["encoder", "decoder", "favourites"].map((name) => load(told[name], name)));
    return new InsideNet(told, ...bodies);
  }

  /** Use `fetch`. */
  constructor(told, encoder, decoder, favourites) {
    this.name = told.name;
    this.title = told.title;
    this.stages = told.stages;
    this.parameters = told.parameters;
    this.favourites = favourites;
    this.encoder = new Network(encoder);
    this.decoder = new Network(decoder);
    this.depth = this.encoder.layers.length; // stages before the code
    this.latents = decoder.dims;
    this.grid = null;
  }

  /** Send a digit through: the mean of its posterior is decoded. */
  run(pixels) {
    this.pixels = pixels;
    this.numbers = this.encoder.run(pixels);
    this.code = this.numbers.at(-1).post.slice(0, this.latents);
    this.numbers.push(...this.decoder.run(this.code));
  }

  isOutput(index) {
    return index === this.stages.length - 1;
  }

  inDecoder(index) {
    return index >= this.depth;
  }

  /** What a stage's picture shows: activations; of the output, the pixels. */
  shown(index) {
    const { post } = this.numbers[index];
    return this.isOutput(index) ? post.map(sigmoid) : post;
  }

  /** How many units a channel of a stage has; 1 where it is dense. */
  places(index) {
    const [, height = 1, width = 1] = this.stages[index].shape;
    return height * width;
  }

  /** The direction in image space that raises a unit of the encoder at this digit; for the first layer, its weights. */
  gradient(index, unit) {
    return this.encoder.gradient(index, unit, this.numbers);
  }

  /** What a unit of the decoder does to the picture: with it minus without it, and the reconstruction both ways, nats. */
  effect(index, unit) {
    const whole = this.numbers.at(-1).post;
    const less = this.decoder.without(index - this.depth, unit, this.numbers.slice(this.depth));
    return {
      difference: whole.map((v, p) => sigmoid(v) - sigmoid(less[p])),
      before: nats(whole, this.pixels),
      after: nats(less, this.pixels),
    };
  }

  /** The test digits that excite a unit of the encoder: [{ pixels (levels), label, index, row, column, value }]; lowest: the other end. */
  exciting(index, unit, lowest = false) {
    const { arrays, kept, greys, labels, indices } = this.favourites;
    const name = lowest ? "low" : index;
    const channel = Math.floor(unit / this.places(index));
    return Array.from({ length: kept }, (_, k) => {
      const at = channel * kept + k;
      const image = arrays[`image${name}`][at];
      return {
        pixels: arrays.pictures.subarray(784 * image, 784 * (image + 1)),
        greys,
        label: labels[image],
        index: indices[image],
        row: arrays[`place${name}`][2 * at],
        column: arrays[`place${name}`][2 * at + 1],
        value: arrays[`value${name}`][at],
      };
    });
  }

  /** The share of test digits for which a unit (in a map: its channel, anywhere) is on. */
  on(index, unit) {
    return this.favourites.arrays[`on${index}`][Math.floor(unit / this.places(index))];
  }

  /** A decoder unit over the latent plane, row by row from the top: { values, side, edge }; null until it has been worked out. */
  overPlane(index, unit) {
    if (!this.grid?.done) return null;
    const layer = this.decoder.layers[index - this.depth];
    const values = this.grid.inputs[index - this.depth].map((input) => {
      const pre = this.decoder.one(index - this.depth, unit, input);
      return this.isOutput(index) ? sigmoid(pre) : layer.gelu ? Math.max(0, pre) : pre;
    });
    return { values, side: GRID, edge: EDGE };
  }

  /** Work out what every layer of the decoder receives over the plane, a little at a time; `done()` at the end. */
  explore(done, signal) {
    if (this.grid) return;
    this.grid = { inputs: this.decoder.layers.map(() => []), done: false };
    let next = 0;
    const turn = () => {
      if (signal.aborted) return;
      const until = performance.now() + CHUNK;
      while (next < GRID * GRID && performance.now() < until) {
        const across = 2 * EDGE * ((next % GRID) / (GRID - 1)) - EDGE;
        const up = EDGE - 2 * EDGE * (Math.floor(next / GRID) / (GRID - 1));
        this.decoder.inputs([across, up]).forEach((input, i) => this.grid.inputs[i].push(Float32Array.from(input)));
        next++;
      }
      if (next < GRID * GRID) setTimeout(turn, 4);
      else {
        this.grid.done = true;
        done();
      }
    };
    setTimeout(turn, 60);
  }
}
