// The lesson on the ELBO: a Gaussian q to drag over the true posterior; two bars trade, and their sum never moves.

import { calm, el, number } from "../../explorer/browser/js/dom.js";
import { clamp, rounded } from "../../explorer/browser/js/numbers.js";
import { compose, fill } from "../../explorer/browser/js/words.js";
import { Chart, draggable, multiples } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { climb, evidence, posterior, span, walk } from "./elbo_maths.js";
/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

/** @type {Pair} */
const CENTRE = [-3, 3];
/** @type {Pair} */
const LOG_WIDTH = [Math.log(0.02), Math.log(1.5)];
const VIEWS = ["near", "whole"];
const NEAR = 0.75; // from the middle of the near view to its side
const WHOLE = 3.2;
const REMEMBERED = 240; // moments that the trace keeps
const EDGE = 2; // q's handles lie this many widths from its centre
const INK = { q: "mu", gap: "kl", prior: "prior", posterior: "z" };
const width = (logarithm) => number(Math.exp(logarithm), 3);

/**
 * @typedef {object} Data
 * @property {import("./elbo_maths.js").Model} model
 * @property {import("./elbo_maths.js").Image} image
 * @property {number[][]} loadings P x 2
 * @property {number[]} offset P
 * @property {number[]} pixels P
 * @property {number} side
 * @property {boolean} [covered] whether the answer is to stay covered
 * @property {number[]} begin m1, m2, s1, s2
 * @property {{ m1: number, m2: number, s1: number, s2: number, view?: string }} start one that is only echoed moves nothing
 */

class EvidencePart extends LivePart {
  q = { m: [0, 0], s: [1, 1] };
  view = "near";
  /** @type {number[]} */
  trace = []; // the ELBO at each moment
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /** @param {Data} data */
  update(data) {
    const other = JSON.stringify(data.image) !== JSON.stringify(this.data?.image);
    this.data = data;
    this.record.canvas.parentElement.hidden = Boolean(data.covered); // it shows the sum over time
    if (other) {
      this.#halt();
      this.truth = posterior(data.model, data.image);
      this.trace = [];
      showGrey(this.seen, data.pixels, data.side);
    }
    if (this.echo.asks(data.start)) {
      this.#halt();
      const { m1, m2, s1, s2, view } = data.start;
      this.q = { m: [m1, m2], s: [s1, s2] };
      this.trace = [];
      if (view) this.view = view;
      else this.#fitView();
    }
    this.#changed();
    this.#say();
  }

  #build() {
    const { signal, words } = this;
    this.plane = new Chart(words.plane, { x: [-1, 1], y: [-1, 1], margins: { left: 36, right: 8, top: 8, bottom: 36 } });
    this.record = new Chart(words.trace, { x: [0, REMEMBERED - 1], y: [-1, 0], margins: { left: 8, right: 8, top: 8, bottom: 22 } });
    const picture = (label) => el("canvas", { className: "ev-digit", width: 28, height: 28, role: "img", "aria-label": label });
    this.seen = picture(words.digit);
    this.decoded = picture(words.decoded);
    this.sliders = [
      this.#slider(words.m1, CENTRE, (v) => (this.q.m[0] = v), () => this.q.m[0], number),
      this.#slider(words.m2, CENTRE, (v) => (this.q.m[1] = v), () => this.q.m[1], number),
      this.#slider(words.s1, LOG_WIDTH, (v) => (this.q.s[0] = Math.exp(v)), () => Math.log(this.q.s[0]), width),
      this.#slider(words.s2, LOG_WIDTH, (v) => (this.q.s[1] = Math.exp(v)), () => Math.log(this.q.s[1]), width),
    ];
    this.walk = this.button(words.climb, () => (this.walking ? this.#halt() : this.#climb()), { className: "main" });
    const prior = this.button(words.to_prior, () => this.#moveTo({ m: [0, 0], s: [1, 1] }));
    const again = this.button(words.again, () => this.#moveTo({ m: this.data.begin.slice(0, 2), s: this.data.begin.slice(2) }));
    this.views = VIEWS.map((name) => ({ name, button: this.button(words[`view_${name}`], () => this.#look(name)) }));
    this.status = el("p", { className: "note", role: "status" });
    const figure = (canvas, caption) => el("figure", {}, canvas, el("figcaption", { textContent: caption }));
    const coloured = (className, textContent) => el("b", { className, textContent });
    this.root.replaceChildren(
      el(
        "div",
        { className: "ev-grid" },
        el(
          "div",
          {},
          el("p", { className: "title" }, ...compose(words.drag, { q: coloured("ev-q", words.drag_q), posterior: coloured("ev-p", words.drag_posterior) })),
          el("div", { className: "board drag ev-plane" }, this.plane.canvas),
          el("div", { className: "buttons ev-views", role: "group", "aria-label": words.view }, ...this.views.map(({ button }) => button)),
        ),
        el("div", { className: "ev-side" }, this.#ledger(), el("div", { className: "board ev-trace" }, this.record.canvas), el("div", { className: "ev-below" }, figure(this.seen, words.digit), figure(this.decoded, words.decoded), this.#parts())),
      ),
      el("div", { className: "ev-sliders" }, ...this.sliders.map(({ slider }) => slider.element)),
      el("div", { className: "buttons" }, this.walk, prior, again, this.status),
    );
    draggable(this.plane.canvas, { grab: (x, y) => this.#grab(x, y), drag: (handle, x, y) => this.#drag(handle, x, y), drop: () => this.#report() }, signal);
  }

  #slider(name, [min, max], set, get, write) {
    const move = (value) => {
      this.#halt();
      set(value);
      this.#changed();
    };
    const slider = this.slider({ name, min, max, step: 0.005 }, move, () => this.#report());
    return { slider, show: () => slider.show(get(), write(get())) };
  }

  /** The two bars that trade, under the line that they reach together. */
  #ledger() {
    const [elbo, gap] = [el("span", { className: "ev-bar ev-elbo" }), el("span", { className: "ev-bar ev-gap" })];
    this.bars = { elbo, gap };
    this.texts = Object.fromEntries(["elbo", "gap", "sum", "scale"].map((name) => [name, el("b")]));
    const { words } = this;
    const name = (className, text, value) => el("span", { className }, `${text} `, value);
    return el(
      "div",
      { className: "ev-ledger", role: "group", "aria-label": words.ledger },
      el("div", { className: "ev-names" }, name("ev-q", words.elbo, this.texts.elbo), name("ev-g", words.gap, this.texts.gap), name("", words.sum, this.texts.sum)),
      el("div", { className: "ev-track" }, elbo, gap),
      el("div", { className: "ev-scale" }, this.texts.scale),
    );
  }

  #parts() {
    this.inner = Object.fromEntries(["reconstruction", "rate"].map((name) => [name, el("b")]));
    return el("p", { className: "note" }, ...compose(this.words.inside, { q: el("sub", { textContent: "q" }), ...this.inner }));
  }

  // ---- the hand

  #grab(x, y) {
    this.#halt();
    const { m, s } = this.q;
    const spots = { centre: [0, 0], right: [EDGE, 0], left: [-EDGE, 0], top: [0, EDGE], bottom: [0, -EDGE] };
    const far = Object.entries(spots).map(([name, [a, b]]) => {
      const [px, py] = this.plane.toScreen(m[0] + a * s[0], m[1] + b * s[1]);
      return { name, away: Math.hypot(px - x, py - y) };
    });
    const nearest = far.reduce((best, spot) => (spot.away < best.away ? spot : best));
    if (nearest.away > 26) return "centre";
    return nearest.name;
  }

  #drag(handle, x, y) {
    const [a, b] = this.plane.toData(x, y);
    const { m, s } = this.q;
    if (handle === "centre") this.q.m = [clamp(a, ...CENTRE), clamp(b, ...CENTRE)];
    else {
      const i = handle === "left" || handle === "right" ? 0 : 1;
      s[i] = Math.exp(clamp(Math.log(Math.max(1e-6, Math.abs([a, b][i] - m[i]) / EDGE)), ...LOG_WIDTH));
    }
    this.#changed();
  }

  #moveTo(q) {
    this.#halt();
    this.q = { m: q.m.map((v) => clamp(v, ...CENTRE)), s: [...q.s] };
    this.#fitView();
    this.#changed();
    this.#report();
  }

  #look(view) {
    this.view = view;
    this.#report();
    this.draw();
  }

  /** The near view, unless q reaches out of it. */
  #fitView() {
    if (!this.truth) return;
    const out = this.q.m.some((v, i) => Math.abs(v - this.truth.mean[i]) + this.q.s[i] > NEAR);
    this.view = out ? "whole" : "near";
  }

  #changed() {
    if (!this.data) return;
    this.now = evidence(this.data.model, this.data.image, this.q);
    if (!this.trace.length) this.trace = Array(REMEMBERED).fill(this.now.elbo); // q has not moved yet
    this.trace = [...this.trace.slice(1), this.now.elbo];
    this.draw();
  }

  #report() {
    this.#say();
    const [m1, m2, s1, s2] = [...this.q.m, ...this.q.s].map((value) => rounded(value, 4));
    this.report({ m1, m2, s1, s2, view: this.view });
  }

  #halt() {
    this.halt();
    this.walk.textContent = this.words.climb;
  }

  #climb() {
    const { model, image } = this.data;
    if (calm()) {
      this.q = walk(model, image, this.q).at(-1);
      this.#fitView();
      this.#changed();
      this.#report();
      return;
    }
    this.walk.textContent = this.words.stop;
    this.animate(() => {
      const next = climb(model, image, this.q);
      if (next) {
        this.q = next;
        this.#changed();
      } else {
        this.#halt();
        this.#fitView();
        this.draw();
        this.#report();
      }
      return Boolean(next);
    });
  }

  #say() {
    const { gap } = this.now;
    this.status.textContent = gap < 0.01 ? this.words.closed : fill(this.words.missing, { gap });
  }

  // ---- what is shown

  paint() {
    if (!this.data) return;
    const ink = this.ink(INK);
    for (const { show } of this.sliders) show();
    for (const { name, button } of this.views) button.setAttribute("aria-pressed", String(name === this.view));
    this.#paintPlane(ink);
    this.#paintLedger();
    this.#paintTrace(ink);
    const { loadings, offset, side } = this.data;
    showGrey(this.decoded, offset.map((b, p) => b + loadings[p][0] * this.q.m[0] + loadings[p][1] * this.q.m[1]), side);
  }

  #paintPlane(ink) {
    const { plane, truth, q } = this;
    if (this.view === "near") plane.centre(truth.mean, NEAR);
    else plane.centre([0, 0], WHOLE);
    if (!plane.begin(ink)) return;
    const step = this.view === "near" ? 0.5 : 1;
    plane.axes({ across: multiples(plane.x, step), up: multiples(plane.y, step), xTitle: "z1", yTitle: "z2", decimals: this.view === "near" ? 1 : 0 });
    for (const radius of [1, 2]) plane.ellipse([0, 0], [radius, radius], { colour: ink.prior, dash: [4, 4], width: 1.5 });
    for (const k of [1, 2]) plane.ellipse(truth.mean, truth.std.map((v) => k * v), { colour: ink.posterior, width: k === 1 ? 2 : 1.2, filled: k === 1 });
    for (const k of [1, EDGE]) plane.ellipse(q.m, q.s.map((v) => k * v), { colour: ink.q, width: k === 1 ? 2.5 : 1.5, filled: k === 1 });
    for (const [a, b] of [[EDGE * q.s[0], 0], [-EDGE * q.s[0], 0], [0, EDGE * q.s[1]], [0, -EDGE * q.s[1]]]) plane.dot(q.m[0] + a, q.m[1] + b, { colour: ink.q, radius: 4.5, hollow: true });
    plane.dot(q.m[0], q.m[1], { colour: ink.q, radius: 7 });
    if (this.view === "whole") plane.words(this.words.prior, plane.toScreen(0, 0)[0], plane.toScreen(0, -2.02)[1] + 14, { colour: ink.prior, weight: 600 });
  }

  #paintLedger() {
    const { elbo, gap, reconstruction, rate } = this.now;
    const scale = span(gap);
    const share = Math.min(1, gap / scale);
    this.bars.elbo.style.width = `${100 * (1 - share)}%`;
    this.bars.gap.style.width = `${100 * share}%`;
    this.texts.elbo.textContent = number(elbo);
    this.texts.gap.textContent = number(gap);
    this.texts.sum.textContent = fill(this.words.nats, { sum: elbo + gap });
    this.texts.scale.textContent = fill(this.words.scale, { scale });
    this.inner.reconstruction.textContent = number(reconstruction);
    this.inner.rate.textContent = number(rate);
  }

  #paintTrace(ink) {
    const { record, trace, words } = this;
    if (!trace.length) return;
    const top = this.now.logEvidence;
    const scale = span(Math.max(0.5, ...trace.map((elbo) => top - elbo)));
    record.y = [top - scale, top + 0.14 * scale];
    if (!record.begin(ink)) return;
    const low = record.y[0];
    const points = trace.map((elbo, i) => [i, Math.max(low, elbo)]);
    const last = points.at(-1);
    const [right, end] = record.toScreen(last[0], last[1]);
    record.line([[0, low], ...points, [last[0], low]], { colour: ink.q, width: 0, alpha: 0, fill: ink.q });
    record.line([[0, top], ...points, [last[0], top]], { colour: ink.gap, width: 0, alpha: 0, fill: ink.gap });
    record.line(points, { colour: ink.q, width: 2 });
    record.line([[0, top], [last[0], top]], { colour: ink.text, width: 2 });
    record.words(words.trace_top, 16, record.toScreen(0, top)[1] - 5, { align: "left", weight: 600 });
    record.words(words.elbo, right - 8, Math.min(record.height - 28, end + 16), { align: "right", colour: ink.q, weight: 700 });
    record.words(words.trace_axis, record.width / 2, record.height - 6, {});
  }
}

/** Grey levels in [0, 1] on a small canvas. */
function showGrey(canvas, pixels, side) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  pixels.forEach((value, p) => {
    const level = 255 * clamp(value, 0, 1);
    image.data.set([level, level, level, 255], 4 * p);
  });
  context.putImageData(image, 0, 0);
}

export const render = renderOf(EvidencePart);
