// A node of the machine: a button that shows its symbol, its name and its live value, and opens the node's card.

import { el, number } from "../../browser/js/dom.js";

const [FUNNEL_WIDTH, FUNNEL_HEIGHT] = [72, 132];
const PIXELS = 784; // the tallest layer

export class Node {
  /** `values` numbers are shown, one below the other; `open(node)` is called when the reader wants to look inside. */
  constructor({ id, symbol, word, idea, values = 0, figure = null, before = "" }, open, signal) {
    this.id = id;
    this.outputs = Array.from({ length: values }, () => el("span", { className: "number" }));
    this.shown = [];
    const head = el("span", { className: "symbols" }, symbol && el("b", { textContent: symbol }), el("small", { textContent: word }));
    const value = values ? el("span", { className: "value" }, before, ...this.outputs) : null;
    this.element = el("button", { type: "button", className: `node ${idea}`, "aria-expanded": "false", "data-node": id }, figure, head, value);
    this.element.addEventListener("click", () => open(this), { signal });
  }

  /** Show numbers; what has not changed is not written again. */
  show(values, decimals = 2, unit = "") {
    values.forEach((value, i) => {
      const text = `${number(value, decimals)}${unit}`;
      if (text === this.shown[i]) return;
      this.shown[i] = this.outputs[i].textContent = text;
    });
  }
}

/** An encoder or a decoder as a funnel: its layers as bars from left to right, as tall as the logarithm of their sizes. */
export function funnel(sizes) {
  const step = FUNNEL_WIDTH / sizes.length;
  const tall = (size) => (FUNNEL_HEIGHT * (0.6 + Math.log2(size))) / (0.6 + Math.log2(PIXELS));
  const middle = (i) => (i + 0.5) * step;
  const last = sizes.length - 1;
  const corner = (i, sign) => `${middle(i)},${(FUNNEL_HEIGHT + sign * tall(sizes[i])) / 2}`;
  const outline = sizes.map((_, i) => corner(i, -1)).concat(sizes.map((_, i) => corner(last - i, 1)));
  const bars = sizes.map(
    (size, i) => `<rect x="${middle(i) - 3}" y="${(FUNNEL_HEIGHT - tall(size)) / 2}" width="6" height="${tall(size)}" rx="2"/>`,
  );
  const svg = el("span", { className: "funnel", "aria-hidden": "true" });
  svg.innerHTML = `<svg viewBox="0 0 ${FUNNEL_WIDTH} ${FUNNEL_HEIGHT}"><polygon points="${outline.join(" ")}"/>${bars.join("")}</svg>`;
  return svg;
}
