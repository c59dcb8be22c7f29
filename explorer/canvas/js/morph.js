// From one digit to another: two ends to drag on a plane, the way between their codes decoded by every model as a strip, and a
// looping animation of it in the decoded image. Ends are test images, so that each model starts from its own code of the digit.

import { calm, el } from "../../browser/js/dom.js";
import { project, way } from "./geometry.js";
import { animation, keep, png } from "./saving.js";
import { WayControls } from "./way_controls.js";
import { fill } from "../../browser/js/words.js";

const LOOP_MS = 3200; // there and back
const GRAB = 20; // CSS pixels around an end
const CATCH = 60; // pixels within which a dragged end finds a digit to settle on

export class Morph {
  /** `controls` say by what ends, kind and steps are chosen, and how files are called; null where nothing of it is offered. */
  constructor(board, { steps, method, ends, controls }, signal) {
    this.board = board;
    this.steps = steps;
    this.method = method;
    this.ends = [...ends];
    this.controls = controls ? new WayControls(this, controls, board.sides[0].classes, signal) : null;
    this.phase = 0;
    this.paths = new Map();
    this.codesOf = new Map();
    const { said } = board.words;
    this.strips = board.sides.map((side) => {
      const label = fill(said.way, { model: side.model.label });
      return el("canvas", { className: "strip", role: "img", "aria-label": label });
    });
    this.button = el("button", { type: "button" });
    const scale = { type: "range", min: 0, max: 1, step: 0.005, value: 0 };
    this.scrubber = el("input", { ...scale, "aria-label": said.way_place });
    this.button.addEventListener("click", () => this.#play(!this.playing), { signal });
    this.scrubber.addEventListener(
      "input",
      () => {
        this.#play(false);
        this.phase = Number(this.scrubber.value);
        board.changed();
      },
      { signal },
    );
    this.keys = ["A", "B"].map((name, end) => {
      const button = el("button", { type: "button", textContent: fill(said.end, { name }), title: said.end_help });
      button.addEventListener("keydown", (event) => this.#key(event, end), { signal });
      return button;
    });
    const buttons = el("div", { className: "buttons" }, this.button, ...this.keys);
    this.rows = board.sides.map(({ model }, i) => {
      const name = el("span", { className: `name ${model.kind}`, textContent: model.label });
      return el("div", { className: "row" }, name, this.strips[i]);
    });
    this.files = controls ? this.#files(controls.save, signal) : null;
    this.element = el("div", { className: "morph tools" }, buttons, this.scrubber);
    this.#play(!calm());
  }

  /** Another way: `ends`, `steps` or `method`, whichever is given. */
  change({ ends = this.ends, steps = this.steps, method = this.method }) {
    if (JSON.stringify([ends, steps, method]) === JSON.stringify([this.ends, this.steps, this.method])) return;
    Object.assign(this, { ends: [...ends], steps, method });
    this.paths.clear();
    this.board.changed();
    this.show();
  }

  /** Put the controls where the way is. */
  show() {
    this.controls?.show(this.board.sides[0].codes?.labels);
  }

  /** What an address keeps of the way besides its ends. */
  get choices() {
    return { steps: this.steps, method: this.method };
  }

  /** Buttons that keep each model's way as a file; `save` has their texts for each side, by the file's ending. */
  #files(save, signal) {
    const buttons = this.board.sides.flatMap((side) =>
      Object.entries(save[side.i]).map(([form, textContent]) => {
        const button = el("button", { type: "button", textContent });
        button.addEventListener("click", () => this.#save(side, form), { signal });
        return button;
      }),
    );
    return el("div", { className: "buttons" }, ...buttons);
  }

  async #save(side, form) {
    const path = this.#path(side);
    if (!path) return;
    const [, height, width] = side.decoder.shape;
    const walk = { images: side.decoder.decodeAll(path), steps: path.length, width, height };
    const blob = form === "png" ? await png(walk) : new Blob([animation(walk)], { type: "image/gif" });
    keep(blob, `${side.model.name}-${this.ends.join("-to-")}-${this.method}.${form}`);
  }

  #play(playing) {
    this.playing = playing;
    this.started = performance.now() - this.phase * (LOOP_MS / 2);
    this.button.textContent = this.board.words.said[playing ? "pause" : "play"];
    this.board.changed();
  }

  /** The way's codes for a side, computed when ends or codes have changed. */
  #path(side) {
    if (!side.ready) return null;
    const { codes } = side;
    if (!this.paths.has(side) || this.codesOf.get(side) !== codes) {
      const [a, b] = this.ends.map((i) => codes.code(Math.min(i, codes.count - 1)));
      this.paths.set(side, way(Array.from(a), Array.from(b), this.steps, this.method));
      this.codesOf.set(side, codes);
      this.#strip(side);
    }
    return this.paths.get(side);
  }

  #strip(side) {
    const path = this.paths.get(side);
    const images = side.decoder.decodeAll(path);
    const [, height, width] = side.decoder.shape;
    const canvas = this.strips[side.i];
    Object.assign(canvas, { width: path.length * (width + 1) - 1, height });
    const context = canvas.getContext("2d");
    path.forEach((_, k) => {
      const image = context.createImageData(width, height);
      for (let p = 0; p < width * height; p++) {
        const grey = 255 * images[k * side.decoder.pixels + p];
        image.data.set([grey, grey, grey, 255], 4 * p);
      }
      context.putImageData(image, k * (width + 1), 0);
    });
    const names = this.ends.map((i) => side.classes[side.codes.labels[i]]);
    const facts = { steps: path.length, first: names[0], last: names[1], model: side.model.label };
    canvas.setAttribute("aria-label", fill(this.board.words.said.way_steps, facts));
  }

  /** Before each frame: where the animation is, and the codes the pictures show. */
  tick() {
    if (this.playing) {
      const turn = ((performance.now() - this.started) / (LOOP_MS / 2)) % 2;
      this.phase = turn < 1 ? turn : 2 - turn;
      this.scrubber.value = String(this.phase);
      this.board.changed();
    }
    for (const side of this.board.sides) {
      const path = this.#path(side);
      if (!path || side.live) continue;
      const at = this.phase * (path.length - 1);
      const k = Math.min(path.length - 2, Math.floor(at));
      side.pinned = Float64Array.from(path[k], (value, d) => value + (at - k) * (path[k + 1][d] - value));
      side.stale = true;
    }
  }

  marks(side) {
    const path = this.#path(side);
    if (!path) return {};
    const ends = [
      { code: path[0], name: "A" },
      { code: path.at(-1), name: "B" },
    ];
    return { path, ends, at: side.live ? null : side.pinned };
  }

  /** Which end, 0 or 1, lies under a place on a side's plane; null for neither. */
  grab(side, x, y) {
    const path = this.#path(side);
    const distance = (code) => {
      const [px, py] = side.plane.view.toScreen(...project(side.plane.plane, code));
      return Math.hypot(px - x, py - y);
    };
    const [a, b] = [distance(path[0]), distance(path.at(-1))];
    return Math.min(a, b) > GRAB ? null : a <= b ? 0 : 1;
  }

  /** The dragged end settles on the digit nearest to the hand. */
  drag(side, end, x, y) {
    const index = side.plane.pointAt(x, y, CATCH);
    if (index >= 0) this.settle(end, index);
  }

  drop() {
    this.board.commit();
  }

  /** Let an end be a test image. */
  settle(end, index) {
    this.change({ ends: this.ends.map((old, i) => (i === end ? index : old)) });
  }

  /** Arrow keys on an end's button: to the nearest digit in that direction on the first plane. */
  #key(event, end) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const [side] = this.board.sides;
    if (!direction || !side.codes) return;
    event.preventDefault();
    const { feet } = side.plane;
    const [a, b] = [feet[2 * this.ends[end]], feet[2 * this.ends[end] + 1]];
    const least = 12 / side.plane.view.homeScale; // a visible step
    let best = Infinity;
    let index = -1;
    for (let i = 0; i < side.codes.count; i++) {
      const ahead = (feet[2 * i] - a) * direction[0] + (feet[2 * i + 1] - b) * direction[1];
      const aside = Math.abs((feet[2 * i] - a) * direction[1]) + Math.abs((feet[2 * i + 1] - b) * direction[0]);
      if (ahead < least || aside > ahead || ahead + 2 * aside >= best) continue;
      best = ahead + 2 * aside;
      index = i;
    }
    if (index < 0) return;
    this.settle(end, index);
    this.drop();
  }
}
