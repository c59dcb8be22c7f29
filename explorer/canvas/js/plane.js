// One latent plane on the screen. What changes seldom (points, digits, decoded background, contours) is drawn once, on a canvas
// below; what follows the hand (marker, ellipse, path) is drawn on a canvas above.

import { distances } from "./codes.js";
import { axes, closeUp, medians, names, prior } from "./contours.js";
import { el } from "../../browser/js/dom.js";
import { lift, nearestFeet, project } from "./geometry.js";
import { gestures } from "./gestures.js";
import { clamp } from "../../browser/js/numbers.js";
import { drawMarks } from "./marks.js";
import { points, rgb, thumbnails } from "../../browser/js/raster.js";
import { measured } from "../../browser/js/size.js";
import { View } from "./view.js";

const GRID = 24; // decoded tiles across the background
const SHADE = 6; // CSS pixels of one cell of the "off the map" shade
const THUMBNAIL = 19; // CSS pixels
const TINY = 26; // CSS pixels: N(0, I) at three standard deviations is shown closer where it is smaller
const POINT_OPACITY = 0.8; // keeps the ten colours apart for every eye (tests/house/test_explorer_palette.py), and shows a crowd

export class Plane {
  /** `label` and `role` say it to whoever cannot see it; `hooks` are the gestures' words (gestures.js) and key(event). */
  constructor({ label, role }, hooks, signal) {
    this.below = el("canvas", { className: "layer" });
    this.above = el("canvas", { className: "layer" });
    this.element = el(
      "div",
      {
        className: "plane",
        tabIndex: 0,
        role: "application",
        "aria-roledescription": role,
        "aria-label": label,
        "data-testid": "latent-plane",
      },
      this.below,
      this.above,
    );
    this.view = new View();
    this.layers = new Set(["points"]);
    this.marks = {}; // what the upper canvas shows: marks.js
    /** @type {import("./codes.js").Codes | null} */
    this.codes = null;
    /** @type {import("./geometry.js").Flat | null} */
    this.plane = null;
    this.manifold = null; // the decoded background
    this.thumbs = null; // the digits themselves, once they have come
    /** @type {HTMLCanvasElement | null} */
    this.shade = null; // of places off the map
    this.spots = el("canvas");
    this.staleBelow = this.staleAbove = true;
    gestures(this.element, hooks, signal);
    this.element.addEventListener("keydown", hooks.key, { signal });
    const observer = new ResizeObserver(() => {
      this.resize();
      hooks.resized();
    });
    observer.observe(this.element);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** Show these codes, on this plane of their space, in these colours ("#rrggbb" by class). */
  show({ codes, plane, bounds, classes, colours }) {
    const elsewhere = JSON.stringify(bounds) !== JSON.stringify(this.bounds);
    this.codes = codes;
    this.plane = plane;
    this.bounds = bounds;
    this.classes = classes;
    this.colours = colours.map(rgb);
    this.names = colours;
    if (elsewhere) this.view.setBounds(bounds);
    this.placesChanged();
  }

  /** The codes moved (another plane, another moment of training): find again where each lies. */
  placesChanged() {
    const { codes, plane } = this;
    this.feet = new Float32Array(2 * codes.count);
    const flat = codes.dims === 1;
    for (let i = 0; i < codes.count; i++) {
      const [a, b] = project(plane, codes.means, i * codes.dims);
      this.feet[2 * i] = a;
      this.feet[2 * i + 1] = flat ? rowOf(codes.labels[i], this.classes.length, i) : b;
    }
    this.around = null;
    this.middles = medians(codes.labels, this.feet, this.classes.length);
    this.manifold = this.shade = null;
    this.staleBelow = this.staleAbove = true;
  }

  theme(colours) {
    this.ink = colours;
    this.manifold = null;
    this.staleBelow = this.staleAbove = true;
  }

  resize() {
    const { width, height, ratio } = measured(this.element);
    if (!width || !height) return;
    this.ratio = ratio;
    for (const canvas of [this.below, this.above]) {
      Object.assign(canvas, { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) });
    }
    this.view.resize(width, height);
    this.viewChanged();
  }

  viewChanged() {
    this.shade = null;
    this.staleBelow = this.staleAbove = true;
  }

  /** The index of the test image whose point lies within `reach` pixels of a place on the screen, or -1. */
  pointAt(x, y, reach = 7) {
    const [a, b] = this.view.toPlane(x, y);
    let best = (reach / this.view.scale) ** 2;
    let index = -1;
    for (let i = 0, p = 0; p < this.feet.length; i++, p += 2) {
      const square = (this.feet[p] - a) ** 2 + (this.feet[p + 1] - b) ** 2;
      if (square < best) {
        best = square;
        index = i;
      }
    }
    return index;
  }

  /** The test images whose points lie nearest to (a, b), as many as `count`; the same array while nothing has moved. */
  nearest(a, b, count) {
    if (this.around?.a !== a || this.around.b !== b) this.around = { a, b, indices: nearestFeet(this.feet, a, b, count) };
    return this.around.indices;
  }

  /** Codes at the centres of the background's tiles, over the part in sight, through z. */
  tileCodes(z) {
    const { left, top, cell } = this.tiles;
    return Array.from({ length: GRID * GRID }, (_, k) =>
      lift(this.plane, z, left + ((k % GRID) + 0.5) * cell, top - (Math.floor(k / GRID) + 0.5) * cell),
    );
  }

  /** Square tiles that cover the part in sight: { count, left, top, cell }, so many each way, lengths on the plane. */
  get tiles() {
    const { view } = this;
    const cell = Math.max(view.width, view.height) / GRID / view.scale;
    return { count: GRID, left: view.x - (GRID / 2) * cell, top: view.y + (GRID / 2) * cell, cell };
  }

  /** Take decoded tiles (ImageData) for the background; they keep their place when the view moves on. */
  setManifold(image, tiles) {
    const canvas = el("canvas", { width: image.width, height: image.height });
    canvas.getContext("2d").putImageData(image, 0, 0);
    this.manifold = { canvas, ...tiles };
    this.staleBelow = true;
  }

  /** Draw what has become stale; called at most once a frame. */
  draw(z) {
    if (!this.codes || !this.ink || !this.ratio) return; // which the first `resize` gives
    if (this.staleBelow) this.#drawBelow(z);
    if (this.staleAbove || this.staleBelow) this.#drawAbove();
    this.staleBelow = this.staleAbove = false;
  }

  #drawBelow(z) {
    const { below, view, ratio, layers } = this;
    const context = below.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, below.width, below.height);
    const spots = layers.has("points") || layers.has("digits") ? this.#spots(view) : null;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (layers.has("decoded") && this.manifold) this.#drawManifold(context);
    if (layers.has("distance")) this.#drawShade(context, z);
    axes(context, this);
    if (spots) context.drawImage(spots, 0, 0, view.width, view.height);
    if (layers.has("points")) names(context, this);
    if (!layers.has("prior")) return;
    if (this.codes.dims > 1 && 3 * view.scale < TINY) closeUp(context, this, (near) => this.#spots(near));
    else prior(context, this);
  }

  /** Points or digits in sight of a view on a canvas of their own, since putImageData overwrites rather than lays over. */
  #spots(view) {
    const { ratio, codes, feet, layers, spots } = this;
    const [width, height] = [view.width, view.height].map((length) => Math.round(length * ratio));
    if (spots.width !== width || spots.height !== height) Object.assign(spots, { width, height });
    const places = new Float32Array(feet.length);
    for (let p = 0; p < feet.length; p += 2) {
      places[p] = ratio * (view.width / 2 + (feet[p] - view.x) * view.scale);
      places[p + 1] = ratio * (view.height / 2 - (feet[p + 1] - view.y) * view.scale);
    }
    const context = spots.getContext("2d");
    const image = context.createImageData(width, height);
    if (layers.has("digits") && this.thumbs) {
      thumbnails(image, places, codes.labels, this.colours, this.thumbs, Math.round(THUMBNAIL * ratio));
    } else if (layers.has("points")) {
      const closer = Math.min(2, Math.sqrt(view.scale / view.homeScale)); // points grow a little on the way in
      points(image, places, codes.labels, this.colours, 1.5 * ratio * closer, POINT_OPACITY);
    }
    context.putImageData(image, 0, 0);
    return spots;
  }

  #drawManifold(context) {
    const { left, top, cell, canvas } = this.manifold;
    const [x, y] = this.view.toScreen(left, top);
    const size = GRID * cell * this.view.scale;
    context.globalAlpha = this.layers.has("points") ? 0.55 : 0.9;
    context.drawImage(canvas, x, y, size, size);
    context.globalAlpha = 1;
  }

  /** The farther from every code, the darker: clear up to `reach`, full at four times that. */
  #drawShade(context, z) {
    const { view, codes } = this;
    const columns = Math.ceil((1.5 * view.width) / SHADE); // with a rim: codes just out of sight count too
    const rows = Math.ceil((1.5 * view.height) / SHADE);
    const cell = SHADE / view.scale;
    const left = view.x - (columns / 2) * cell;
    const top = view.y + (rows / 2) * cell;
    if (!this.shade) {
      const far = distances(codes, this.plane, z, { left, top, cell, columns, rows });
      this.shade = el("canvas", { width: columns, height: rows });
      const shade = this.shade.getContext("2d");
      const image = shade.createImageData(columns, rows);
      const [r, g, b] = rgb(this.ink.warning);
      for (let k = 0; k < far.length; k++) {
        const off = clamp((far[k] / codes.reach - 1) / 3, 0, 1);
        image.data[4 * k] = r;
        image.data[4 * k + 1] = g;
        image.data[4 * k + 2] = b;
        image.data[4 * k + 3] = 95 * off;
      }
      shade.putImageData(image, 0, 0);
    }
    const [x, y] = view.toScreen(left, top);
    context.drawImage(this.shade, x, y, columns * SHADE, rows * SHADE);
  }

  #drawAbove() {
    const { above, ratio } = this;
    const context = above.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, above.width, above.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawMarks(context, this);
  }

  /** Where a test image's point is on the screen. */
  screenOf(i) {
    return this.view.toScreen(this.feet[2 * i], this.feet[2 * i + 1]);
  }
}

/** With one latent dimension the height is free: a row for each class, the points of a row spread by their index. */
function rowOf(label, classes, i) {
  const spread = (i * 0.618034) % 1; // the golden ratio's multiples fill a row evenly
  return (3 * (2 * (classes - 1 - label + 0.15 + 0.7 * spread))) / classes - 3;
}
