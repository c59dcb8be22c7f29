// What opens above the bar: one sheet at a time, each opened and closed by its button. Escape closes it and gives the focus back.

import { el } from "../../browser/js/dom.js";

export class Sheets {
  constructor() {
    this.element = el("div", { className: "sheets" });
    /** @type {Record<string, { button: HTMLButtonElement, sheet: HTMLElement, shown: () => void }>} */
    this.all = {};
    this.open = "";
    this.element.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !this.open) return;
      const { button } = this.all[this.open];
      this.show("");
      button.focus();
    });
  }

  /**
   * The button that opens a sheet.
   *
   * @param {string} name
   * @param {string} text of the button, and the sheet's name
   * @param {HTMLElement} content
   * @param {() => void} [shown] called when it opens
   */
  add(name, text, content, shown = () => {}) {
    const button = el("button", { type: "button", textContent: text, "aria-expanded": false, "aria-controls": `sheet-${name}` });
    const sheet = el("section", { className: "sheet", id: `sheet-${name}`, "aria-label": text, hidden: true }, content);
    button.addEventListener("click", () => this.show(this.open === name ? "" : name));
    this.all[name] = { button, sheet, shown };
    this.element.append(sheet);
    return button;
  }

  /** Open a sheet and close the others; "" closes all. */
  show(name) {
    this.open = name;
    for (const [each, { button, sheet, shown }] of Object.entries(this.all)) {
      sheet.hidden = each !== name;
      button.setAttribute("aria-expanded", String(each === name));
      if (each === name) shown();
    }
  }
}
