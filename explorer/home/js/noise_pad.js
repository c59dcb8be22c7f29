// The noise as a point of N(0, I): to be seen, dragged, and moved by keys.

import { el } from "../../browser/js/dom.js";
import { measured } from "../../browser/js/size.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

const TURN = 2 * Math.PI;
const EDGE = 3.4; // standard deviations from the middle to the rim
const STEP = 0.1; // of a key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class NoisePad {
  /** `label` says what it is; `move(epsilon)` is called while the hand moves, `rest()` when it lets go. */
  constructor(label, move, rest, signal) {
    this.canvas = el("canvas", {
      className: "noise-pad",
      tabIndex: 0,
      role: "application",
      "aria-label": label,
      "data-testid": "noise-pad",
    });
    this.move = move;
    this.rest = rest;
    this.epsilon = [0, 0];
    this.held = false;
    this.#listen(signal);
  }

  #listen(signal) {
    const { canvas } = this;
    const at = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      const along = (value, low, size) => EDGE * ((2 * (value - low)) / size - 1);
      this.move([along(clientX, box.left, box.width), -along(clientY, box.top, box.height)]);
    };
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0) return;
        canvas.setPointerCapture(event.pointerId);
        this.held = true;
        at(event);
      },
      { signal },
    );
    canvas.addEventListener("pointermove", (event) => this.held && at(event), { signal });
    const lift = () => {
      if (this.held) this.rest();
      this.held = false;
    };
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, lift, { signal });
    canvas.addEventListener(
      "keydown",
      (event) => {
        const by = KEYS[event.key];
        if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        this.epsilon = this.epsilon.map((value, d) => value + by[d] * STEP * (event.shiftKey ? 0.1 : 1)); // keys may outrun frames
        this.move(this.epsilon);
        this.rest();
      },
      { signal },
    );
  }

  /** Draw the noise now, and the draws before. */
  draw(epsilon, trace, ink) {
    this.epsilon = epsilon;
    const { canvas } = this;
    const { width, ratio } = measured(canvas);
    const side = Math.round(width * ratio);
    if (!side) return;
    if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, side, side);
    const scale = side / (2 * EDGE);
    /** @type {(epsilon: number[]) => Pair} */
    const place = ([a, b]) => [side / 2 + a * scale, side / 2 - b * scale];
    context.strokeStyle = ink.text;
    context.lineWidth = ratio;
    for (const radius of [1, 2, 3]) {
      context.globalAlpha = 0.5 / radius;
      context.beginPath();
      context.arc(side / 2, side / 2, radius * scale, 0, TURN);
      context.stroke();
    }
    context.fillStyle = ink.epsilon;
    context.globalAlpha = 0.45;
    for (const each of trace) dot(context, place(each), 1.8 * ratio);
    context.globalAlpha = 1;
    const limit = Math.min(1, (0.94 * EDGE) / Math.hypot(...epsilon)); // outside the pad: held at its rim
    const here = place(epsilon.map((value) => value * limit));
    context.strokeStyle = ink.epsilon;
    context.lineWidth = 1.6 * ratio;
    context.beginPath();
    context.moveTo(side / 2, side / 2);
    context.lineTo(...here);
    context.stroke();
    dot(context, here, 4.5 * ratio);
  }
}

function dot(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fill();
}
