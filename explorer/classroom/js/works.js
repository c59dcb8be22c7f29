// What the class makes, for its teacher: the map, on which a drawing can be hidden or shown, or the chart of models. Its code comes when it is first opened.

import { placed } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";

const PARTS = { map: "ClassMap", chart: "ClassChart" };

export class Works {
  /**
   * @param {import("./link.js").Link} link
   * @param {any} told what the document says (explorer/classroom/bar.py)
   */
  constructor(link, told) {
    this.link = link;
    this.told = told;
    this.element = el("div");
    /** @type {Record<string, { place: HTMLElement, part: Promise<any> | null }>} */
    this.parts = {};
  }

  /** What the class makes at the moment: "map", "chart", or "". */
  get front() {
    const { stage } = this.link.state;
    return stage in PARTS ? stage : "";
  }

  show() {
    const name = this.front;
    if (!name) return;
    const kept = (this.parts[name] ??= { place: el("div"), part: null });
    if (this.element.firstChild !== kept.place) this.element.replaceChildren(kept.place);
    if (this.element.checkVisibility()) kept.part ??= this.#part(name, kept);
    kept.part?.then((part) => part?.show(this.link.state));
  }

  async #part(name, kept) {
    try {
      const module = await import(placed(this.told.shown[name]));
      const send = name === "map" ? (kind, body) => this.link.send(kind, body) : null;
      return new module[PARTS[name]](kept.place, this.told.words[name], send);
    } catch (error) {
      kept.part = null; // tried again when it is opened again
      console.warn(error);
    }
  }
}
