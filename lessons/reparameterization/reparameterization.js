// The lesson on the reparameterization trick: the graph of one step, draws on f(z), and both estimators of the gradient.

import { el, number } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { board, Chart, ticks } from "../../explorer/lesson/js/chart.js";
import { LivePart, press, renderOf } from "../../explorer/lesson/js/part.js";
import { estimates, exact, FUNCTIONS, means, normals, spread } from "./reparameterization_maths.js";
import { stepGraph, WAYS } from "./step_graph.js";

const LARGEST = 256; // draws an estimate
const REPEATS = 200; // estimates in a histogram
const SHOWN = 16; // draws drawn on f(z)
const BINS = 41;
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const INK = { mu: "mu", sigma: "sigma", score: "epsilon", path: "z", prior: "prior" };
const PARAMETERS = ["\u03bc", "log \u03c3"];
const HEADROOM = 0.4; // decades, for what the axis measures
const SEEDS = 9999;

class ReparameterizationPart extends LivePart {
  f = "square"; // of FUNCTIONS
  way = "path"; // of WAYS
  mu = 0;
  sigma = 1;
  parameter = 0; // of PARAMETERS
  size = 1; // draws an estimate
  seed = 1;
  frozen = false; // the same epsilon while sliders move
  noise = new Float64Array();

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /**
   * A start that Python only echoes moves nothing.
   *
   * @param {{ start: { f: string, way: string, mu: number, sigma: number, parameter: number, size: number, seed: number, frozen: boolean } }} data
   */
  update({ start }) {
    if (this.echo.asks(start)) {
      Object.assign(this, start);
      this.#sow(this.seed);
      this.#press();
    }
    this.draw();
  }

  #build() {
    const { words } = this;
    this.curve = new Chart(words.curve_alt, { x: [-4, 4], y: [0, 1], margins: { left: 34, right: 8, top: 8, bottom: 36 } });
    this.histogram = new Chart(words.histogram_alt, { x: [-1, 1], y: [0, 1.15], margins: { left: 8, right: 8, top: 22, bottom: 36 } });
    this.fall = new Chart(words.fall_alt, { x: [0, 8], y: [-3, 2], margins: { left: 40, right: 12, top: 8, bottom: 36 } });
    this.groups = {
      way: this.#choice("way", Object.fromEntries(WAYS.map((way) => [way, words[`way_${way}`]]))),
      f: this.#choice("f", Object.fromEntries(Object.keys(FUNCTIONS).map((f) => [f, words[`f_${f}`]]))),
      parameter: this.#choice("parameter", { ...PARAMETERS }),
    };
    this.sliders = [
      this.#slider("mu", [-2, 3, 0.01]),
      this.#slider("sigma", [0.1, 1.5, 0.01]),
      this.#slider("size", [0, 8, 1], 0, (k) => 2 ** k, Math.log2),
    ];
    this.freeze = this.button(words.freeze, () => this.#choose("frozen", !this.frozen), { title: words.freeze_help });
    const redraw = this.button(words.redraw, () => this.#redraw());
    this.graph = el("div", { className: "step-graph" });
    this.status = el("p", { className: "note", role: "status", "data-testid": "said" });
    this.root.replaceChildren(
      this.groups.way,
      el("div", { className: "pair-grid" }, el("div", {}, el("p", { className: "title", textContent: words.graph }), this.graph), board(words.curve, this.curve.canvas)),
      this.status,
      el("div", { className: "slider-row" }, ...this.sliders.map(({ slider }) => slider.element), el("div", { className: "buttons" }, this.freeze, redraw)),
      el("div", { className: "buttons wide" }, this.groups.f, this.groups.parameter),
      el("div", { className: "pair-grid" }, board(fill(words.histogram, { repeats: REPEATS }), this.histogram.canvas), board(words.fall, this.fall.canvas)),
    );
  }

  #choice(field, options) {
    const label = this.words[field];
    const group = this.choice(label, options, (value) => this.#choose(field, field === "parameter" ? Number(value) : value));
    group.prepend(el("span", { className: "note", "aria-hidden": "true", textContent: label }));
    return group;
  }

  /** A slider of a field; where its thumb has a scale of its own, the ways there and back. */
  #slider(field, [min, max, step], decimals = 2, toValue = (thumb) => thumb, toThumb = (value) => value) {
    const move = (thumb) => {
      this[field] = toValue(thumb);
      if (!this.frozen) this.#sow();
      this.draw();
    };
    const slider = this.slider({ name: this.words[field], min, max, step }, move, () => this.#report());
    return { slider, show: () => slider.show(toThumb(this[field]), number(this[field], decimals)) };
  }

  #choose(field, value) {
    this[field] = value;
    this.#press();
    this.#report();
    this.draw();
  }

  #press() {
    for (const [field, group] of Object.entries(this.groups)) press(group, this[field]);
    this.freeze.setAttribute("aria-pressed", String(this.frozen));
    this.graph.innerHTML = stepGraph(this.way, this.words);
  }

  /** Draw all of epsilon, anew unless a seed is given. */
  #sow(seed = (this.seed % SEEDS) + 1) {
    this.seed = seed;
    this.noise = normals(LARGEST * REPEATS, seed);
  }

  #redraw() {
    this.#sow();
    this.#report();
    this.draw();
  }

  #report() {
    const { f, way, mu, sigma, parameter, size, seed, frozen } = this;
    this.report({ f, way, mu, sigma, parameter, size, seed, frozen });
  }

  paint() {
    const ink = this.ink(INK);
    for (const { show } of this.sliders) show();
    const of = (kind) => estimates(kind, this.f, this.mu, this.sigma, this.noise, this.parameter);
    const each = { score: of("score"), path: of("path") };
    const truth = exact(this.f, this.mu, this.sigma)[this.parameter];
    this.#paintCurve(ink);
    this.#paintHistogram(ink, each, truth);
    this.#paintFall(ink, each);
  }

  #paintCurve(ink) {
    const { curve } = this;
    const { f, slope } = FUNCTIONS[this.f];
    curve.y = { square: [-1, 12], wave: [-1.6, 1.6], step: [-0.4, 1.6] }[this.f];
    if (!curve.begin(ink)) return;
    curve.axes({ across: [-4, -2, 0, 2, 4], up: { square: [0, 5, 10], wave: [-1, 0, 1], step: [0, 1] }[this.f], xTitle: "z" });
    const [low, high] = curve.y;
    const bell = Array.from({ length: 121 }, (_, i) => this.mu + this.sigma * (i / 20 - 3)).filter((z) => Math.abs(z) <= 4);
    curve.line(bell.map((z) => [z, low + 0.3 * (high - low) * Math.exp(-0.5 * ((z - this.mu) / this.sigma) ** 2)]), { colour: ink.mu, width: 1.5, fill: ink.mu });
    const points = Array.from({ length: 401 }, (_, i) => -4 + i / 50).map((z) => [z, f(z)]).filter(([, v]) => v <= high);
    curve.line(points, { colour: ink.text, width: 2, alpha: 0.7 });
    for (const e of this.noise.subarray(0, SHOWN)) {
      const z = this.mu + this.sigma * e;
      if (Math.abs(z) > 4 || f(z) > high) continue;
      const reach = 0.22;
      curve.line([[z - reach, f(z) - reach * slope(z)], [z + reach, f(z) + reach * slope(z)]], { colour: ink.path, width: 2.5 });
      curve.dot(z, f(z), { colour: ink.path, radius: 4 });
    }
  }

  #paintHistogram(ink, each, truth) {
    const { histogram, words } = this;
    const averaged = { score: means(each.score, this.size, REPEATS), path: means(each.path, this.size, REPEATS) };
    const widths = { score: spread(averaged.score), path: spread(averaged.path) };
    const reach = Math.max(3.2 * Math.max(widths.score, widths.path), 0.05, 1.1 * Math.abs(truth));
    histogram.x = [truth - reach, truth + reach];
    if (histogram.begin(ink)) {
      const { values, decimals } = ticks(...histogram.x);
      histogram.axes({ across: values, decimals, xTitle: fill(words.histogram_axis, { parameter: PARAMETERS[this.parameter] }) });
      for (const kind of ["score", "path"]) this.#bars(ink[kind], averaged[kind], truth - reach, (2 * reach) / BINS);
      histogram.line([[truth, 0], [truth, 1.05]], { colour: ink.text, width: 2, dash: [5, 4] });
      histogram.words(words.score, 10, 15, { align: "left", colour: ink.score, weight: 700, alpha: 1 });
      histogram.words(words.path, 112, 15, { align: "left", colour: ink.path, weight: 700, alpha: 1 });
      histogram.words(fill(words.exact, { exact: truth }), histogram.width - 10, 15, { align: "right", weight: 700, alpha: 1 });
    }
    const middle = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const measured = { exact: truth, score: middle(averaged.score), score_spread: widths.score, path: middle(averaged.path), path_spread: widths.path };
    this.status.textContent = fill(words.said, measured) + (this.f === "step" ? ` ${words.said_step}` : "");
  }

  /** A histogram whose tallest bar has height 1. */
  #bars(colour, values, low, width) {
    const { histogram } = this;
    const counts = new Array(BINS).fill(0);
    for (const value of values) {
      const bin = Math.floor((value - low) / width);
      if (bin >= 0 && bin < BINS) counts[bin] += 1;
    }
    const most = Math.max(1, ...counts);
    counts.forEach((count, i) => {
      if (!count) return;
      const [a, b] = [low + i * width, low + (i + 1) * width];
      histogram.line([[a, 0], [a, count / most], [b, count / most], [b, 0]], { colour, width: 1.2, fill: colour });
    });
  }

  #paintFall(ink, each) {
    const { fall } = this;
    const log = (value) => Math.log10(Math.max(value, 1e-9));
    const lines = ["score", "path"].map((kind) => ({ kind, spreads: SIZES.map((size) => spread(means(each[kind], size, REPEATS))) }));
    const seen = lines.flatMap(({ spreads }) => spreads).filter((value) => value > 1e-9).map(log);
    const [low, high] = seen.length ? [Math.floor(Math.min(...seen)), Math.ceil(Math.max(...seen))] : [-2, 1];
    fall.y = [low, Math.max(high, low + 1) + HEADROOM];
    if (!fall.begin(ink)) return;
    fall.axes({ across: [], xTitle: this.words.fall_axis, yTitle: this.words.spread });
    const [, bottom] = fall.toScreen(0, fall.y[0]);
    SIZES.forEach((size, k) => k % 2 === 0 && fall.words(String(size), fall.toScreen(k, 0)[0], bottom + 14));
    fall.decades();
    for (const { kind, spreads } of lines) {
      if (spreads[0] <= 1e-9) continue; // no spread at all has no place on a logarithmic axis
      fall.line(spreads.map((value, k) => [k, log(value)]), { colour: ink[kind], width: 2.5 });
      spreads.forEach((value, k) => fall.dot(k, log(value), { colour: ink[kind], radius: SIZES[k] === this.size ? 7 : 4 }));
    }
  }
}

export const render = renderOf(ReparameterizationPart);
