// One slider a latent dimension, the one that carries most first; what carries nothing is folded away.

import { el } from "../../browser/js/dom.js";
import { Slider } from "../../browser/js/slider.js";
import { fill } from "../../browser/js/words.js";

/** Sliders for a model ({ dims, order, kl, inactive, ranges }). `move(d, value)` while a thumb moves, `commit()` when it rests. */
export class Sliders {
  constructor(model, { said }, move, commit, signal) {
    this.said = said;
    /** @type {Slider[]} */
    this.each = []; // by dimension
    const active = el("div", { className: "sliders" });
    const folded = el("div", { className: "sliders" });
    for (const d of model.order) (model.inactive.includes(d) ? folded : active).append(this.#slider(model, d, move, commit, signal));
    this.element = el("div", { className: "slider-box" }, active);
    if (folded.children.length) {
      const summary = fill(said.inactive, { count: folded.children.length, nats: model.inactiveBelow });
      this.element.append(el("details", {}, el("summary", { textContent: summary }), folded));
    }
  }

  #slider(model, d, move, commit, signal) {
    const [min, max] = model.ranges[d];
    const name = model.kl ? fill(this.said.slider_kl, { d: d + 1, kl: model.kl[d] }) : fill(this.said.slider, { d: d + 1 });
    const what = { name, min, max, step: (max - min) / 1000, testid: "latent-slider" };
    this.each[d] = new Slider(what, (value) => move(d, value), commit, signal);
    return this.each[d].element;
  }

  /** Put thumbs and numbers where the code z is; a value beyond a slider's end is still written out. */
  show(z) {
    this.each.forEach((slider, d) => slider.show(z[d]));
  }
}
