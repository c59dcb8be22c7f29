// The lesson on compression: codes rounded to a step under the hand, what comes back, and where that is among bits and decibels.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { el, number } from "../../explorer/browser/js/dom.js";
import { load, Trouble } from "../../explorer/browser/js/payload.js";
import { fill } from "../../explorer/browser/js/words.js";
import { board, Chart } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { psnr, rounded } from "./compress_maths.js";
import { Strip } from "../../explorer/lesson/js/strip.js";

const INK = { ae: "ae", vae: "vae", pca: "pca", jpeg: "epsilon", mark: "mark" };
const BITS = [1, 3_000];
/** @type {[number, number]} */
const QUALITY = [9.5, 30];

/**
 * @typedef {object} Coder
 * @property {string} kind
 * @property {string} name
 * @property {string} weights
 * @property {number[][]} codes M x D
 * @property {number[]} bits an image, at each step
 * @property {number[]} squared_error an image, at each step
 * @property {number[]} centre D, as low and high: what training codes did
 * @property {number[]} low
 * @property {number[]} high
 * @property {number} unit of a step
 */
/**
 * @typedef {object} Data
 * @property {number[][]} originals M x P
 * @property {number[]} labels
 * @property {[number, number, number]} shape
 * @property {number[]} steps
 * @property {Coder[]} coders
 * @property {[number, number][]} jpeg bits and squared error
 * @property {number} png bits
 * @property {number} at
 */

class CodecPart extends LivePart {
  at = 0; // of the steps
  rows = [];
  /** @type {Decoder[]} */
  decoders = [];
  list = el("div", { className: "cd-rows" });
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    const go = (at) => {
      this.at = at;
      this.draw();
    };
    this.step = this.slider({ name: words.slider, label: words.step }, go, () => this.report({ at: this.at }, this.at));
    this.chart = new Chart(words.better, { x: [Math.log10(BITS[0]), Math.log10(BITS[1])], y: QUALITY, margins: { left: 34, right: 12, top: 10, bottom: 36 } });
    root.replaceChildren(
      this.step.element,
      el(
        "div",
        { className: "cd-grid" },
        this.list,
        board(words.better, this.chart.canvas, "cd-plot"),
      ),
    );
  }

  /** @param {Data} data */
  update(data) {
    if (this.echo.asks(data.at)) this.at = data.at;
    const same = this.data && JSON.stringify(this.data.coders.map((c) => c.weights)) === JSON.stringify(data.coders.map((c) => c.weights));
    this.data = data;
    this.step.max = data.steps.length - 1;
    this.draw();
    return same ? undefined : this.#build();
  }

  async #build() {
    const { data, words } = this;
    const [, height, width] = data.shape;
    this.pixels = height * width;
    const row = (kind, name) => {
      const strip = new Strip(name, data.originals.length, data.shape);
      const facts = el("span", { className: "cd-facts" });
      return { strip, facts, element: el("div", { className: `cd-row cd-${kind}` }, el("p", {}, el("b", { textContent: name }), facts), strip.canvas) };
    };
    const originals = row("original", words.original);
    originals.facts.textContent = fill(words.raw, { bits: 8 * this.pixels });
    originals.strip.show(data.originals.map((image) => image.map((grey) => grey / 255)));
    originals.strip.describe(fill(words.originals, { digits: data.labels.join(", ") }));
    this.rows = data.coders.map(({ kind, name }) => row(kind, name));
    this.decoders = [];
    this.list.replaceChildren(originals.element, ...this.rows.map(({ element }) => element));
    try {
      const decoders = await Promise.all(data.coders.map(({ weights }) => load(weights, "decoder")));
      if (data !== this.data && JSON.stringify(data.coders) !== JSON.stringify(this.data.coders)) return; // another choice has come
      this.decoders = decoders.map((payload) => new Decoder(payload));
      this.draw();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.list.replaceChildren(el("p", { role: "alert", textContent: error.message }));
    }
  }

  paint() {
    if (!this.data || !this.decoders.length) return;
    const { coders, steps } = this.data;
    const { words } = this;
    const step = steps[this.at];
    const text = fill(words.spreads, { step: number(step, step < 0.1 ? 3 : 2) });
    this.step.show(this.at, text);
    coders.forEach((coder, i) => {
      const images = coder.codes.map((code) => this.decoders[i].decode(rounded(code, coder, step * coder.unit)));
      const { strip, facts } = this.rows[i];
      const bits = coder.bits[this.at];
      const quality = psnr(coder.squared_error[this.at], this.pixels);
      strip.show(images);
      facts.replaceChildren(
        el("b", { textContent: fill(words.bits, { bits }) }),
        ` ${fill(words.cost, { bytes: bits / 8, bits: bits / this.pixels })} `,
        el("b", { textContent: fill(words.quality, { quality }) }),
      );
      strip.describe(fill(words.back, { bits, quality }));
    });
    this.#paintChart();
  }

  #paintChart() {
    const { chart, words } = this;
    const ink = this.ink(INK);
    if (!chart.begin(ink)) return;
    /** @returns {[number, number]} */
    const place = (bits, error) => [Math.log10(Math.max(bits, BITS[0])), psnr(error, this.pixels)];
    chart.axes({ across: [], up: [10, 15, 20, 25], xTitle: words.bits_axis, yTitle: words.quality_axis });
    const [, bottom] = chart.toScreen(0, QUALITY[0]);
    for (const bits of [1, 10, 100, 1000]) {
      const x = Math.log10(bits);
      chart.line([[x, QUALITY[0]], [x, QUALITY[1]]], { colour: ink.text, width: 1, alpha: 0.1 });
      chart.words(bits.toLocaleString("en"), chart.toScreen(x, 0)[0], bottom + 14);
    }
    const png = Math.log10(this.data.png);
    chart.line([[png, QUALITY[0]], [png, QUALITY[1]]], { colour: ink.text, width: 2, dash: [4, 4], alpha: 0.7 });
    chart.words(words.png, chart.toScreen(png, 0)[0] - 5, chart.toScreen(0, 12.6)[1], { align: "right", weight: 600 });
    chart.words(words.lossless, chart.toScreen(png, 0)[0] - 5, chart.toScreen(0, 12.6)[1] + 14, { align: "right", weight: 600 });
    const jpeg = this.data.jpeg.map(([bits, error]) => place(bits, error)).filter(([, quality]) => quality < QUALITY[1]);
    chart.line(jpeg, { colour: ink.jpeg, width: 2.5, dash: [7, 4] });
    const [x, y] = chart.toScreen(...jpeg[Math.floor(0.8 * jpeg.length)]); // above the three curves
    chart.words(words.jpeg, x - 8, y, { align: "right", weight: 700, colour: ink.jpeg });
    for (const coder of this.data.coders) {
      const colour = ink[coder.kind];
      const points = coder.bits.map((bits, i) => place(bits, coder.squared_error[i]));
      chart.line(points, { colour, width: 2.5 });
      const [right, end] = chart.toScreen(...points.at(-1));
      chart.words(coder.name, right + 6, end + (coder.kind === "vae" ? 15 : -4), { align: "left", weight: 700, colour });
    }
    for (const coder of this.data.coders) chart.dot(...place(coder.bits[this.at], coder.squared_error[this.at]), { colour: ink[coder.kind], radius: 7 });
    const coders = this.rows.map(({ facts }, i) => `${this.data.coders[i].name}: ${facts.textContent}`).join(". ");
    chart.canvas.setAttribute("aria-label", fill(words.plot, { coders }));
  }
}

export const render = renderOf(CodecPart);
