// The class's drawings where each model encodes them: two planes side by side, with the codes of the test set as a quiet background. A
// drawing that is pointed at on one plane is marked on both and shown large.

import { el, number } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
import { wear } from "./look.js";
import { MapList } from "./map_list.js";
import { MapPlane } from "./map_plane.js";
import { SIDE, sprite } from "./sprite.js";

const DIGITS = 10;
const NEW = 3; // the latest drawings, which are always pictures
const NEWS = 4000; // ms that a drawing is marked as new

export class ClassMap {
  /**
   * @param {HTMLElement} root
   * @param {Record<string, string>} words the block `map` of explorer/classroom/words.md
   * @param {((kind: string, body: object) => Promise<any>) | null} [send] for the teacher: shows and hides drawings
   */
  constructor(root, words, send = null) {
    this.root = root;
    this.send = send;
    this.words = words;
    /** @type {Map<string, any>} */
    this.drawings = new Map();
    this.born = new Map(); // id -> when it came, for those that came while somebody looked
    this.label = null; // the class of drawings that is looked at; null for all
    this.chosen = null; // the drawing that is looked at
    /** @type {MapPlane[]} */
    this.planes = [];
    /** @type {string[]} */
    this.colours = []; // of the ten digits, once a plane has come
    this.names = "";
    this.asked = el("span", {});
    this.counted = el("span", { className: "class-count" });
    this.heading = el("p", { className: "class-heading" }, this.asked, " ", this.counted);
    /** @type {Map<number | null, HTMLButtonElement>} */
    this.kinds = new Map([null, ...Array(DIGITS).keys()].map((label) => [label, this.#chip(label)]));
    this.chips = el("div", { className: "class-chips", role: "group", "aria-label": words.classes }, ...this.kinds.values());
    const button = (textContent, label, act) => {
      const made = el("button", { type: "button", textContent, "aria-label": label, title: label });
      made.addEventListener("click", act);
      return made;
    };
    const zoom = el(
      "div",
      { className: "class-chips" },
      button("+", words.closer, () => this.#zoom(1.5)),
      button("\u2212", words.farther, () => this.#zoom(1 / 1.5)),
      button(words.whole, words.whole, () => this.#zoom(0)),
    );
    this.tools = el("div", { className: "class-tools" }, this.chips, zoom);
    this.pair = el("div", { className: "class-planes" });
    this.picture = el("canvas", { className: "class-large", width: SIDE, height: SIDE, role: "img" });
    this.about = el("p", { "aria-live": "polite" });
    this.toggle = button("", null, () => this.#steer("drawing", { shown: !this.drawings.get(this.chosen).shown }));
    this.erase = button(words.delete, null, () => this.#steer("drawing-gone"));
    this.acts = el("div", { className: "class-chips" }, this.toggle, this.erase);
    this.large = el("div", { className: "class-closer" }, this.picture, el("div", {}, this.about, this.acts));
    const wanted = (drawing) => this.#wanted(drawing);
    this.list = new MapList(this.drawings, words.list, { wanted, told: (drawing) => this.#told(drawing), choose: (id) => this.choose(id) });
    this.element = el("div", { className: "class-map" }, this.heading, this.tools, this.pair, this.large, this.list.element);
    root.append(this.element);
  }

  /** Show what the class has drawn; `state` as the room has it (its `map` and its `drawings`). */
  show(state) {
    wear(this.root);
    const { map, drawings = {} } = state;
    if (!map) return;
    const seen = this.drawings.size > 0;
    for (const id of [...this.drawings.keys()].filter((known) => !(known in drawings))) this.#forget(id);
    let changed = false;
    for (const [id, drawing] of Object.entries(drawings)) {
      const known = this.drawings.get(id);
      if (known && known.shown === drawing.shown) continue;
      if (!known && seen) this.#announce(id);
      this.drawings.set(id, { ...drawing, id, sprites: known?.sprites ?? new Map() });
      changed = true;
    }
    if (map.models.join() !== this.names) this.#open(map.models);
    this.asked.textContent = map.label === null || map.label === undefined ? this.words.any : fill(this.words.wanted, { digit: map.label });
    this.counted.textContent = this.#count(this.drawings.size);
    if (changed || this.stale) {
      this.#chipped();
      this.list.show();
    }
    this.stale = false;
    this.#look();
    this.#draw();
  }

  /** Whether the drawing is one of those that are looked at. */
  #wanted(drawing) {
    return this.label === null || drawing.label === this.label;
  }

  #count(count) {
    return count === 1 ? this.words.one : fill(this.words.count, { count });
  }

  #forget(id) {
    this.drawings.delete(id);
    if (this.chosen === id) this.chosen = null;
    this.stale = true;
  }

  /** Mark a drawing that has just come, for a while. */
  #announce(id) {
    this.born.set(id, Date.now());
    setTimeout(() => {
      this.born.delete(id);
      this.#draw();
    }, NEWS);
  }

  #open(models) {
    this.names = models.join();
    this.planes.forEach((plane) => plane.close());
    this.planes = models.map((model) => new MapPlane(model, this));
    this.pair.replaceChildren(...this.planes.map((plane) => plane.element));
  }

  /** A plane has come: now the digits have colours, and places have names. */
  arrived(colours) {
    this.colours = colours;
    this.#chipped();
    this.list.show();
    this.#look();
    this.#draw();
  }

  /** A button for all drawings or those of one digit. */
  #chip(label) {
    const made = el("button", { type: "button", textContent: label === null ? this.words.all : String(label), "aria-pressed": label === null });
    made.addEventListener("click", () => {
      this.label = label;
      for (const [other, button] of this.kinds) button.setAttribute("aria-pressed", String(other === label));
      if (this.chosen && !this.#wanted(this.drawings.get(this.chosen))) this.choose(null);
      this.list.show();
      this.#draw();
    });
    return made;
  }

  /** Which digits there are. The buttons stay, and with them the focus. */
  #chipped() {
    const counts = new Array(DIGITS).fill(0);
    for (const { label } of this.drawings.values()) counts[label]++;
    counts.forEach((count, label) => {
      const chip = this.kinds.get(label);
      chip.hidden = !count && this.label !== label;
      chip.setAttribute("aria-label", fill(this.words.class, { digit: label, count: this.#count(count) }));
      if (this.colours[label]) chip.style.setProperty("--own", this.colours[label]);
    });
  }

  /** A drawing in words: its digit, and where it lies on each plane. */
  #told(drawing) {
    const places = this.planes.filter(({ model }) => drawing.codes[model]).map(({ model, label }) => {
      const [x, y] = drawing.codes[model];
      return fill(this.words.place, { model: label ?? model, x: number(x, 1), y: number(y, 1) });
    });
    return [fill(this.words.drawing, { digit: drawing.label }), ...places].join(" ");
  }

  /** Look at a drawing, or with null at none. */
  choose(id) {
    if (this.chosen === id) return;
    this.chosen = id;
    this.#look();
    this.#draw();
  }

  #look() {
    const drawing = this.drawings.get(this.chosen);
    const text = !drawing ? this.words.look : this.#told(drawing) + (drawing.shown ? "" : ` ${this.words.hidden}`);
    if (this.about.textContent === text && this.about.dataset.of === drawing?.id) return;
    this.large.classList.toggle("none", !drawing);
    this.about.textContent = text;
    this.about.dataset.of = drawing?.id;
    const focused = this.acts.contains(/** @type {Document} */ (this.acts.getRootNode()).activeElement);
    this.acts.hidden = !drawing || !this.send;
    if (!drawing) {
      if (focused) this.planes[0].plane.focus();
      return;
    }
    this.toggle.textContent = drawing.shown ? this.words.hide : this.words.approve;
    this.erase.hidden = drawing.shown;
    this.picture.setAttribute("aria-label", fill(this.words.drawing, { digit: drawing.label }));
    const context = this.picture.getContext("2d");
    context.clearRect(0, 0, SIDE, SIDE);
    context.drawImage(sprite(drawing, "#ffffff"), 0, 0);
  }

  /** The teacher does something to the drawing that is looked at. */
  #steer(what, more = {}) {
    this.send("steer", { what, id: this.chosen, ...more });
  }

  /** Closer or farther on all planes; 0 shows the whole. */
  #zoom(factor) {
    for (const plane of this.planes) plane.zoom(factor);
  }

  #draw() {
    this.planes.forEach((plane) => plane.changed());
  }

  /** The drawings of a plane, the most important first: what is looked at, what has just come, then as they came. */
  ordered() {
    const all = [...this.drawings.values()].filter((drawing) => this.#wanted(drawing));
    const first = new Set([this.chosen, ...[...this.drawings.keys()].slice(-NEW)]);
    return [...all.filter(({ id }) => first.has(id)), ...all.filter(({ id }) => !first.has(id))];
  }
}
