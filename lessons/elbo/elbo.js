// The lesson on the ELBO: a Gaussian q to drag over the true posterior; two bars trade, and their sum never moves.

import { calm, el, number } from "../../explorer/browser/js/dom.js";
import { readTheme } from "../../explorer/browser/js/theme.js";
import { compose, fill } from "../../explorer/browser/js/words.js";
import { Chart, draggable, onFrame } from "../../explorer/lesson/js/chart.js";
import { Echo } from "../../explorer/lesson/js/echo.js";
import { climb, evidence, posterior, span, walk } from "./elbo_maths.js";
import { part } from "../../explorer/lesson/js/part.js";

const CENTRE = [-3, 3];
const LOG_WIDTH = [Math.log(0.02), Math.log(1.5)];
const VIEWS = ["near", "whole"];
const NEAR = 0.75; // from the middle of the near view to its side
const WHOLE = 3.2;
const REMEMBERED = 240; // moments that the trace keeps
const EDGE = 2; // q's handles lie this many widths from its centre
const INK = { q: "mu", gap: "kl", prior: "prior", posterior: "z" };
const TURN = 2 * Math.PI;

class EvidencePart {
  constructor(root, signal, words) {
    Object.assign(this, { root, signal, words, q: { m: [0, 0], s: [1, 1] }, view: "near", trace: [], echo: new Echo(), walking: 0 });
    this.draw = onFrame(() => this.#paint(), signal);
    this.#build();
    const observer = new ResizeObserver(this.draw);
    observer.observe(root);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.walking);
    });
  }

  /** data: { model, image, loadings (P x 2), offset (P), pixels (P), side, begin (m1, m2, s1, s2), start: { m1, m2, s1, s2, view } }; a
   *  start that is only echoed moves nothing. */
  update(data, tell) {
    this.tell = tell;
    const other = JSON.stringify(data.image) !== JSON.stringify(this.data?.image);
    this.data = data;
    if (other) {
      this.#halt();
      this.truth = posterior(data.model, data.image);
      this.trace = [];
      show(this.seen, data.pixels, data.side);
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
    const board = el("canvas", { role: "img", "aria-label": words.plane });
    const trace = el("canvas", { role: "img", "aria-label": words.trace });
    this.plane = new Chart(board, { x: [-1, 1], y: [-1, 1], margins: { left: 36, right: 8, top: 8, bottom: 36 } });
    this.record = new Chart(trace, { x: [0, REMEMBERED - 1], y: [-1, 0], margins: { left: 8, right: 8, top: 8, bottom: 22 } });
    const picture = (label) => el("canvas", { className: "ev-digit", width: 28, height: 28, role: "img", "aria-label": label });
    [this.seen, this.decoded] = [picture(words.digit), picture(words.decoded)];
    this.sliders = [
      this.#slider(words.m1, CENTRE, (v) => (this.q.m[0] = v), () => this.q.m[0], number),
      this.#slider(words.m2, CENTRE, (v) => (this.q.m[1] = v), () => this.q.m[1], number),
      this.#slider(words.s1, LOG_WIDTH, (v) => (this.q.s[0] = Math.exp(v)), () => Math.log(this.q.s[0]), width),
      this.#slider(words.s2, LOG_WIDTH, (v) => (this.q.s[1] = Math.exp(v)), () => Math.log(this.q.s[1]), width),
    ];
    this.walk = this.#button(words.climb, () => (this.walking ? this.#halt() : this.#climb()), "main");
    const prior = this.#button(words.to_prior, () => this.#moveTo({ m: [0, 0], s: [1, 1] }));
    const again = this.#button(words.again, () => this.#moveTo({ m: this.data.begin.slice(0, 2), s: this.data.begin.slice(2) }));
    this.views = VIEWS.map((name) => [name, this.#button(words[`view_${name}`], () => this.#look(name))]);
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
          el("div", { className: "board drag ev-plane" }, board),
          el("div", { className: "buttons ev-views", role: "group", "aria-label": words.view }, ...this.views.map(([, button]) => button)),
        ),
        el("div", { className: "ev-side" }, this.#ledger(), el("div", { className: "board ev-trace" }, trace), el("div", { className: "ev-below" }, figure(this.seen, words.digit), figure(this.decoded, words.decoded), this.#parts())),
      ),
      el("div", { className: "ev-sliders" }, ...this.sliders.map((slider) => slider.element)),
      el("div", { className: "buttons" }, this.walk, prior, again, this.status),
    );
    draggable(board, { grab: (x, y) => this.#grab(x, y), drag: (handle, x, y) => this.#drag(handle, x, y), drop: () => this.#report() }, signal);
  }

  #button(text, act, className = "") {
    const button = el("button", { type: "button", textContent: text, className });
    button.addEventListener("click", act, { signal: this.signal });
    return button;
  }

  #slider(label, [min, max], set, get, write) {
    const input = el("input", { type: "range", min, max, step: 0.005, "aria-label": label });
    const output = el("output");
    const changed = () => {
      this.#halt();
      set(Number(input.value));
      this.#changed();
    };
    input.addEventListener("input", changed, { signal: this.signal });
    input.addEventListener("change", () => this.#report(), { signal: this.signal });
    const display = () => {
      output.textContent = write(get());
      input.value = get();
      input.setAttribute("aria-valuetext", write(get()));
    };
    return { display, element: el("label", { className: "slider" }, el("span", { textContent: label }), output, input) };
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
    const spots = [["centre", m[0], m[1]], ["right", m[0] + EDGE * s[0], m[1]], ["left", m[0] - EDGE * s[0], m[1]], ["top", m[0], m[1] + EDGE * s[1]], ["bottom", m[0], m[1] - EDGE * s[1]]];
    const far = spots.map(([name, a, b]) => {
      const [px, py] = this.plane.toScreen(a, b);
      return { name, away: Math.hypot(px - x, py - y) };
    });
    const nearest = far.reduce((best, spot) => (spot.away < best.away ? spot : best));
    if (nearest.away > 26) return "centre";
    return nearest.name;
  }

  #drag(handle, x, y) {
    const [a, b] = this.plane.toData(x, y);
    const { m, s } = this.q;
    if (handle === "centre") this.q.m = [clamp(a, CENTRE), clamp(b, CENTRE)];
    else {
      const i = handle === "left" || handle === "right" ? 0 : 1;
      s[i] = Math.exp(clamp(Math.log(Math.max(1e-6, Math.abs([a, b][i] - m[i]) / EDGE)), LOG_WIDTH));
    }
    this.#changed();
  }

  #moveTo(q) {
    this.#halt();
    this.q = { m: q.m.map((v) => clamp(v, CENTRE)), s: [...q.s] };
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
    const round = (v) => Math.round(v * 1e4) / 1e4;
    const [m1, m2, s1, s2] = [...this.q.m, ...this.q.s].map(round);
    const start = { m1, m2, s1, s2, view: this.view };
    this.echo.told(start);
    this.tell?.(start);
  }

  #halt() {
    cancelAnimationFrame(this.walking);
    this.walking = 0;
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
    const frame = () => {
      const next = climb(model, image, this.q);
      if (!next) {
        this.#halt();
        this.#fitView();
        this.draw();
        this.#report();
        return;
      }
      this.q = next;
      this.#changed();
      this.walking = requestAnimationFrame(frame);
    };
    this.walking = requestAnimationFrame(frame);
  }

  #say() {
    const { gap } = this.now;
    this.status.textContent = gap < 0.01 ? this.words.closed : fill(this.words.missing, { gap });
  }

  // ---- what is shown

  #paint() {
    if (!this.data) return;
    const ink = readTheme(this.root, INK);
    for (const slider of this.sliders) slider.display();
    for (const [name, button] of this.views) button.setAttribute("aria-pressed", String(name === this.view));
    this.#paintPlane(ink);
    this.#paintLedger();
    this.#paintTrace(ink);
    const { loadings, offset, side } = this.data;
    show(this.decoded, offset.map((b, p) => b + loadings[p][0] * this.q.m[0] + loadings[p][1] * this.q.m[1]), side);
  }

  #paintPlane(ink) {
    const { plane, truth, q } = this;
    const { clientWidth, clientHeight } = plane.canvas;
    const { left, right, top, bottom } = plane.margins;
    const [middle, reach] = this.view === "near" ? [truth.mean, NEAR] : [[0, 0], WHOLE];
    const tall = (reach * (clientHeight - top - bottom)) / Math.max(1, Math.min(clientWidth - left - right, clientHeight - top - bottom));
    const wide = (reach * (clientWidth - left - right)) / Math.max(1, Math.min(clientWidth - left - right, clientHeight - top - bottom));
    plane.x = [middle[0] - wide, middle[0] + wide];
    plane.y = [middle[1] - tall, middle[1] + tall];
    if (!plane.begin(ink)) return;
    const step = this.view === "near" ? 0.5 : 1;
    plane.axes({ across: ticks(plane.x, step), up: ticks(plane.y, step), xTitle: "z1", yTitle: "z2", decimals: this.view === "near" ? 1 : 0 });
    for (const radius of [1, 2]) ellipse(plane, [0, 0], [radius, radius], { colour: ink.prior, dash: [4, 4], width: 1.5 });
    for (const k of [1, 2]) ellipse(plane, truth.mean, truth.std.map((v) => k * v), { colour: ink.posterior, width: k === 1 ? 2 : 1.2, fill: k === 1 });
    for (const k of [1, EDGE]) ellipse(plane, q.m, q.s.map((v) => k * v), { colour: ink.q, width: k === 1 ? 2.5 : 1.5, fill: k === 1 });
    for (const [a, b] of [[EDGE * q.s[0], 0], [-EDGE * q.s[0], 0], [0, EDGE * q.s[1]], [0, -EDGE * q.s[1]]]) plane.dot(q.m[0] + a, q.m[1] + b, { colour: ink.q, radius: 4.5, hollow: true });
    plane.dot(...q.m, { colour: ink.q, radius: 7 });
    if (this.view === "whole") plane.words(this.words.prior, ...plane.toScreen(0, -2.02).map((v, i) => v + (i ? 14 : 0)), { colour: ink.prior, weight: 600 });
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
    record.line([[0, low], ...points, [last[0], low]], { colour: ink.q, width: 0, alpha: 0, fill: ink.q });
    record.line([[0, top], ...points, [last[0], top]], { colour: ink.gap, width: 0, alpha: 0, fill: ink.gap });
    record.line(points, { colour: ink.q, width: 2 });
    record.line([[0, top], [last[0], top]], { colour: ink.text, width: 2 });
    record.words(words.trace_top, 16, record.toScreen(0, top)[1] - 5, { align: "left", weight: 600 });
    record.words(words.elbo, record.toScreen(...last)[0] - 8, Math.min(record.height - 28, record.toScreen(...last)[1] + 16), { align: "right", colour: ink.q, weight: 700 });
    record.words(words.trace_axis, record.width / 2, record.height - 6, {});
  }
}

/** An ellipse with half axes along the axes of the chart. */
function ellipse(chart, [a, b], [across, up], { colour, width = 1.5, dash = [], fill = false }) {
  const [x, y] = chart.toScreen(a, b);
  const [right, top] = chart.toScreen(a + across, b + up);
  const { context } = chart;
  context.save();
  context.beginPath();
  context.rect(chart.margins.left, chart.margins.top, chart.width - chart.margins.left - chart.margins.right, chart.height - chart.margins.top - chart.margins.bottom);
  context.clip();
  context.beginPath();
  context.ellipse(x, y, Math.abs(right - x), Math.abs(top - y), 0, 0, TURN);
  if (fill) {
    Object.assign(context, { fillStyle: colour, globalAlpha: 0.22 });
    context.fill();
  }
  Object.assign(context, { strokeStyle: colour, lineWidth: width, globalAlpha: 1 });
  context.setLineDash(dash);
  context.stroke();
  context.restore();
}

/** Round values within [low, high], `step` apart. */
function ticks([low, high], step) {
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return values;
}

/** Grey levels in [0, 1] on a small canvas. */
function show(canvas, pixels, side) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  pixels.forEach((value, p) => {
    const level = 255 * clamp(value, [0, 1]);
    image.data.set([level, level, level, 255], 4 * p);
  });
  context.putImageData(image, 0, 0);
}

const width = (logarithm) => number(Math.exp(logarithm), 3);

function clamp(value, [low, high]) {
  return Math.min(high, Math.max(low, value));
}

export const render = part((root, signal, words) => new EvidencePart(root, signal, words));
