// A canvas with axes: data to pixels and back, crisp at any pixel density.

import { number } from "../../browser/js/dom.js";

const TURN = 2 * Math.PI;

export class Chart {
  /** x, y: [low, high] of the data; margins in CSS pixels leave room for the axes' words. */
  constructor(canvas, { x, y, margins = { left: 8, right: 8, top: 8, bottom: 34 } }) {
    Object.assign(this, { canvas, x, y, margins, context: canvas.getContext("2d") });
  }

  /** Take the canvas's size on the screen, and clear it; false while it has none. */
  begin(ink) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return false;
    const ratio = globalThis.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    Object.assign(this, { width, height, ink });
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.font = `12px ${ink.font}`;
    return true;
  }

  toScreen(a, b) {
    const { left, right, top, bottom } = this.margins;
    return [
      left + ((a - this.x[0]) / (this.x[1] - this.x[0])) * (this.width - left - right),
      this.height - bottom - ((b - this.y[0]) / (this.y[1] - this.y[0])) * (this.height - top - bottom),
    ];
  }

  toData(px, py) {
    const { left, right, top, bottom } = this.margins;
    return [
      this.x[0] + ((px - left) / (this.width - left - right)) * (this.x[1] - this.x[0]),
      this.y[0] + ((this.height - bottom - py) / (this.height - top - bottom)) * (this.y[1] - this.y[0]),
    ];
  }

  /** A line through points [a, b] of the data. */
  line(points, { colour, width = 2, dash = [], alpha = 1, fill = null }) {
    const { context } = this;
    context.save();
    context.beginPath();
    points.forEach(([a, b], i) => context[i ? "lineTo" : "moveTo"](...this.toScreen(a, b)));
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

  /** Words at a pixel, with a rim in the page's colour. */
  words(text, px, py, { align = "center", colour = this.ink.text, weight = 400, alpha = 0.85, size = 12 } = {}) {
    const { context } = this;
    context.save();
    Object.assign(context, { font: `${weight} ${size}px ${this.ink.font}`, textAlign: align, globalAlpha: alpha, lineWidth: 3 });
    context.strokeStyle = this.ink.background;
    context.strokeText(text, px, py);
    context.fillStyle = colour;
    context.fillText(text, px, py);
    context.restore();
  }

  /** Ticks along the bottom and, with `up`, along the left, and what each axis is. */
  axes({ across, up = null, xTitle, yTitle = "", decimals = 0 }) {
    const [left, bottom] = this.toScreen(this.x[0], this.y[0]);
    const [right, top] = this.toScreen(this.x[1], this.y[1]);
    const faint = (points, alpha) => this.line(points, { colour: this.ink.text, width: 1, alpha });
    for (const value of across) {
      faint([[value, this.y[0]], [value, this.y[1]]], value === 0 ? 0.25 : 0.08);
      this.words(number(value, decimals), this.toScreen(value, 0)[0], bottom + 14);
    }
    for (const value of up ?? []) {
      faint([[this.x[0], value], [this.x[1], value]], value === 0 ? 0.25 : 0.08);
      this.words(number(value, decimals), left - 5, this.toScreen(0, value)[1] + 4, { align: "right" });
    }
    faint([[this.x[0], this.y[0]], [this.x[1], this.y[0]]], 0.4);
    this.words(xTitle, (left + right) / 2, bottom + 29, { weight: 600 });
    if (yTitle) this.words(yTitle, left + 4, top + 13, { align: "left", weight: 600 });
  }
}

/** Round numbers between low and high, about `count` of them, and the decimals they need. */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return { values, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** Call `draw` at most once a frame; the function returned asks for it. */
export function onFrame(draw, signal) {
  let asked = 0;
  signal.addEventListener("abort", () => cancelAnimationFrame(asked));
  return () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(draw);
  };
}

/** Call `act` once a hand has rested; the function returned says that it has moved. */
export function atRest(act, signal, wait = 450) {
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
}

/** Listen for dragging: `grab(px, py)` gives a handle or null, `drag(handle, px, py)`, `drop(handle)`; positions in CSS pixels. */
export function draggable(element, { grab, drag, drop }, signal) {
  let handle = null;
  const at = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
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
    if (handle !== null) drop(handle);
    handle = null;
  };
  listen("pointerup", lift);
  listen("pointercancel", lift);
}
