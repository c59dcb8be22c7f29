// What epsilon changes: twelve numbered draws, decoded by the VAE, and how far each pixel differs between them.

import { el } from "../../browser/js/dom.js";
import { torchNoise } from "../../browser/js/noise.js";
import { rgb } from "../../browser/js/raster.js";
import { fill } from "../../browser/js/words.js";
import { sampleOf, spreadOf } from "./maths.js";
import { Picture } from "../../browser/js/picture.js";

const DRAWS = 12; // torch's seeds from 0
const MOST = 0.5; // the largest standard deviation that values between 0 and 1 can have

export class Strip {
  /** `lane` is the VAE's. */
  constructor(lane, words) {
    this.lane = lane;
    this.words = words;
    this.epsilons = Array.from({ length: DRAWS }, (_, seed) => torchNoise(seed));
    this.pictures = this.epsilons.map((_, seed) => new Picture(fill(words["draw-alt"], { draw: seed })));
    this.spread = new Picture(words["spread-alt"]);
    this.said = el("p");
    this.element = el(
      "section",
      { className: "strip-box vae", "aria-label": words["strip-alt"] },
      el("div", { className: "draws" }, ...this.pictures.map(({ canvas }) => canvas)),
      this.spread.canvas,
      el("div", { className: "strip-said" }, el("h3", { className: "name", textContent: fill(words.strip, { draws: DRAWS }) }), this.said),
    );
  }

  /** Show the draws for what goes through the machine now; each is computed once for an input. */
  show(ink) {
    const { lane } = this;
    const shown = lane.ready ? JSON.stringify([lane.posterior, ink.epsilon]) : "";
    if (shown === this.shown) return;
    this.shown = shown;
    if (!shown) return;
    const { decoder, posterior } = lane;
    const images = this.epsilons.map((epsilon) => decoder.decode(sampleOf(posterior, epsilon)));
    images.forEach((image, k) => this.pictures[k].show(image, decoder.shape));
    const spread = spreadOf(images);
    const [, height, width] = decoder.shape;
    const tint = rgb(ink.epsilon).map((level) => level / 255);
    const bright = tint.map((level) => level / Math.max(...tint)); // the colour of epsilon as bright as it gets
    this.spread.show(bright.flatMap((level) => spread.map((value) => (level * value) / MOST)), [3, height, width]);
    this.said.textContent = fill(this.words.spread, { draws: DRAWS, most: MOST, largest: Math.max(...spread) });
    this.spread.describe(this.said.textContent);
  }
}
