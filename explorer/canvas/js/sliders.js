// One slider a latent dimension, the one that carries most first; what carries nothing is folded away.

import { el, number } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";

/** Sliders for a model ({ dims, order, kl, inactive, ranges }). `move(d, value)` while a thumb moves, `commit()` when it rests. */
export class Sliders {
  constructor(model, { said }, move, commit, signal) {
    this.said = said;
    this.inputs = [];
    this.outputs = [];
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
    const scale = { type: "range", min, max, step: (max - min) / 1000, value: 0 };
    const input = el("input", { ...scale, "data-testid": "latent-slider", "aria-label": name });
    const output = el("output");
    input.addEventListener("input", () => move(d, Number(input.value)), { signal });
    input.addEventListener("change", commit, { signal });
    this.inputs[d] = input;
    this.outputs[d] = output;
    return el("label", { className: "slider" }, el("span", { textContent: name }), output, input);
  }

  /** Put thumbs and numbers where the code z is; a value beyond a slider's end is still written out. */
  show(z) {
    this.inputs.forEach((input, d) => {
      const text = number(z[d]);
      if (this.outputs[d].textContent === text) return;
      this.outputs[d].textContent = text;
      if (Number(input.value) !== z[d]) input.value = z[d];
      input.setAttribute("aria-valuetext", text);
    });
  }
}
