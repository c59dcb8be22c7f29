// The class's drawings where each model encodes them: two planes side by side, with the codes of the test set as a quiet background. A
// drawing that is pointed at on one plane is marked on both and shown large.

import { el, number } from "../../../browser/js/dom.js";
import { points, rgb } from "../../../browser/js/raster.js";
import { measured } from "../../../browser/js/size.js";
import { fill } from "../../../browser/js/words.js";
import { axes } from "../../../canvas/js/contours.js";
import { gestures } from "../../../canvas/js/gestures.js";
import { View } from "../../../canvas/js/view.js";
import { beside, laid, under } from "./map_layout.js";
import { ask, bytes } from "./server.js";
import { inkOf, wear } from "./look.js";

const SIDE = 28;
const DIGITS = 10;
const QUIET = 0.22; // opacity of the background
const NEW = 3; // the latest drawings, which are always pictures
const NEWS = 4000; // ms that a drawing is marked as new
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLOSER = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };
const TURN = 2 * Math.PI;

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
    /** @type {SidePlane[]} */
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
    this.list = el("ul", {});
    /** @type {Map<string, HTMLElement>} */
    this.items = new Map(); // of the list, by drawing
    this.details = el("details", {}, el("summary", { textContent: words.list }), this.list);
    this.details.addEventListener("toggle", () => this.#listed());
    this.element = el("div", { className: "class-map" }, this.heading, this.tools, this.pair, this.large, this.details);
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
      this.#listed();
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
    this.planes = models.map((model) => new SidePlane(model, this));
    this.pair.replaceChildren(...this.planes.map((plane) => plane.element));
  }

  /** A plane has come: now the digits have colours, and places have names. */
  arrived(colours) {
    this.colours = colours;
    this.#chipped();
    this.#listed();
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
      this.#listed();
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

  /** Every drawing in words, for who does not see the planes; made only when it is opened, and then kept, and with it the focus. */
  #listed() {
    if (!this.details.open) return;
    for (const [id, item] of this.items) {
      if (this.drawings.has(id)) continue;
      const focused = item.contains(/** @type {Document} */ (item.getRootNode()).activeElement);
      item.remove();
      this.items.delete(id);
      if (focused) /** @type {HTMLElement} */ (this.details.firstChild).focus();
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
      item.hidden = !this.#wanted(drawing);
      item.firstChild.textContent = this.#told(drawing);
    }
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

/** A drawing in one ink on nothing. */
function sprite(drawing, colour) {
  let made = drawing.sprites.get(colour);
  if (!made) {
    made = el("canvas", { width: SIDE, height: SIDE });
    const context = made.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    const [r, g, b] = rgb(colour);
    bytes(drawing.image).forEach((grey, p) => image.data.set([r, g, b, grey], 4 * p));
    context.putImageData(image, 0, 0);
    drawing.sprites.set(colour, made);
  }
  return made;
}

/** One model's plane. */
class SidePlane {
  constructor(model, map) {
    this.model = model;
    this.map = map;
    this.view = new View();
    this.view.setBounds([[-3, 3], [-3, 3]]);
    this.label = null;
    this.name = el("h3", { textContent: "" });
    this.canvas = el("canvas", {});
    this.plane = el("div", { className: "class-plane", tabIndex: 0, role: "application", "data-testid": "class-plane" }, this.canvas);
    this.trouble = el("p", { role: "status", hidden: true });
    this.element = el("section", {}, this.name, this.plane, this.trouble);
    this.layout = { pictures: [], dots: [], arrows: [] };
    this.ending = new AbortController();
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(this.plane);
    gestures(this.plane, this.#hand(), this.ending.signal);
    this.plane.addEventListener("keydown", (event) => this.#key(event), { signal: this.ending.signal });
    this.#fetch();
  }

  close() {
    this.ending.abort();
    this.observer.disconnect();
  }

  async #fetch() {
    try {
      const { label, bounds, axes: titles, count, points: packed, colours } = await ask(`plane/${this.model}`);
      this.label = label;
      this.titles = titles;
      this.colours = colours;
      const numbers = new DataView(bytes(packed).buffer); // x and y of each code (uint16, steps of the bounds), then the labels
      this.feet = Float32Array.from({ length: 2 * count }, (_, k) => {
        const [low, high] = bounds[k % 2];
        return low + ((high - low) * numbers.getUint16(2 * k, true)) / 65535;
      });
      this.labels = new Uint8Array(numbers.buffer, 4 * count, count);
      this.name.textContent = label;
      this.plane.setAttribute("aria-label", fill(this.map.words.plane, { model: label }));
      this.view.setBounds(bounds);
      this.map.arrived(colours);
    } catch {
      this.trouble.hidden = false;
      this.trouble.textContent = this.map.words.missing;
    }
  }

  /** What mouse and finger do: point, pull, come closer. */
  #hand() {
    const point = (x, y) => this.map.choose(under(this.layout, x, y, this.size));
    return {
      hover: (x, y) => {
        const found = under(this.layout, x, y, this.size);
        if (found) this.map.choose(found);
      },
      leave: () => {},
      pick: point,
      grab: () => null,
      drag: () => {},
      drop: () => {},
      pan: (dx, dy) => {
        this.view.pan(dx, dy);
        this.changed(true);
      },
      zoom: (factor, x, y) => {
        this.view.zoom(factor, x, y);
        this.changed(true);
      },
    };
  }

  #key(event) {
    const step = KEYS[event.key];
    if (step) {
      const next = beside(this.#places(this.map.ordered()), this.map.chosen, step);
      if (next) {
        const [x, y] = this.map.drawings.get(next).codes[this.model];
        this.view.reveal(x, y);
        this.map.choose(next);
      }
    } else if (CLOSER[event.key]) {
      this.zoom(CLOSER[event.key]);
    } else if (event.key === "0") {
      this.zoom(0);
    } else if (event.key === "Escape" && this.map.chosen) {
      this.map.choose(null);
    } else {
      return;
    }
    event.preventDefault();
  }

  zoom(factor) {
    if (factor) this.view.zoom(factor);
    else this.view.home();
    this.changed(true);
  }

  #resized() {
    const { width, height, ratio } = measured(this.plane);
    if (!width || !height) return;
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    this.view.resize(width, height);
    this.ratio = ratio;
    this.changed(true);
  }

  /** A picture's side. */
  get size() {
    return Math.max(26, Math.min(56, Math.min(this.view.width, this.view.height) / 14));
  }

  #places(drawings) {
    return drawings.filter(({ codes }) => codes[this.model]).map(({ id, codes }) => {
      const [x, y] = this.view.toScreen(...codes[this.model]);
      return { id, x, y };
    });
  }

  /** Draw anew at the next frame; the background too where the view is another. */
  changed(moved = false) {
    if (moved) this.below = null;
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.ratio && !this.ending.signal.aborted) this.#paint();
    });
  }

  #paint() {
    const { canvas, ratio, view, map } = this;
    const ink = inkOf(this.plane);
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (this.feet) context.drawImage((this.below ??= this.#background()), 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (this.titles) axes(context, { view, ink, plane: { titles: this.titles }, codes: { dims: 2 } });
    this.layout = laid(this.#places(map.ordered()), { width: view.width, height: view.height, size: this.size });
    const colourOf = (id) => this.colours?.[map.drawings.get(id).label] ?? ink.text;
    for (const { id, x, y } of this.layout.dots) dot(context, ink, x, y, colourOf(id));
    for (const place of this.layout.pictures.toReversed()) this.#picture(context, ink, place, colourOf(place.id));
    for (const arrow of this.layout.arrows) pointing(context, ink, arrow, this.size, colourOf(arrow.ids[0]));
  }

  #background() {
    const { canvas, ratio, view } = this;
    const made = el("canvas", { width: canvas.width, height: canvas.height });
    const context = made.getContext("2d");
    const image = context.createImageData(made.width, made.height);
    const places = new Float32Array(this.feet.length);
    for (let p = 0; p < places.length; p += 2) {
      const [x, y] = view.toScreen(this.feet[p], this.feet[p + 1]);
      places[p] = ratio * x;
      places[p + 1] = ratio * y;
    }
    points(image, places, this.labels, this.colours.map(rgb), 2.2 * ratio, QUIET);
    context.putImageData(image, 0, 0);
    return made;
  }

  #picture(context, ink, { id, x, y }, colour) {
    const drawing = this.map.drawings.get(id);
    const chosen = id === this.map.chosen;
    const side = chosen ? 1.5 * this.size : this.size;
    const [left, top] = [x - side / 2, y - side / 2];
    context.globalAlpha = drawing.shown ? 1 : 0.5;
    context.fillStyle = ink.background;
    context.strokeStyle = chosen || this.map.born.has(id) ? ink.text : colour;
    context.lineWidth = chosen || this.map.born.has(id) ? 3 : 1;
    context.setLineDash(drawing.shown ? [] : [4, 3]);
    context.beginPath();
    context.roundRect(left, top, side, side, side / 6);
    context.fill();
    context.stroke();
    context.setLineDash([]);
    context.drawImage(sprite(drawing, colour), left, top, side, side);
    context.globalAlpha = 1;
  }
}

function dot(context, ink, x, y, colour) {
  context.fillStyle = colour;
  context.strokeStyle = ink.background;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 5, 0, TURN);
  context.fill();
  context.stroke();
}

/** An arrow at the rim, with how many lie there where it is more than one. */
function pointing(context, ink, { x, y, angle, ids }, size, colour) {
  const reach = size / 3;
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.fillStyle = colour;
  context.strokeStyle = ink.background;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(reach, 0);
  context.lineTo(-reach * 0.7, -reach * 0.6);
  context.lineTo(-reach * 0.3, 0);
  context.lineTo(-reach * 0.7, reach * 0.6);
  context.closePath();
  context.stroke();
  context.fill();
  context.restore();
  if (ids.length < 2) return;
  context.font = `600 13px ${ink.font}`;
  context.textAlign = "center";
  context.fillStyle = ink.text;
  context.fillText(String(ids.length), x - reach * 1.3 * Math.cos(angle), y - reach * 1.3 * Math.sin(angle) + 4);
}
