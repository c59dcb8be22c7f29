// The unit that is looked at: its number on this digit, what it listens to or paints, and what excites it.

import { clamp } from "../../explorer/browser/js/numbers.js";
import { el, number } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { rgb } from "../../explorer/browser/js/raster.js";
import { Tile } from "./inside_views.js";
import { windowOf } from "./network.js";

const SIDE = 28;
const KERNEL = 3;
const ON = 0.05; // an activation above this counts as being on (lessons/inside/excitation.py)

export class Card {
  constructor(words) {
    this.words = words;
    this.title = el("p", { className: "in-title" });
    this.facts = el("p", { className: "note" });
    this.signed = new Tile("in-large", words.its_weights);
    this.signedWords = el("figcaption");
    this.tiles = Array.from({ length: 8 }, () => new Tile("in-favourite", ""));
    this.favourites = el("div", { className: "in-favourites" }, ...this.tiles.map(({ element }) => element));
    this.plane = new Tile("in-large", words.plane);
    this.planeDot = el("span", { className: "in-dot" });
    this.plane.element.append(this.planeDot);
    this.rightWords = el("figcaption");
    this.left = el("figure", { className: "in-figure in-beside" }, this.signed.element, this.signedWords);
    this.right = el("figure", { className: "in-figure" }, this.favourites, this.plane.element, this.rightWords);
    this.element = el(
      "section",
      { className: "in-card", "aria-label": words.card },
      this.title,
      this.facts,
      el("div", { className: "in-pair" }, this.left, this.right),
    );
  }

  /** Show a unit of a network at its digit; ink has colours "#rrggbb": plus, minus, background. */
  show(net, index, unit, ink) {
    const { title, facts } = wordsOf(this.words, net, index, unit);
    this.title.textContent = title;
    this.facts.textContent = facts.join(" ");
    if (net.inDecoder(index)) this.#ofDecoder(net, index, unit, ink);
    else this.#ofEncoder(net, index, unit, ink);
  }

  #ofEncoder(net, index, unit, ink) {
    const { words } = this;
    const { kind, field } = net.stages[index];
    this.left.hidden = false;
    if (index === 0 && kind === "convolution") {
      const channel = Math.floor(unit / net.places(index));
      const kernel = net.encoder.layers[0].weight.subarray(KERNEL * KERNEL * channel, KERNEL * KERNEL * (channel + 1));
      this.#sign(kernel, KERNEL, ink);
      this.signedWords.textContent = words.kernel;
    } else {
      this.#sign(net.gradient(index, unit), SIDE, ink);
      this.signedWords.textContent = index === 0 ? words.first_weights : words.gradient;
    }
    this.signed.say(fill(words.raises, { what: this.signedWords.textContent }));
    this.favourites.hidden = false;
    this.plane.element.hidden = true;
    this.right.classList.remove("in-beside");
    const heads = index === net.depth - 1;
    const found = heads ? [...net.exciting(index, unit).slice(0, 4), ...net.exciting(index, unit, true).slice(0, 4)] : net.exciting(index, unit);
    found.forEach(({ pixels, greys, label, row, column, value }, k) => {
      const tile = this.tiles[k];
      tile.grey(pixels, SIDE, SIDE, greys);
      tile.box(field ? windowOf(field, row, column, SIDE) : null);
      tile.say(fill(words.favourite, { label, value }));
    });
    this.rightWords.textContent = heads
      ? fill(words.head_favourites, { highest: found[0].value, lowest: found[4].value })
      : fill(field ? words.map_favourites : words.unit_favourites, { most: found[0].value });
  }

  #ofDecoder(net, index, unit, ink) {
    const { words } = this;
    const output = net.isOutput(index);
    this.left.hidden = output;
    if (!output) {
      const { difference, before, after } = net.effect(index, unit);
      this.#sign(difference, SIDE, ink, 0.02);
      this.signedWords.textContent = fill(words.adds, { before, after });
      this.signed.say(fill(words.brighter, { what: this.signedWords.textContent }));
    }
    this.favourites.hidden = true;
    this.plane.element.hidden = false;
    this.right.classList.add("in-beside");
    const over = net.overPlane(index, unit);
    this.rightWords.textContent = !over
      ? words.asking
      : output
        ? fill(words.bright_where, { edge: over.edge })
        : fill(words.on_where, { edge: over.edge, white: Math.max(...over.values) });
    if (!over) return this.plane.grey(new Float32Array(1), 1, 1);
    this.plane.grey(over.values, over.side, over.side, output ? 1 : Math.max(1e-3, ...over.values));
    const percent = (value) => `${clamp(50 + (50 * value) / over.edge, 0, 100)}%`;
    Object.assign(this.planeDot.style, { left: percent(net.code[0]), top: percent(-net.code[1]) });
    this.plane.say(this.rightWords.textContent);
  }

  /** Signed numbers as a picture: blue above zero, amber below, the page's own colour at zero. */
  #sign(values, side, ink, least = 1e-6) {
    const [plus, minus, zero] = [ink.plus, ink.minus, ink.background].map(rgb);
    const most = Math.max(least, ...Array.from(values, Math.abs));
    this.signed.show(side, side, (i) => {
      const share = Math.abs(values[i]) / most;
      const end = values[i] > 0 ? plus : minus;
      return zero.map((z, c) => z + share * (end[c] - z));
    });
  }
}

/** The name of a layer, such as "MLP encoder, layer 1". */
export function layerOf(words, net, index) {
  const decoder = net.inDecoder(index);
  return fill(decoder ? words.decoder_layer : words.encoder_layer, { net: net.title, number: (decoder ? index - net.depth : index) + 1 });
}

/** A unit in words: { title, facts, short }. */
export function wordsOf(words, net, index, unit) {
  const stage = net.stages[index];
  const [channels, height, width] = stage.shape;
  const value = net.shown(index)[unit];
  const row = (Math.floor(unit / width) % height) + 1;
  const column = (unit % width) + 1;
  if (net.isOutput(index)) {
    const place = fill(words.output_place, { row, column });
    return {
      title: fill(words.output_title, { net: net.title, place }),
      facts: [fill(words.output_fact, { value, pixel: net.pixels[unit] })],
      short: fill(words.output_short, { place, value }),
    };
  }
  if (index === net.depth - 1) {
    const d = (unit % net.latents) + 1;
    const mean = unit < net.latents;
    const head = mean ? `\u03bc${d}` : `log \u03c3\u00b2${d}`;
    const fact = mean ? fill(words.mean, { value, d }) : fill(words.variance, { value, d, sigma: Math.exp(value / 2) });
    return { title: fill(words.head_title, { net: net.title, head }), facts: [fact], short: fill(words.head_short, { head, value }) };
  }
  const place = height
    ? fill(words.map_place, { map: Math.floor(unit / (height * width)) + 1, maps: channels, row, column })
    : fill(words.dense_place, { unit: unit + 1, units: channels });
  const decoder = net.inDecoder(index);
  const facts = [fill(value > ON ? words.active : words.inactive, { value })];
  if (!decoder) {
    const on = net.on(index, unit);
    const share = on > 0 && on < 0.001 ? words.seldom : `${number(100 * on, on < 0.1 ? 1 : 0)} %`;
    facts.push(fill(height ? words.map_on : words.dense_on, { share }));
  }
  if (stage.field) facts.push(fill(decoder ? words.reaches : words.sees, { size: stage.field.size }));
  else facts.push(decoder ? words.reaches_all : words.sees_all);
  return { title: fill(words.unit_title, { layer: layerOf(words, net, index), place }), facts, short: fill(words.unit_short, { place, value }) };
}
