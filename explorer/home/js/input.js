// What goes into the machine: a test digit, another one of its class, or a drawing.

import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { inkOf } from "./maths.js";
import { Node } from "./node.js";
import { Pad } from "../../browser/js/pad.js";
import { Picture } from "../../browser/js/picture.js";

export class Input {
  /** `machine` has pick(label), open(node, lane) and drew(drawing). */
  constructor(data, machine, signal) {
    const { words } = data;
    this.words = words;
    this.classes = data.classes;
    this.picture = new Picture(words["input-alt"]);
    this.picture.canvas.dataset.testid = "input-image";
    this.node = new Node(
      { id: "input", symbol: "x", word: words.input, idea: "input", figure: this.picture.canvas, values: 1, before: `${words.ink} ` },
      (node) => machine.open(node, machine.lanes[0]),
      signal,
    );
    this.digits = data.classes.map((name, label) => {
      const button = el("button", { type: "button", role: "radio", textContent: name, "aria-label": fill(words.digit, { name }) });
      button.addEventListener("click", () => machine.pick(label), { signal });
      button.addEventListener("keydown", (event) => this.#key(event, label), { signal });
      return button;
    });
    this.another = el("button", { type: "button", className: "small", textContent: words.another });
    this.another.addEventListener("click", () => machine.pick(), { signal });
    this.pad = new Pad({ sides: [], words: { pad: data.pad }, commit: ({ drawing }) => machine.drew(drawing) }, signal);
    this.about = el("p", { className: "about" });
    this.element = el(
      "div",
      { className: "input-column" },
      el("div", { className: "station" }, this.node.element),
      el("div", { className: "choose" }, el("div", { className: "digits", role: "radiogroup", "aria-label": words.digits }, ...this.digits), this.another, this.about),
      el("div", { className: "draw-here" }, el("small", { textContent: words.draw }), this.pad.box),
    );
  }

  /** Show what goes in. */
  show(input) {
    this.picture.show(input.pixels, [1, 28, 28]);
    const { words } = this;
    this.picture.describe(input.drawn ? words.drawing : fill(words["index-alt"], { name: this.classes[input.label] }));
    this.node.show([inkOf(input.pixels)], 1);
    this.digits.forEach((button, label) => {
      button.setAttribute("aria-checked", String(!input.drawn && label === input.label));
      button.tabIndex = label === (input.drawn ? 0 : input.label) ? 0 : -1; // one stop for Tab; arrow keys go from digit to digit
    });
    this.about.textContent = input.drawn ? fill(words.guessed, { guess: input.guess }) : fill(words.index, { index: input.index });
  }

  #key(event, label) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = this.digits.at((label + by) % this.digits.length);
    next.focus();
    next.click();
  }
}
