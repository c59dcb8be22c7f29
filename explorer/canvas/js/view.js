// What part of a plane is in sight: from latent coordinates to pixels and back. Equal units on both axes, so circles are circles.

import { clamp } from "../../browser/js/numbers.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

const CLOSEST = 60; // times the scale at home
const FARTHEST = 0.4;
const DECIMALS = 5; // of numbers that say what is in sight

export class View {
  constructor() {
    this.width = 1;
    this.height = 1;
    this.x = 0;
    this.y = 0;
    this.scale = 1;
    /** @type {Pair[] | null} */
    this.bounds = null;
    this.homely = true;
    /** @type {number[] | null} */
    this.named = null; // the sight that an address named, until the hand moves on
  }

  /** The plane's size on the screen in CSS pixels. Away from home, the middle and the scale stay. */
  resize(width, height) {
    this.width = width;
    this.height = height;
    if (this.homely) this.home();
    else if (this.named) this.look(this.named);
  }

  /** What home shows: ((left, right), (bottom, top)). */
  setBounds(bounds) {
    this.bounds = bounds;
    this.home();
  }

  home() {
    if (!this.bounds) return;
    const [[left, right], [bottom, top]] = this.bounds;
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2;
    this.scale = this.homeScale;
    this.homely = true;
    this.named = null;
  }

  /**
   * What is in sight, whatever the plane's size on the screen: how far its middle is from home's, in widths and heights of what home shows,
   * and how many times closer it is.
   */
  get sight() {
    if (this.homely) return [0, 0, 1];
    const [[left, right], [bottom, top]] = this.bounds;
    const away = [(this.x - (left + right) / 2) / (right - left), (this.y - (bottom + top) / 2) / (top - bottom)];
    return this.named ?? [...away, this.scale / this.homeScale].map((value) => Number(value.toFixed(DECIMALS)));
  }

  /** Show a part that an address names so. */
  look(sight) {
    const [[left, right], [bottom, top]] = this.bounds;
    const [across, up, closer] = sight;
    this.x = (left + right) / 2 + across * (right - left);
    this.y = (bottom + top) / 2 + up * (top - bottom);
    this.scale = clamp(closer, FARTHEST, CLOSEST) * this.homeScale;
    this.homely = false;
    this.named = sight;
  }

  get homeScale() {
    const [[left, right], [bottom, top]] = this.bounds;
    return Math.min(this.width / (right - left), this.height / (top - bottom));
  }

  /** @returns {Pair} */
  toScreen(a, b) {
    return [this.width / 2 + (a - this.x) * this.scale, this.height / 2 - (b - this.y) * this.scale];
  }

  /** @returns {Pair} */
  toPlane(px, py) {
    return [this.x + (px - this.width / 2) / this.scale, this.y - (py - this.height / 2) / this.scale];
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.homely = false;
    this.named = null;
  }

  /** Closer (factor above 1) or farther, while the point under (px, py) stays where it is. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [a, b] = this.toPlane(px, py);
    this.scale = clamp(this.scale * factor, FARTHEST * this.homeScale, CLOSEST * this.homeScale);
    this.x = a - (px - this.width / 2) / this.scale;
    this.y = b + (py - this.height / 2) / this.scale;
    this.homely = false;
    this.named = null;
  }

  /** Centre on a point if it is not in sight, as keys may push a marker out of it. */
  reveal(a, b) {
    const [px, py] = this.toScreen(a, b);
    const margin = 12;
    if (px >= margin && py >= margin && px <= this.width - margin && py <= this.height - margin) return false;
    this.x = a;
    this.y = b;
    this.homely = false;
    this.named = null;
    return true;
  }

  /** Round steps for an axis, at least `room` pixels apart. */
  ticks(low, high, room = 64) {
    const rough = room / this.scale;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
    const values = [];
    for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
    return { values, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }
}
