// The lesson on the shape of latent space: a VAE's posteriors, wider or narrower under the hand, over the prior and over an
// autoencoder's points; and what each width costs.

import { gestures } from "../../explorer/canvas/js/gestures.js";
import { el, number } from "../../explorer/browser/js/dom.js";
import { clamp } from "../../explorer/browser/js/numbers.js";
import { measured } from "../../explorer/browser/js/size.js";
import { TICK } from "../../explorer/browser/js/theme.js";
import { fill } from "../../explorer/browser/js/words.js";
import { View } from "../../explorer/canvas/js/view.js";
import { board, Chart, multiples } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";

const TURN = 2 * Math.PI;
const LAYERS = ["ellipses", "draws", "prior", "ae"];
const INK = { vae: "vae", ae: "ae", prior: "prior", reconstruction: "reconstruction", kl: "kl", mark: "mark" };
const CLOSE = { x: 0, y: 0, reach: 0.35 }; // the middle of the plane in sight, and how far it is from there to the nearest edge
const WHOLE = { x: 0, y: 0, reach: 3.1 };

/**
 * @typedef {object} Data
 * @property {{ mean: number[][], std: number[][], noise: number[][], labels: number[] }} vae N x 2 each, of the test digits shown
 * @property {number[][]} prior N x 2
 * @property {number[][]} ae N x 2
 * @property {{ spread: number, reconstruction: number, kl: number | null }[]} curve nats at each width; null is infinite
 * @property {number} measured test digits behind the curve
 * @property {string[]} digits colours
 * @property {boolean} [covered] whether the answer is to stay covered
 * @property {{ at: number, layers: string[], x: number, y: number, reach: number }} start
 */

class SpreadPart extends LivePart {
  at = 0; // of the widths on the curve
  layers = new Set();
  view = new View();
  rest = this.atRest(() => this.#report());
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /** @param {Data} data */
  update(data) {
    this.data = data;
    this.width.max = data.curve.length - 1;
    const { start } = data;
    if (this.echo.asks(start)) {
      this.at = start.at;
      this.layers = new Set(start.layers);
      this.#look(start);
    }
    this.plane.setAttribute("aria-label", fill(this.words.board, { count: data.vae.mean.length }));
    this.plot.hidden = Boolean(data.covered); // it shows what every spread costs
    this.plot.querySelector(".title").textContent = fill(this.words.plot_title, { count: data.measured });
    this.draw();
  }

  #build() {
    const { signal, words } = this;
    this.plane = el("canvas", { role: "img" });
    this.chart = new Chart(words.plot, { x: [0, 2], y: [0, 1], margins: { left: 40, right: 10, top: 10, bottom: 36 } });
    this.plot = board("", this.chart.canvas, "sp-plot");
    const go = (at) => {
      this.at = at;
      this.draw();
    };
    this.width = this.slider({ name: words.slider, label: words.slider_name }, go, () => this.#report());
    const changing = (text, act) =>
      this.button(text, () => {
        act();
        this.draw();
        this.#report();
      });
    this.toggles = LAYERS.map((name) => {
      const button = changing(words[name], () => this.layers.delete(name) || this.layers.add(name));
      return { name, button };
    });
    const views = [changing(words.close, () => this.#look(CLOSE)), changing(words.whole, () => this.#look(WHOLE))];
    this.facts = el("p", { className: "sp-facts", role: "status" });
    this.root.replaceChildren(
      this.width.element,
      el(
        "div",
        { className: "sp-grid" },
        el(
          "div",
          {},
          el("div", { className: "board drag sp-plane" }, this.plane),
          el("div", { className: "buttons sp-buttons", role: "group", "aria-label": words.layers }, ...this.toggles.map(({ button }) => button), ...views),
        ),
        el("div", { className: "sp-side" }, this.plot, this.facts),
      ),
    );
    const nothing = () => {};
    gestures(
      this.plane,
      {
        hover: nothing, leave: nothing, pick: nothing, grab: () => null, drag: nothing, drop: nothing,
        pan: (dx, dy) => this.#moved(() => this.view.pan(dx, dy)),
        zoom: (factor, x, y) => this.#moved(() => this.view.zoom(factor, x, y)),
      },
      signal,
    );
  }

  #look({ x, y, reach }) {
    this.view.setBounds([[x - reach, x + reach], [y - reach, y + reach]]);
  }

  #moved(act) {
    act();
    this.draw();
    this.rest();
  }

  #report() {
    const { view } = this;
    const reach = clamp(Math.min(view.width, view.height) / (2 * view.scale), 0.001, 30); // as lessons/shape/address.py has it
    const [x, y, near] = [view.x, view.y, reach].map((value) => Number(value.toFixed(4)));
    this.report({ at: this.at, layers: LAYERS.filter((name) => this.layers.has(name)), x, y, reach: near });
  }

  get #now() {
    return this.data.curve[this.at];
  }

  paint() {
    if (!this.data) return;
    const ink = this.ink(INK);
    const { words } = this;
    const { spread, reconstruction, kl } = this.#now;
    this.width.show(this.at, fill(words.times, { spread }), fill(words.slider_now, { spread }));
    for (const { name, button } of this.toggles) button.setAttribute("aria-pressed", String(this.layers.has(name)));
    const said = (name, nats, more = {}) => fill(words[name], { nats: nats ?? "\u221e", ...more });
    const note = { 0: words.point, 1: words.own }[spread];
    this.facts.replaceChildren(
      el("b", { className: "sp-r", textContent: said("reconstruction", reconstruction) }), " + ",
      el("b", { className: "sp-k", textContent: said("kl", kl) }), " = ",
      el("b", { textContent: said("elbo", kl === null ? null : reconstruction + kl, { count: this.data.measured }) }), note ? ` ${note}` : "",
    );
    this.#paintPlane(ink);
    this.#paintCurve(ink);
  }

  #paintPlane(ink) {
    const { plane, view } = this;
    const { width, height, ratio } = measured(plane);
    if (!width || !height) return;
    plane.width = Math.round(width * ratio);
    plane.height = Math.round(height * ratio);
    const context = plane.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (view.width !== width || view.height !== height) view.resize(width, height);
    this.#paintAxes(context, ink);
    const { vae, prior, ae, digits } = this.data;
    const spot = (z, radius, colour) => {
      const [x, y] = view.toScreen(...z);
      if (x < -9 || y < -9 || x > width + 9 || y > height + 9) return;
      context.fillStyle = colour;
      context.beginPath();
      context.arc(x, y, radius, 0, TURN);
      context.fill();
    };
    if (this.layers.has("prior")) for (const z of prior) spot(z, 1.8, ink.prior);
    if (this.layers.has("ae")) for (const z of ae) spot(z, 2.2, ink.ae);
    const { spread } = this.#now;
    vae.mean.forEach((mean, n) => {
      const [sx, sy] = vae.std[n];
      const colour = digits[vae.labels[n] % digits.length];
      if (this.layers.has("ellipses")) {
        const [x, y] = view.toScreen(...mean);
        const [across, up] = [2 * spread * sx * view.scale, 2 * spread * sy * view.scale];
        if (x + across < 0 || y + up < 0 || x - across > width || y - up > height) return;
        context.beginPath();
        context.ellipse(x, y, Math.max(1.2, across), Math.max(1.2, up), 0, 0, TURN);
        context.fillStyle = colour;
        context.globalAlpha = 0.25;
        context.fill();
        context.globalAlpha = 0.9;
        context.strokeStyle = colour;
        context.lineWidth = 1;
        context.stroke();
        context.globalAlpha = 1;
      }
      if (this.layers.has("draws")) spot(mean.map((m, d) => m + spread * vae.std[n][d] * vae.noise[n][d]), 2, colour);
    });
  }

  #paintAxes(context, ink) {
    const { view } = this;
    context.clearRect(0, 0, view.width, view.height);
    const [left, top] = view.toPlane(0, 0);
    const [right, bottom] = view.toPlane(view.width, view.height);
    const across = view.ticks(left, right);
    const up = view.ticks(bottom, top);
    context.strokeStyle = context.fillStyle = ink.text;
    context.font = `${TICK}px ${ink.font}`;
    const line = (x0, y0, x1, y1, alpha) => {
      context.globalAlpha = alpha;
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      context.stroke();
    };
    for (const value of across.values) {
      const [x] = view.toScreen(value, 0);
      line(x, 0, x, view.height, value === 0 ? 0.28 : 0.08);
      context.globalAlpha = 0.85;
      if (x < view.width - 40) context.fillText(number(value, across.decimals), x + 3, view.height - 5);
    }
    for (const value of up.values) {
      const [, y] = view.toScreen(0, value);
      line(0, y, view.width, y, value === 0 ? 0.28 : 0.08);
      context.globalAlpha = 0.85;
      if (y > 34 && y < view.height - 20) context.fillText(number(value, up.decimals), 4, y - 3);
    }
    context.font = `600 ${TICK}px ${ink.font}`;
    context.fillText("\u2191 z2", 4, 15);
    context.fillText("z1 \u2192", view.width - 34, view.height - 20);
    context.setLineDash([3, 4]);
    context.strokeStyle = ink.prior;
    for (const radius of [1, 2, 3]) {
      context.beginPath();
      context.arc(...view.toScreen(0, 0), radius * view.scale, 0, TURN);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** Reconstruction at the bottom, the KL stacked on it: the upper edge is the negative ELBO. */
  #paintCurve(ink) {
    if (this.data.covered) return;
    const { chart, words } = this;
    const known = this.data.curve.filter(({ kl }) => kl !== null).sort((a, b) => a.spread - b.spread);
    const low = Math.floor(Math.min(...known.map(({ reconstruction }) => reconstruction))) - 1;
    const high = Math.max(...known.map(({ reconstruction, kl }) => reconstruction + kl)) + 1;
    chart.x = [0, known.at(-1).spread];
    chart.y = [low, high];
    if (!chart.begin(ink)) return;
    const up = multiples([low, high], high - low > 20 ? 5 : 2);
    chart.axes({ across: [0, 0.5, 1, 1.5, 2].filter((v) => v <= chart.x[1]), up, xTitle: words.axis, decimals: 1 });
    const bottom = known.map(({ spread, reconstruction }) => [spread, reconstruction]);
    const top = known.map(({ spread, reconstruction, kl }) => [spread, reconstruction + kl]);
    chart.line([...bottom, ...[...top].reverse()], { colour: ink.kl, width: 0, alpha: 0, fill: ink.kl });
    chart.line(bottom, { colour: ink.reconstruction, width: 2.5 });
    chart.line(top, { colour: ink.text, width: 2.5 });
    const [x] = chart.toScreen(chart.x[1], low);
    chart.words(words.edge, x - 4, chart.toScreen(...top.at(-1))[1] - 12, { align: "right", weight: 700 });
    chart.words(words.below, x - 4, chart.toScreen(...bottom.at(-1))[1] + 34, { align: "right", weight: 700, colour: ink.reconstruction });
    chart.words(words.between, ...chart.toScreen(0.12, 0.5 * (bottom[5][1] + top[5][1])), { weight: 700, colour: ink.kl, align: "left" });
    const { spread, reconstruction, kl } = this.#now;
    if (kl === null) {
      chart.words("\u2191 \u221e", chart.toScreen(0, 0)[0] + 4, 22, { align: "left", colour: ink.mark, weight: 700, size: 15 });
      chart.dot(0, reconstruction, { colour: ink.reconstruction, radius: 6 });
      return;
    }
    chart.line([[spread, reconstruction], [spread, reconstruction + kl]], { colour: ink.kl, width: 2, dash: [3, 3] });
    chart.dot(spread, reconstruction, { colour: ink.reconstruction, radius: 6 });
    chart.dot(spread, reconstruction + kl, { colour: ink.mark, radius: 7 });
  }
}

export const render = renderOf(SpreadPart);
