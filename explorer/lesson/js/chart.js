// A canvas with axes: data to pixels and back, crisp at any pixel density.

import { el, number } from "../../browser/js/dom.js";
import { measured, pointed } from "../../browser/js/size.js";
import { TICK } from "../../browser/js/theme.js";
import { isolines } from "./isolines.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

const TURN = 2 * Math.PI;

/** @typedef {Record<string, string>} Ink colours by name, with `text`, `background` and `font` of the page */

export class Chart {
  /**
   * @param {string} label what it shows, for those who hear the page
   * @param {object} shape
   * @param {Pair} shape.x what of the data it spans, low and high
   * @param {Pair} shape.y
   * @param {{ left: number, right: number, top: number, bottom: number }} shape.margins room for the axes' words, CSS pixels
   */
  constructor(label, { x, y, margins }) {
    this.canvas = el("canvas", { role: "img", "aria-label": label });
    this.context = this.canvas.getContext("2d");
    /** @type {Pair} */
    this.x = x;
    /** @type {Pair} */
    this.y = y;
    this.margins = margins;
    this.width = 0;
    this.height = 0;
    /** @type {Ink} */
    this.ink = {};
  }

  /**
   * Take the canvas's size on the screen, and clear it; false while it has none.
   *
   * @param {Ink} ink
   */
  begin(ink) {
    const { width, height, ratio } = measured(this.canvas);
    if (!width || !height) return false;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.width = width;
    this.height = height;
    this.ink = ink;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.font = `${TICK}px ${ink.font}`;
    return true;
  }

  /** @returns {Pair} */
  toScreen(a, b) {
    const { left, right, top, bottom } = this.margins;
    return [
      left + ((a - this.x[0]) / (this.x[1] - this.x[0])) * (this.width - left - right),
      this.height - bottom - ((b - this.y[0]) / (this.y[1] - this.y[0])) * (this.height - top - bottom),
    ];
  }

  /** @returns {Pair} */
  toData(px, py) {
    const { left, right, top, bottom } = this.margins;
    return [
      this.x[0] + ((px - left) / (this.width - left - right)) * (this.x[1] - this.x[0]),
      this.y[0] + ((this.height - bottom - py) / (this.height - top - bottom)) * (this.y[1] - this.y[0]),
    ];
  }

  /**
   * Give both axes one scale, with that middle and at least `reach` to either side.
   *
   * @param {number[]} middle
   * @param {number} reach
   */
  centre([a, b], reach) {
    const { left, right, top, bottom } = this.margins;
    const { width, height } = measured(this.canvas);
    const [across, up] = [width - left - right, height - top - bottom];
    const unit = Math.max(1, Math.min(across, up));
    this.x = [a - (reach * across) / unit, a + (reach * across) / unit];
    this.y = [b - (reach * up) / unit, b + (reach * up) / unit];
  }

  /**
   * A line through points [a, b] of the data.
   *
   * @param {number[][]} points
   * @param {{ colour: string, width?: number, dash?: number[], alpha?: number, fill?: string | null }} look
   */
  line(points, { colour, width = 2, dash = [], alpha = 1, fill = null }) {
    const { context } = this;
    context.save();
    context.beginPath();
    for (const [a, b] of points) context.lineTo(...this.toScreen(a, b)); // the first one only begins it
    Object.assign(context, { strokeStyle: colour, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
    context.setLineDash(dash);
    context.stroke();
    if (fill) {
      Object.assign(context, { fillStyle: fill, globalAlpha: 0.18 });
      context.fill();
    }
    context.restore();
  }

  dot(a, b, { colour, radius = 6, hollow = false }) {
    const { context } = this;
    context.beginPath();
    context.arc(...this.toScreen(a, b), radius, 0, TURN);
    Object.assign(context, { fillStyle: hollow ? this.ink.background : colour, strokeStyle: hollow ? colour : this.ink.background, lineWidth: 2 });
    context.fill();
    context.stroke();
  }

  /**
   * An ellipse with half axes along the axes of the chart, cut at its frame.
   *
   * @param {number[]} centre
   * @param {number[]} reach
   * @param {{ colour: string, width?: number, dash?: number[], filled?: boolean }} look
   */
  ellipse([a, b], [across, up], { colour, width = 1.5, dash = [], filled = false }) {
    const { context, margins } = this;
    const [x, y] = this.toScreen(a, b);
    const [right, top] = this.toScreen(a + across, b + up);
    context.save();
    context.beginPath();
    context.rect(margins.left, margins.top, this.width - margins.left - margins.right, this.height - margins.top - margins.bottom);
    context.clip();
    context.beginPath();
    context.ellipse(x, y, Math.abs(right - x), Math.abs(top - y), 0, 0, TURN);
    if (filled) {
      Object.assign(context, { fillStyle: colour, globalAlpha: 0.22 });
      context.fill();
    }
    Object.assign(context, { strokeStyle: colour, lineWidth: width, globalAlpha: 1 });
    context.setLineDash(dash);
    context.stroke();
    context.restore();
  }

  /**
   * Words at a pixel, with a rim in the page's colour.
   *
   * @param {string} text
   * @param {number} px
   * @param {number} py
   * @param {{ align?: CanvasTextAlign, colour?: string, weight?: number, alpha?: number, size?: number }} [look]
   */
  words(text, px, py, { align = "center", colour = this.ink.text, weight = 400, alpha = 0.85, size = TICK } = {}) {
    const { context } = this;
    context.save();
    Object.assign(context, { font: `${weight} ${size}px ${this.ink.font}`, textAlign: align, globalAlpha: alpha, lineWidth: 3 });
    context.strokeStyle = this.ink.background;
    context.strokeText(text, px, py);
    context.fillStyle = colour;
    context.fillText(text, px, py);
    context.restore();
  }

  /**
   * Ticks along the bottom and, with `up`, along the left, and what each axis is.
   *
   * @param {{ across: number[], up?: number[], xTitle: string, yTitle?: string, decimals?: number }} axes
   */
  axes({ across, up = [], xTitle, yTitle = "", decimals = 0 }) {
    const [left, bottom] = this.toScreen(this.x[0], this.y[0]);
    const [right, top] = this.toScreen(this.x[1], this.y[1]);
    const faint = (points, alpha) => this.line(points, { colour: this.ink.text, width: 1, alpha });
    for (const value of across) {
      faint([[value, this.y[0]], [value, this.y[1]]], value === 0 ? 0.25 : 0.08);
      this.words(number(value, decimals), this.toScreen(value, 0)[0], bottom + 14);
    }
    for (const value of up) {
      faint([[this.x[0], value], [this.x[1], value]], value === 0 ? 0.25 : 0.08);
      this.words(number(value, decimals), left - 5, this.toScreen(0, value)[1] + 4, { align: "right" });
    }
    faint([[this.x[0], this.y[0]], [this.x[1], this.y[0]]], 0.4);
    this.words(xTitle, (left + right) / 2, bottom + 29, { weight: 600 });
    if (yTitle) this.words(yTitle, left + 4, top + 13, { align: "left", weight: 600 });
  }

  /** A function's values on a grid over the chart: row by row, the top one first. */
  sampled({ columns, rows }, of) {
    return Float64Array.from({ length: columns * rows }, (_, i) => of(...this.#place({ columns, rows }, i % columns, Math.floor(i / columns))));
  }

  /** Add to a path, in CSS pixels, where such values cross a level; gives a point [a, b] of the data on each piece. */
  contour(path, values, grid, level) {
    return isolines(values, grid.columns, grid.rows, level).map(([x0, y0, x1, y1]) => {
      const from = this.#place(grid, x0, y0);
      path.moveTo(...this.toScreen(...from));
      path.lineTo(...this.toScreen(...this.#place(grid, x1, y1)));
      return from;
    });
  }

  /** @returns {Pair} */
  #place({ columns, rows }, column, row) {
    const [[left, right], [bottom, top]] = [this.x, this.y];
    return [left + (column / (columns - 1)) * (right - left), top - (row / (rows - 1)) * (top - bottom)];
  }

  /** Ticks along the left of an axis that shows logarithms: 0.1, 1, 10. */
  decades() {
    const [left] = this.toScreen(this.x[0], 0);
    for (const power of multiples(this.y, 1)) {
      this.line([[this.x[0], power], [this.x[1], power]], { colour: this.ink.text, width: 1, alpha: 0.08 });
      this.words(power < 0 ? (10 ** power).toFixed(-power) : String(10 ** power), left - 5, this.toScreen(0, power)[1] + 4, { align: "right" });
    }
  }
}

/** The multiples of a step within [low, high]. */
export function multiples([low, high], step) {
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return values;
}

/** Round numbers between low and high, about `count` of them, and the decimals they need. */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  return { values: multiples([low, high], step), decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** A chart, or another canvas, in its frame under what it is. */
export function board(title, canvas, className = "") {
  return el("div", {}, el("p", { className: "title", textContent: title }), el("div", { className: `board ${className}` }, canvas));
}

/**
 * Listen for dragging; positions in CSS pixels.
 *
 * @template Handle
 * @param {HTMLElement} element
 * @param {object} hand
 * @param {(px: number, py: number) => Handle | null} hand.grab what is taken hold of there, null for nothing
 * @param {(handle: Handle, px: number, py: number) => void} hand.drag
 * @param {() => void} hand.drop
 * @param {AbortSignal} signal
 */
export function draggable(element, { grab, drag, drop }, signal) {
  /** @type {Handle | null} */
  let handle = null;
  /** @returns {Pair} */
  const at = (event) => pointed(event, element);
  /** @type {(name: string, act: (event: PointerEvent) => void) => void} */
  const listen = (name, act) => element.addEventListener(name, act, { signal });
  listen("pointerdown", (event) => {
    if (event.button !== 0) return;
    handle = grab(...at(event));
    if (handle === null) return;
    element.setPointerCapture(event.pointerId);
    drag(handle, ...at(event));
  });
  listen("pointermove", (event) => {
    if (handle !== null) drag(handle, ...at(event));
  });
  const lift = () => {
    if (handle !== null) drop();
    handle = null;
  };
  listen("pointerup", lift);
  listen("pointercancel", lift);
}
