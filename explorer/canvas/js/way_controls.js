// What a way between two test images is chosen by: its ends, by class and example or by chance; its kind; and its number of steps.

import { el } from "../../browser/js/dom.js";
import { Choice, Menu, NumberField } from "../../browser/js/fields.js";
import { Slider } from "../../browser/js/slider.js";
import { fill } from "../../browser/js/words.js";

export class WayControls {
  /** `words` are { a, b, example, of, random, method, steps }, `options` the kinds of ways, `low` and `high` bound the steps. */
  constructor(morph, { words, options, low, high }, classes, signal) {
    this.morph = morph;
    this.labels = null;
    const rest = () => morph.drop();
    this.ends = ["a", "b"].map((name, end) => {
      const label = words[name];
      const first = (chosen) => {
        if (!this.labels) return;
        morph.settle(end, this.labels.indexOf(chosen));
        rest();
      };
      const menu = new Menu({ label, options: classes }, first, signal);
      const move = (example) => this.labels && morph.settle(end, this.#members(end)[example]);
      const example = new NumberField({ label: words.example, spoken: `${label}, ${words.example}`, high: 0 }, move, rest, signal);
      return { menu, example };
    });
    this.of = words.of;
    const random = el("button", { type: "button", textContent: words.random });
    random.addEventListener("click", () => this.#chance(), { signal });
    const take = (method) => {
      morph.change({ method });
      rest();
    };
    this.method = new Choice({ label: words.method, options }, take, signal);
    this.steps = new Slider({ name: words.steps, min: low, max: high }, (steps) => morph.change({ steps }), rest, signal);
    const picked = this.ends.flatMap(({ menu, example }) => [menu.element, example.element]);
    this.element = el("div", { className: "tools fields" }, ...picked, random, this.method.element, this.steps.element);
  }

  /** Show how things stand; `labels` are the classes of the test images, once they have come. */
  show(labels) {
    this.labels = labels && Array.from(labels);
    this.method.show(this.morph.method);
    this.steps.show(this.morph.steps, String(this.morph.steps));
    if (!this.labels) return;
    this.ends.forEach(({ menu, example }, end) => {
      const members = this.#members(end);
      menu.show(this.labels[this.morph.ends[end]]);
      example.high = members.length - 1;
      example.input.title = fill(this.of, { count: members.length });
      example.show(members.indexOf(this.morph.ends[end]));
    });
  }

  /** The test images of the class that an end has. */
  #members(end) {
    const label = this.labels[this.morph.ends[end]];
    return this.labels.flatMap((other, i) => (other === label ? [i] : []));
  }

  #chance() {
    if (!this.labels) return;
    for (const end of [0, 1]) this.morph.settle(end, Math.floor(Math.random() * this.labels.length));
    this.morph.drop();
  }
}
