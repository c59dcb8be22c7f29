// The unit that is looked at: its number on this digit, what it listens to or paints, and what excites it.

import { el, number } from "../../explorer/browser/js/dom.js";
import { rgb } from "../../explorer/browser/js/raster.js";
import { Tile } from "./inside_views.js";
import { windowOf } from "./network.js";

const SIDE = 28;
const KERNEL = 3;
const ON = 0.05; // an activation above this counts as being on (lessons/inside/excitation.py)

export class Card {
  constructor() {
    this.title = el("p", { className: "in-title" });
    this.facts = el("p", { className: "note" });
    this.signed = new Tile("in-large", "Its weights");
    this.signedWords = el("figcaption");
    this.tiles = Array.from({ length: 8 }, () => new Tile("in-favourite", ""));
    this.favourites = el("div", { className: "in-favourites" }, ...this.tiles.map(({ element }) => element));
    this.plane = new Tile("in-large", "The latent plane");
    this.planeDot = el("span", { className: "in-dot" });
    this.plane.element.append(this.planeDot);
    this.rightWords = el("figcaption");
    this.left = el("figure", { className: "in-figure in-beside" }, this.signed.element, this.signedWords);
    this.right = el("figure", { className: "in-figure" }, this.favourites, this.plane.element, this.rightWords);
    this.element = el(
      "section",
      { className: "in-card", "aria-label": "The unit under the hand" },
      this.title,
      this.facts,
      el("div", { className: "in-pair" }, this.left, this.right),
    );
  }

  /** Show a unit of a network at its digit; ink has colours "#rrggbb": plus, minus, background. */
  show(net, index, unit, ink) {
    const words = wordsOf(net, index, unit);
    this.title.textContent = words.title;
    this.facts.textContent = words.facts.join(" ");
    if (net.inDecoder(index)) this.#ofDecoder(net, index, unit, ink);
    else this.#ofEncoder(net, index, unit, ink);
  }

  #ofEncoder(net, index, unit, ink) {
    const { kind, field } = net.stages[index];
    this.left.hidden = false;
    if (index === 0 && kind === "convolution") {
      const channel = Math.floor(unit / net.places(index));
      const kernel = net.encoder.layers[0].weight.subarray(KERNEL * KERNEL * channel, KERNEL * KERNEL * (channel + 1));
      this.#sign(kernel, KERNEL, ink);
      this.signedWords.textContent = "Its nine weights, the same at every place.";
    } else {
      this.#sign(net.gradient(index, unit), SIDE, ink);
      this.signedWords.textContent =
        index === 0 ? "Its weights on the 784 pixels." : "What would raise it at this digit: its gradient in every pixel.";
    }
    this.signed.say(`${this.signedWords.textContent} Blue raises it, amber lowers it.`);
    this.favourites.hidden = false;
    this.plane.element.hidden = true;
    this.right.classList.remove("in-beside");
    const heads = index === net.depth - 1;
    const found = heads ? [...net.exciting(index, unit).slice(0, 4), ...net.exciting(index, unit, true).slice(0, 4)] : net.exciting(index, unit);
    found.forEach(({ pixels, greys, label, row, column, value }, k) => {
      const tile = this.tiles[k];
      tile.grey(pixels, SIDE, SIDE, greys);
      tile.box(field ? windowOf(field, row, column, SIDE) : null);
      tile.say(`a ${label}, ${number(value)}`);
    });
    const ends = `${number(found[0].value)} at most`;
    this.rightWords.textContent = heads
      ? `Test digits that drive it highest (above, ${number(found[0].value)}) and lowest (below, ${number(found[4].value)}).`
      : field
        ? `The test digits that excite its map most (${ends}), and where.`
        : `The test digits that excite it most (${ends}).`;
  }

  #ofDecoder(net, index, unit, ink) {
    const output = net.isOutput(index);
    this.left.hidden = output;
    if (!output) {
      const { difference, before, after } = net.effect(index, unit);
      this.#sign(difference, SIDE, ink, 0.02);
      this.signedWords.textContent = `What it adds to the picture. Without it: reconstruction ${number(before, 1)} \u2192 ${number(after, 1)} nats.`;
      this.signed.say(`${this.signedWords.textContent} Blue: brighter with it, amber: darker.`);
    }
    this.favourites.hidden = true;
    this.plane.element.hidden = false;
    this.right.classList.add("in-beside");
    const over = net.overPlane(index, unit);
    this.rightWords.textContent = over
      ? `${output ? "How bright it is" : "Where it is on"}, over z1 (right) and z2 (up) from \u2212${over.edge} to ${over.edge}; white is ${output ? "1" : number(Math.max(...over.values))}. The dot is this digit\u2019s code.`
      : "Asking the decoder all over the latent plane \u2026";
    if (!over) return this.plane.grey(new Float32Array(1), 1, 1);
    this.plane.grey(over.values, over.side, over.side, output ? 1 : Math.max(1e-3, ...over.values));
    const percent = (value) => `${Math.max(0, Math.min(100, 50 + (50 * value) / over.edge))}%`;
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

/** A unit in words: { title, facts, short }. */
export function wordsOf(net, index, unit) {
  const stage = net.stages[index];
  const [channels, height, width] = stage.shape;
  const value = net.shown(index)[unit];
  const now = number(value);
  const where = net.inDecoder(index) ? "decoder" : "encoder";
  const layer = `${net.title} ${where}, layer ${(net.inDecoder(index) ? index - net.depth : index) + 1}`;
  if (net.isOutput(index)) {
    const place = `row ${Math.floor(unit / width) + 1}, column ${(unit % width) + 1}`;
    return { title: `${net.title} output, ${place}`, facts: [`Its mean is ${now}; the digit has ${number(net.pixels[unit])} there.`], short: `${place}, ${now}` };
  }
  if (index === net.depth - 1) {
    const d = (unit % net.latents) + 1;
    const mean = unit < net.latents;
    const name = mean ? `\u03bc${d}` : `log \u03c3\u00b2${d}`;
    const role = mean ? `the centre of the posterior in z${d}` : `the logarithm of the posterior\u2019s variance in z${d} (\u03c3 = ${number(Math.exp(value / 2), 3)})`;
    return { title: `${net.title} encoder, ${name}`, facts: [`${now}: ${role}. It sees the whole digit.`], short: `${name} ${now}` };
  }
  const place = height ? `map ${Math.floor(unit / (height * width)) + 1} of ${channels}, row ${(Math.floor(unit / width) % height) + 1}, column ${(unit % width) + 1}` : `unit ${unit + 1} of ${channels}`;
  const facts = [`Activation ${now} on this digit${value > ON ? "" : ", off"}.`];
  if (!net.inDecoder(index)) {
    const on = net.on(index, unit);
    const share = on > 0 && on < 0.001 ? "fewer than one in a thousand" : `${number(100 * on, on < 0.1 ? 1 : 0)} %`;
    facts.push(`${height ? "Somewhere in its map it is" : "It is"} on for ${share} of the test digits.`);
  }
  if (stage.field) {
    const { size } = stage.field;
    facts.push(net.inDecoder(index) ? `It reaches ${size} \u00d7 ${size} pixels (red).` : `It sees ${size} \u00d7 ${size} pixels (red).`);
  } else facts.push(net.inDecoder(index) ? "It reaches the whole picture." : "It sees the whole digit.");
  return { title: `${layer}, ${place}`, facts, short: `${place}, activation ${now}` };
}
