// A slider with its name and its number beside it.

import { el, number } from "./dom.js";

export class Slider {
  /**
   * @param {object} what
   * @param {string} [what.name] over the slider; `title` can be filled later
   * @param {string} [what.label] what it is called where it is only heard
   * @param {number} [what.min]
   * @param {number} [what.max]
   * @param {number} [what.step]
   * @param {string} [what.testid]
   * @param {(value: number) => void} move while the thumb moves
   * @param {() => void} rest when it is let go
   * @param {AbortSignal} signal
   */
  constructor({ name = "", label = name, min = 0, max = 1, step = 1, testid }, move, rest, signal) {
    this.title = el("span", { textContent: name });
    this.output = el("output");
    this.input = el("input", { type: "range", min, max, step, "aria-label": label, "data-testid": testid });
    this.at = NaN; // the value that the thumb is at
    const moved = () => {
      this.at = Number(this.input.value);
      move(this.at);
    };
    this.input.addEventListener("input", moved, { signal });
    this.input.addEventListener("change", () => rest(), { signal });
    this.element = el("label", { className: "slider" }, this.title, this.output, this.input);
  }

  /** Put the thumb and the words where the value is; `spoken` is for those who hear the page. */
  show(value, text = number(value), spoken = text) {
    if (this.at !== value) this.input.value = String(value);
    this.at = value;
    if (this.output.textContent !== text) this.output.textContent = text;
    if (this.input.getAttribute("aria-valuetext") !== spoken) this.input.setAttribute("aria-valuetext", spoken);
  }

  /** The largest value, where it depends on what there is to choose from. */
  set max(value) {
    this.input.max = String(value);
    this.at = NaN; // the browser may have moved the thumb
  }
}
