// The lesson on equilibria: where three ways of playing a min-max game go from a point that one drags.

import { calm, el, number } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { clamp, rounded } from "../../explorer/browser/js/numbers.js";
import { board, Chart, draggable } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { eigenvalues, field, flow, growth, play, RULES } from "./nash_maths.js";
/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

const REACH = 3; // the plane goes from minus this to this
/** @type {Pair} */
const STEP = [0.05, 1.5];
/** @type {Pair} */
const PULL = [0, 1];
/** @type {Pair} */
const ROUNDS = [1, 200];
/** @type {Pair} */
const DECADES = [-3, 3]; // of the distance to the equilibrium
const SOON = 60; // rounds that are played at the least
const EVEN = 1e-9;
const INK = { simultaneous: "epsilon", alternating: "discriminator", extragradient: "reconstruction", mark: "mark", prior: "prior" };

class NashPart extends LivePart {
  x = 1;
  y = 0;
  step = 0.3;
  pull = 0;
  rounds = 60;
  on = new Set(RULES);

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /**
   * A start that Python only echoes moves nothing.
   *
   * @param {{ start: { x: number, y: number, step: number, pull: number, rounds: number, on: string[] }, covered?: boolean }} data
   */
  update({ start, covered }) {
    this.rootsBoard.hidden = this.status.hidden = Boolean(covered); // they say where it leads
    if (this.echo.asks(start)) Object.assign(this, { ...start, on: new Set(start.on) });
    this.draw();
  }

  #build() {
    const { words } = this;
    this.plane = new Chart(words.alt_plane, { x: [-REACH, REACH], y: [-REACH, REACH], margins: { left: 26, right: 8, top: 8, bottom: 36 } });
    this.fall = new Chart(words.alt_fall, { x: [0, 60], y: DECADES, margins: { left: 44, right: 10, top: 32, bottom: 36 } });
    this.roots = new Chart(words.alt_roots, { x: [-1.6, 1.6], y: [-1.6, 1.6], margins: { left: 26, right: 8, top: 8, bottom: 36 } });
    this.switches = RULES.map((rule) => ({ rule, button: this.button(words[rule], () => this.#toggle(rule), { className: `ns-${rule}` }) }));
    this.go = this.button(words.play, () => (this.walking ? this.#stop() : this.#play()), { className: "main" });
    this.sliders = [
      this.#slider("step", STEP, 0.05),
      this.#slider("pull", PULL, 0.05),
      this.#slider("rounds", ROUNDS, 1, 0),
      this.#slider("x", [-REACH, REACH], 0.1, 1),
      this.#slider("y", [-REACH, REACH], 0.1, 1),
    ];
    this.rootsBoard = board(words.roots, this.roots.canvas);
    this.status = el("div", { className: "note ns-said", role: "status", "data-testid": "said" });
    this.root.replaceChildren(
      el("div", { className: "buttons", role: "group", "aria-label": words.rules }, ...this.switches.map(({ button }) => button), this.go),
      el(
        "div",
        { className: "ns-grid" },
        board(words.plane, this.plane.canvas, "drag"),
        el("div", { className: "ns-side" }, board(words.fall, this.fall.canvas), this.rootsBoard, this.status),
        el("div", { className: "ns-sliders" }, ...this.sliders.map(({ slider }) => slider.element)),
      ),
    );
    const drag = (_, px, py) => {
      const [x, y] = this.plane.toData(px, py);
      this.x = rounded(clamp(x, -REACH, REACH), 2);
      this.y = rounded(clamp(y, -REACH, REACH), 2);
      this.draw();
    };
    draggable(this.plane.canvas, { grab: () => "start", drag, drop: () => this.#report() }, this.signal);
  }

  /** A slider of the field of that name. */
  #slider(name, [min, max], step, decimals = 2) {
    const move = (value) => {
      this.#halt();
      this[name] = value;
      this.draw();
    };
    const slider = this.slider({ name: this.words[name], min, max, step }, move, () => this.#report());
    return { slider, show: () => slider.show(this[name], number(this[name], decimals)) };
  }

  #toggle(rule) {
    if (!this.on.delete(rule)) this.on.add(rule);
    this.#report();
    this.draw();
  }

  /** Round by round, from the start to as many as were shown; at once for a reader who wants no motion. */
  #play() {
    const last = Math.max(this.rounds, SOON);
    if (calm()) {
      this.rounds = last;
      this.draw();
      this.#report();
      return;
    }
    this.go.textContent = this.words.stop;
    let begun = null;
    this.animate((now) => {
      begun ??= now;
      this.rounds = Math.min(last, 1 + Math.floor((now - begun) / 50));
      this.draw();
      if (this.rounds >= last) this.#stop();
      return this.rounds < last;
    });
  }

  #halt() {
    this.halt();
    this.go.textContent = this.words.play;
  }

  #stop() {
    this.#halt();
    this.#report();
  }

  #report() {
    const { x, y, step, pull, rounds } = this;
    this.report({ x, y, step, pull, rounds, on: RULES.filter((rule) => this.on.has(rule)) });
  }

  paint() {
    const ink = this.ink(INK);
    for (const { show } of this.sliders) show();
    for (const { rule, button } of this.switches) button.setAttribute("aria-pressed", String(this.on.has(rule)));
    const shown = RULES.filter((rule) => this.on.has(rule));
    const paths = shown.map((rule) => ({ rule, path: play(rule, [this.x, this.y], this.step, this.pull, this.rounds) }));
    this.#paintPlane(ink, paths);
    this.#paintFall(ink, paths);
    this.#paintRoots(ink, shown);
    this.status.replaceChildren(...RULES.map((rule) => this.#said(rule)));
  }

  #said(rule) {
    const factor = growth(rule, this.step, this.pull);
    const leads = Math.abs(factor - 1) < EVEN ? "round" : factor < 1 ? "in" : "out";
    return el("p", {}, el("b", { className: `ns-name ns-${rule}`, textContent: this.words[rule].toLowerCase() }), ` ${fill(this.words[`leads_${leads}`], { factor })}`);
  }

  #paintPlane(ink, paths) {
    const { plane } = this;
    plane.centre([0, 0], REACH);
    if (!plane.begin(ink)) return;
    plane.axes({ across: [-3, -2, -1, 0, 1, 2, 3], up: [-3, -2, -1, 0, 1, 2, 3], xTitle: this.words["plane-x"] });
    for (let a = -3; a <= 3; a += 0.75) for (let b = -3; b <= 3; b += 0.75) this.#arrow(ink, a, b);
    const time = this.step * this.rounds;
    const count = Math.max(2, Math.ceil(time / 0.05));
    plane.line(Array.from({ length: count + 1 }, (_, k) => flow([this.x, this.y], (time * k) / count, this.pull)), { colour: ink.prior, width: 1.5, dash: [5, 4] });
    const context = plane.context;
    context.save();
    context.beginPath();
    context.rect(0, 0, plane.width, plane.height - plane.margins.bottom);
    context.clip();
    for (const { rule, path } of paths) {
      const far = path.findIndex((point) => Math.hypot(...point) > 40);
      const kept = far < 0 ? path : path.slice(0, far + 1);
      plane.line(kept, { colour: ink[rule], width: 1.6, alpha: 0.75 });
      for (const point of kept.slice(1)) plane.dot(...point, { colour: ink[rule], radius: 3.5 });
    }
    context.restore();
    plane.words(this.words["plane-y"], plane.margins.left + 6, plane.margins.top + 14, { align: "left", weight: 600, alpha: 1 });
    plane.dot(0, 0, { colour: ink.text, radius: 5, hollow: true });
    plane.dot(this.x, this.y, { colour: ink.mark, radius: 8 });
  }

  /** Where both would go from here, against the field. */
  #arrow(ink, a, b) {
    const [u, v] = field([a, b], this.pull);
    const length = 0.12 / Math.max(0.35, Math.hypot(u, v) ** 0.5);
    const [c, d] = [a - length * u, b - length * v];
    this.plane.line([[a, b], [c, d]], { colour: ink.text, width: 1, alpha: 0.3 });
    const [px, py] = this.plane.toScreen(c, d);
    const { context } = this.plane;
    context.save();
    Object.assign(context, { globalAlpha: 0.35, fillStyle: ink.text });
    context.fillRect(px - 1.5, py - 1.5, 3, 3);
    context.restore();
  }

  #paintFall(ink, paths) {
    const { fall } = this;
    fall.x = [0, Math.max(10, this.rounds)];
    if (!fall.begin(ink)) return;
    const across = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * fall.x[1]));
    fall.axes({ across, xTitle: this.words["fall-x"] });
    fall.words(this.words["fall-dotted"], fall.width - 10, 14, { align: "right" });
    fall.decades();
    fall.line([[0, 0], [fall.x[1], 0]], { colour: ink.text, width: 1, alpha: 0.18 });
    const within = ([, power]) => power >= DECADES[0] && power <= DECADES[1];
    const begun = Math.log10(Math.max(1e-6, Math.hypot(this.x, this.y)));
    for (const { rule, path } of paths) {
      const heights = path.map((point, k) => [k, Math.log10(Math.max(1e-12, Math.hypot(...point)))]);
      fall.line(heights.filter(within), { colour: ink[rule], width: 2.5 });
      const slope = Math.log10(growth(rule, this.step, this.pull));
      fall.line(heights.map(([k]) => [k, begun + k * slope]).filter(within), { colour: ink[rule], width: 1.5, dash: [2, 3], alpha: 0.9 });
    }
  }

  #paintRoots(ink, shown) {
    const { roots } = this;
    roots.centre([0, 0], 1.6);
    if (!roots.begin(ink)) return;
    roots.axes({ across: [-1, 0, 1], up: [-1, 0, 1], xTitle: this.words["roots-x"], yTitle: this.words["roots-y"] });
    const circle = Array.from({ length: 91 }, (_, k) => [Math.cos((k * Math.PI) / 45), Math.sin((k * Math.PI) / 45)]);
    roots.line(circle, { colour: ink.text, width: 1.5, alpha: 0.55 });
    for (const rule of shown) {
      const radius = 8 - 2 * RULES.indexOf(rule); // they come to lie on one another at small steps
      for (const [real, imaginary] of eigenvalues(rule, this.step, this.pull)) {
        const scale = Math.min(1, 1.55 / Math.max(1e-9, Math.abs(real), Math.abs(imaginary)));
        roots.dot(real * scale, imaginary * scale, { colour: ink[rule], radius, hollow: scale < 1 });
      }
    }
  }
}

export const render = renderOf(NashPart);
