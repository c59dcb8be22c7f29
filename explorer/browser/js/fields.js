// Small controls with a label: a number, one of a few, one of many.

import { el } from "./dom.js";
import { clamp } from "./numbers.js";

/** A whole number from `low` to `high`. */
export class NumberField {
  /**
   * @param {{ label: string, spoken?: string, help?: string | null, low?: number, high: number }} what
   * @param {(value: number) => void} move with every step
   * @param {() => void} rest once it is left or confirmed
   * @param {AbortSignal} signal
   */
  constructor({ label, spoken = label, help, low = 0, high }, move, rest, signal) {
    this.low = low;
    this.input = el("input", { type: "number", min: low, max: high, step: 1, inputMode: "numeric", "aria-label": spoken, title: help });
    this.high = high;
    const value = () => clamp(Math.round(this.input.valueAsNumber), this.low, this.high);
    const moved = () => {
      if (Number.isFinite(this.input.valueAsNumber)) move(value());
    };
    const rested = () => {
      this.show(Number.isFinite(this.input.valueAsNumber) ? value() : this.at);
      rest();
    };
    this.input.addEventListener("input", moved, { signal });
    this.input.addEventListener("change", rested, { signal });
    this.element = el("label", { className: "field" }, el("span", { textContent: label }), this.input);
  }

  show(value) {
    this.at = value;
    if (this.input.valueAsNumber !== value) this.input.value = String(value);
  }

  set high(value) {
    this.most = value;
    this.input.max = String(value);
  }

  get high() {
    return this.most;
  }
}

/** Buttons of which one is pressed; options are { value: text }. */
export class Choice {
  /**
   * @param {{ label: string, options: Record<string, string> }} what
   * @param {(value: string) => void} choose
   * @param {AbortSignal} signal
   */
  constructor({ label, options }, choose, signal) {
    this.buttons = Object.entries(options).map(([value, text]) => {
      const button = el("button", { type: "button", textContent: text, "data-value": value });
      button.addEventListener("click", () => choose(value), { signal });
      return button;
    });
    const group = el("div", { className: "buttons", role: "group", "aria-label": label }, ...this.buttons);
    this.element = el("div", { className: "field" }, el("span", { textContent: label, "aria-hidden": true }), group);
  }

  show(value) {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
  }
}

/** A menu; options are texts, and a value is the index of one. */
export class Menu {
  /**
   * @param {{ label: string, options: string[] }} what
   * @param {(index: number) => void} choose
   * @param {AbortSignal} signal
   */
  constructor({ label, options }, choose, signal) {
    this.select = el("select", { "aria-label": label }, ...options.map((text, value) => el("option", { value, textContent: text })));
    this.select.addEventListener("change", () => choose(Number(this.select.value)), { signal });
    this.element = el("label", { className: "field" }, el("span", { textContent: label }), this.select);
  }

  show(index) {
    this.select.value = String(index);
  }
}
