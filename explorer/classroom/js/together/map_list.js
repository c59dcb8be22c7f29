// Every drawing in words, for who does not see the planes; made only when it is opened, and then kept, and with it the focus.

import { el } from "../../../browser/js/dom.js";

export class MapList {
  /**
   * @param {Map<string, any>} drawings of the class, by id
   * @param {string} title
   * @param {{ wanted: (drawing: any) => boolean, told: (drawing: any) => string, choose: (id: string) => void }} how which are looked at,
   *   each in words, and what a press does
   */
  constructor(drawings, title, { wanted, told, choose }) {
    this.drawings = drawings;
    this.wanted = wanted;
    this.told = told;
    this.choose = choose;
    this.list = el("ul", {});
    /** @type {Map<string, HTMLElement>} */
    this.items = new Map();
    this.element = el("details", {}, el("summary", { textContent: title }), this.list);
    this.element.addEventListener("toggle", () => this.show());
  }

  /** List the drawings as they are now. */
  show() {
    if (!this.element.open) return;
    for (const [id, item] of this.items) {
      if (this.drawings.has(id)) continue;
      const focused = item.contains(/** @type {Document} */ (item.getRootNode()).activeElement);
      item.remove();
      this.items.delete(id);
      if (focused) /** @type {HTMLElement} */ (this.element.firstChild).focus();
    }
    for (const drawing of this.drawings.values()) {
      const { id } = drawing;
      if (!this.items.has(id)) {
        const made = el("button", { type: "button" });
        made.addEventListener("click", () => this.choose(id));
        this.items.set(id, el("li", {}, made));
        this.list.append(this.items.get(id));
      }
      const item = this.items.get(id);
      item.hidden = !this.wanted(drawing);
      item.firstChild.textContent = this.told(drawing);
    }
  }
}
