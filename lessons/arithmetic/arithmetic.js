// The lesson on latent arithmetic: a digit plus a strength times a direction, for three coders, under the hand; and the same with directions
// from bootstrap samples of the examples, whose differences are the direction's uncertainty.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { el, number } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { load, Trouble } from "../../explorer/browser/js/payload.js";
import { attributes } from "./arithmetic_maths.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { Strip } from "../../explorer/lesson/js/strip.js";

const MEASURES = ["thickness", "slant", "width"];

/**
 * @typedef {object} Data
 * @property {{ kind: string, name: string, weights: string, code: number[], direction: number[], samples: number[][] }[]} coders directions
 *   of D numbers as the code; samples K x D
 * @property {[number, number, number]} shape
 * @property {string} what is added
 * @property {number} strength
 */

class ArithmeticPart extends LivePart {
  strength = 0;
  addresses = ""; // of the weights that the rows are for
  rows = [];
  /** @type {Decoder[]} */
  decoders = [];
  list = el("div", { className: "ar-rows" });
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.thumb = this.slider({ label: words.strength, min: -2, max: 2, step: 0.05 }, (strength) => this.#go(strength), () => this.#report());
    const zero = this.button(words.zero, () => {
      this.#go(0);
      this.#report();
    });
    root.replaceChildren(el("div", { className: "ar-top" }, this.thumb.element, zero), this.list);
  }

  /** @param {Data} data */
  update(data) {
    if (this.echo.asks(data.strength)) this.strength = data.strength;
    const addresses = JSON.stringify(data.coders.map(({ weights }) => weights));
    this.data = data;
    this.thumb.title.textContent = fill(this.words.adds, { what: data.what });
    this.draw();
    return addresses === this.addresses ? undefined : this.#build(addresses);
  }

  async #build(addresses) {
    this.addresses = addresses;
    const { data, words } = this;
    const samples = data.coders[0].samples.length;
    this.decoders = [];
    this.rows = data.coders.map(({ kind, name }) => {
      const before = new Strip(fill(words.alt_before, { coder: name }), 1, data.shape);
      const now = new Strip(fill(words.alt_now, { coder: name }), 1, data.shape);
      const spread = new Strip(fill(words.alt_spread, { coder: name, samples }), samples, data.shape);
      const facts = el("span", { className: "ar-facts" });
      const head = el("p", {}, el("b", { textContent: name }), facts);
      const pictures = [before, now, spread].map(({ canvas }) => el("div", {}, canvas));
      return { before, now, spread, facts, element: el("div", { className: `ar-row ar-${kind}` }, head, ...pictures) };
    });
    const titles = [words["at-zero"], words.moved, fill(words.spread, { samples })];
    const heads = el("div", { className: "ar-heads" }, ...titles.map((textContent) => el("span", { textContent })));
    this.list.replaceChildren(heads, ...this.rows.map(({ element }) => element));
    try {
      const payloads = await Promise.all(data.coders.map(({ weights }) => load(weights, "decoder")));
      if (addresses !== this.addresses) return; // another choice has come
      this.decoders = payloads.map((payload) => new Decoder(payload));
      this.draw();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.list.replaceChildren(el("p", { role: "alert", textContent: error.message }));
    }
  }

  #go(strength) {
    this.strength = strength;
    this.draw();
  }

  #report() {
    this.report({ strength: this.strength }, this.strength);
  }

  paint() {
    if (!this.data || !this.decoders.length) return;
    const { strength } = this;
    const text = `${strength > 0 ? "+" : ""}${number(strength)}`;
    this.thumb.show(strength, text);
    const side = this.data.shape[2];
    this.data.coders.forEach((coder, i) => {
      const decode = (direction) => this.decoders[i].decode(coder.code.map((z, d) => z + strength * direction[d]));
      const image = decode(coder.direction);
      const others = coder.samples.map(decode);
      const { before, now, spread, facts } = this.rows[i];
      before.show([this.decoders[i].decode(coder.code)]);
      now.show([image]);
      spread.show(others);
      const found = attributes(image, side);
      const ranges = others.map((other) => attributes(other, side));
      const said = MEASURES.map((name) => {
        const values = ranges.map((range) => range[name]);
        const value = el("b", { textContent: fill(this.words[`value_${name}`], { value: found[name] }) });
        const range = fill(this.words[`range_${name}`], { low: Math.min(...values), high: Math.max(...values) });
        return el("span", {}, `${this.words[`name_${name}`]} `, value, ` ${range}`);
      });
      facts.replaceChildren(...said);
      now.describe(facts.textContent);
      spread.describe(fill(this.words["alt-strength"], { strength: text }));
    });
  }
}

export const render = renderOf(ArithmeticPart);
