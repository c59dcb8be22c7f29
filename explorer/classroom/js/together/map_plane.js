// One model's plane: the codes of the test set as a quiet background, and the class's drawings where the model encodes them.

import { el } from "../../../browser/js/dom.js";
import { points, rgb } from "../../../browser/js/raster.js";
import { measured } from "../../../browser/js/size.js";
import { fill } from "../../../browser/js/words.js";
import { axes } from "../../../canvas/js/contours.js";
import { gestures } from "../../../canvas/js/gestures.js";
import { View } from "../../../canvas/js/view.js";
import { inkOf } from "./look.js";
import { beside, laid, under } from "./map_layout.js";
import { ask, bytes } from "./server.js";
import { sprite } from "./sprite.js";

const QUIET = 0.22; // opacity of the background
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLOSER = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };
const TURN = 2 * Math.PI;

export class MapPlane {
  /**
   * @param {string} model its name
   * @param {import("./map.js").ClassMap} map whose drawings it shows
   */
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
