// The lesson on the KL: a Gaussian over the prior to drag, the parts of the KL as bars with their switches, the map of the KL.

import { calm, el, number } from "../../explorer/browser/js/dom.js";
import { clamp, rounded } from "../../explorer/browser/js/numbers.js";
import { fill } from "../../explorer/browser/js/words.js";
import { board, Chart, draggable } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { EDGE, parts, PARTS, slopes, step, total } from "./kl_maths.js";
/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

/** @type {Pair} */
const MU = [-3, 3];
/** @type {Pair} */
const LOG_SIGMA = [-2.5, 1];
const SHOWN = 4; // the axis of z runs from minus this to this
/** @type {Pair} */
const BAR = [-2, 6]; // nats from one end of a bar's track to the other
const LEVELS = [-2, -1, -0.5, 0, 0.1, 0.5, 1, 2, 3, 4, 5, 6, 7];
const GRID = { columns: 97, rows: 57 };
const INK = { mu: "mu", sigma: "sigma", mark: "mark", prior: "prior", kl: "kl" };
const HURRY = 30; // steps after which each frame takes one step more: far ways are walked faster
const NAMES = {
  mean: "\u03bc\u00b2 / 2",
  width: "(\u03c3\u00b2 \u2212 1) / 2",
  entropy: "\u2212log \u03c3",
};

class KLPart extends LivePart {
  mu = 1.5;
  s = Math.log(0.5);
  on = new Set(PARTS);
  /** @type {Pair[]} */
  path = [];
  steps = 0;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /**
   * A start that Python only echoes moves nothing.
   *
   * @param {{ start: { mu: number, log_sigma: number, on: string[] } }} data
   */
  update({ start }) {
    if (this.echo.asks(start)) {
      this.#halt();
      this.#goTo(start.mu, start.log_sigma);
      this.on = new Set(start.on);
      for (const name of PARTS) this.switches[name].checked = this.on.has(name);
      this.#say();
    }
    this.draw();
  }

  #build() {
    this.hill = new Chart(this.words.gaussian, { x: [-SHOWN, SHOWN], y: [0, 1.05], margins: { left: 8, right: 8, top: 6, bottom: 36 } });
    this.map = new Chart(this.words.map, { x: MU, y: LOG_SIGMA, margins: { left: 30, right: 10, top: 6, bottom: 36 } });
    this.sliders = [
      this.#slider(this.words.centre, MU, (value) => (this.mu = value)),
      this.#slider(this.words.width, LOG_SIGMA, (value) => (this.s = value)),
    ];
    this.walk = this.button(this.words.let_go, () => (this.walking ? this.#halt() : this.#letGo()), { className: "main" });
    const away = this.button(this.words.away, () => this.#moveTo(1.5, Math.log(0.5)));
    this.status = el("p", { className: "note", role: "status", "data-testid": "said" });
    this.root.replaceChildren(
      el(
        "div",
        { className: "kl-grid" },
        board(this.words.drag_gaussian, this.hill.canvas, "drag across"),
        board(this.words.drag_dot, this.map.canvas, "drag"),
        el("div", { className: "kl-go" }, el("div", { className: "buttons" }, this.walk, away), this.status),
        this.#bars(),
        el("div", { className: "kl-sliders" }, ...this.sliders.map((slider) => slider.element)),
      ),
    );
    this.#handle(this.hill.canvas, (x) => this.#grabHill(x), (side, x) => this.#dragHill(side, x));
    this.#handle(this.map.canvas, () => 0, (_, x, y) => this.#dragMap(x, y));
  }

  #slider(name, [min, max], set) {
    const move = (value) => {
      this.#halt();
      set(value);
      this.path = [];
      this.#say();
      this.draw();
    };
    return this.slider({ name, min, max, step: 0.01 }, move, () => this.#report());
  }

  #bars() {
    this.switches = {};
    this.bars = {};
    const row = (name, head, note) => {
      const bar = el("span", { className: "kl-bar" });
      const value = el("span", { className: "kl-value" });
      const slope = el("span", { className: "kl-slope" });
      this.bars[name] = { bar, value, slope };
      return el("div", { className: `kl-row ${name}` }, head, el("span", { className: "kl-track" }, bar), value, note, slope);
    };
    const rows = PARTS.map((name) => {
      const [formula, role] = [NAMES[name], this.words[`role_${name}`]];
      const box = el("input", { type: "checkbox", checked: true, "aria-label": `${formula}, ${role}` });
      box.addEventListener("change", () => this.#toggle(name, box.checked), { signal: this.signal });
      this.switches[name] = box;
      return row(name, el("label", { className: "kl-name" }, box, el("b", { textContent: formula })), el("span", { className: "kl-role", textContent: role }));
    });
    this.sum = el("b");
    const sum = row("sum", el("span", { className: "kl-name" }, this.sum), null);
    return el("div", { className: "kl-bars", role: "group", "aria-label": this.words.parts }, ...rows, sum);
  }

  #handle(canvas, grab, drag) {
    const start = (x, y) => {
      this.#halt();
      this.path = [];
      return grab(x, y);
    };
    const drop = () => {
      this.#report();
      this.#letGo();
    };
    draggable(canvas, { grab: start, drag, drop }, this.signal);
  }

  #grabHill(x) {
    const sigma = Math.exp(this.s);
    const near = (z) => Math.abs(this.hill.toScreen(z, 0)[0] - x) < 24;
    const centre = Math.abs(this.hill.toScreen(this.mu, 0)[0] - x);
    if (near(this.mu + sigma) && Math.abs(this.hill.toScreen(this.mu + sigma, 0)[0] - x) < centre) return 1;
    if (near(this.mu - sigma) && Math.abs(this.hill.toScreen(this.mu - sigma, 0)[0] - x) < centre) return -1;
    return 0;
  }

  #dragHill(side, x) {
    const [z] = this.hill.toData(x, 0);
    if (side === 0) this.mu = clamp(z, ...MU);
    else this.s = clamp(Math.log(Math.max(0.01, side * (z - this.mu))), ...LOG_SIGMA);
    this.#say();
    this.draw();
  }

  #dragMap(x, y) {
    const [mu, s] = this.map.toData(x, y);
    this.mu = clamp(mu, ...MU);
    this.s = clamp(s, ...LOG_SIGMA);
    this.#say();
    this.draw();
  }

  #toggle(name, on) {
    this.#halt();
    if (on) this.on.add(name);
    else this.on.delete(name);
    this.path = [];
    this.#report();
    this.#say();
    this.draw();
  }

  #moveTo(mu, s) {
    this.#halt();
    this.#goTo(mu, s);
    this.#report();
    this.#say();
    this.draw();
  }

  #goTo(mu, s) {
    this.mu = mu;
    this.s = s;
    this.path = [];
    this.steps = 0;
  }

  #report() {
    this.report({ mu: rounded(this.mu, 3), log_sigma: rounded(this.s, 3), on: PARTS.filter((name) => this.on.has(name)) });
  }

  #halt() {
    this.halt();
    this.walk.textContent = this.words.let_go;
  }

  /** Descent from here, frame by frame; for a reader who wants no motion at once, to its end. */
  #letGo() {
    this.#halt();
    this.path = [[this.mu, this.s]];
    this.steps = 0;
    if (calm()) {
      while (this.#advance());
      this.#say(true);
      this.draw();
      return;
    }
    this.walk.textContent = this.words.stop;
    this.animate(() => {
      let going = true;
      for (let k = 0; going && k < 1 + Math.floor(this.steps / HURRY); k++) going = this.#advance();
      this.draw();
      if (!going) {
        this.#halt();
        this.#say(true);
      }
      return going;
    });
  }

  #advance() {
    const next = step(this.mu, this.s, this.on);
    if (!next) return false;
    [this.mu, this.s] = next;
    this.steps += 1;
    this.path.push(next);
    return true;
  }

  /** What happened, in words: at the end of a walk, or where descent would start. */
  #say(arrived = false) {
    const { words } = this;
    const at = fill(words.at, { mu: number(this.mu), sigma: number(Math.exp(this.s), this.s < -2 ? 3 : 2) });
    const steps = this.steps === 1 ? words.one_step : fill(words.steps, { count: this.steps });
    const say = (text, values = {}) => (this.status.textContent = fill(text, values));
    if (!arrived) say(words.ready, { at });
    else if (this.on.has("width") && !this.on.has("entropy")) say(words.died, { at, steps });
    else if (this.s >= EDGE) say(words.endless, { sigma: number(Math.exp(this.s), 0), steps });
    else if (this.steps === 0) say(words.nothing, { at });
    else say(words.rest, { at, steps, sum: number(total(this.mu, this.s, this.on)) });
  }

  paint() {
    const ink = this.ink(INK);
    this.#paintHill(ink);
    this.#paintMap(ink);
    this.#showBars();
    this.sliders[0].show(this.mu);
    this.sliders[1].show(this.s, number(this.s), fill(this.words.spoken_width, { log_sigma: number(this.s), sigma: number(Math.exp(this.s)) }));
  }

  #paintHill(ink) {
    const { hill } = this;
    if (!hill.begin(ink)) return;
    const sigma = Math.exp(this.s);
    const peak = 0.4 / sigma;
    hill.y = [0, Math.max(1.05, Math.min(4, 1.1 * peak))];
    hill.axes({ across: [-4, -3, -2, -1, 0, 1, 2, 3, 4], xTitle: "z", yTitle: "density" });
    const bell = (mu, width) => {
      const spots = new Set([mu]);
      for (let i = 0; i <= 160; i++) spots.add(-SHOWN + (2 * SHOWN * i) / 160).add(mu + width * (i / 20 - 4));
      return [...spots].filter((z) => Math.abs(z) <= SHOWN).sort((a, b) => a - b)
        .map((z) => [z, Math.min(hill.y[1], Math.exp(-0.5 * ((z - mu) / width) ** 2) / (width * Math.sqrt(2 * Math.PI)))]);
    };
    hill.line(bell(0, 1), { colour: ink.prior, dash: [5, 4], width: 2, fill: ink.prior });
    hill.line(bell(this.mu, sigma), { colour: ink.mu, width: 2.5, fill: ink.mu });
    const height = Math.min(0.94 * hill.y[1], Math.exp(-0.5) / (sigma * Math.sqrt(2 * Math.PI)));
    hill.line([[this.mu, 0], [this.mu, Math.min(hill.y[1], 0.399 / sigma)]], { colour: ink.mu, width: 2, dash: [2, 3] });
    hill.line([[this.mu - sigma, height], [this.mu + sigma, height]], { colour: ink.sigma, width: 2 });
    for (const side of [-1, 1]) hill.dot(this.mu + side * sigma, height, { colour: ink.sigma, radius: 7 });
    hill.dot(this.mu, 0.02 * hill.y[1], { colour: ink.mu, radius: 8 });
    hill.words(`\u03bc = ${number(this.mu)}, \u03c3 = ${number(sigma)}`, hill.width - 12, 20, { align: "right", weight: 700, colour: ink.mu, alpha: 1 });
  }

  #paintMap(ink) {
    const { map } = this;
    if (!map.begin(ink)) return;
    map.axes({ across: [-3, -2, -1, 0, 1, 2, 3], up: [-2, -1, 0, 1], xTitle: "\u03bc", yTitle: "log \u03c3" });
    const { lines, labels } = this.#lines();
    Object.assign(map.context, { strokeStyle: ink.kl, lineWidth: 1.2, globalAlpha: 0.75 });
    map.context.stroke(lines);
    map.context.globalAlpha = 1;
    for (const [level, x, y] of labels) map.words(number(level, level % 1 ? 1 : 0), x, y, { colour: ink.kl });
    const kept = this.path.filter(([, s]) => s >= LOG_SIGMA[0] - 0.2 && s <= LOG_SIGMA[1] + 0.2);
    if (kept.length > 1) map.line(kept, { colour: ink.mark, width: 2.5 });
    if (kept.length) map.dot(...kept[0], { colour: ink.mark, radius: 4, hollow: true });
    map.dot(clamp(this.mu, ...MU), clamp(this.s, ...LOG_SIGMA), { colour: ink.mark, radius: 8 });
  }

  /** The lines of equal height, as a path in CSS pixels, and where their labels stand; worked out anew when parts or size change. */
  #lines() {
    const { map } = this;
    const key = `${[...this.on].sort()} ${map.width} ${map.height}`;
    if (this.drawn?.key === key) return this.drawn;
    const values = map.sampled(GRID, (mu, s) => total(mu, s, this.on));
    const lines = new Path2D();
    const labels = [];
    for (const level of LEVELS) {
      const spots = map.contour(lines, values, GRID, level);
      if (spots.length && level !== 0) labels.push([level, ...map.toScreen(...spots[Math.floor(spots.length * 0.35)])]);
    }
    this.drawn = { key, lines, labels };
    return this.drawn;
  }

  #showBars() {
    const values = parts(this.mu, this.s);
    const [toMu] = slopes(this.mu, this.s, new Set(["mean"]));
    const pulls = {
      mean: `\u2202/\u2202\u03bc = ${number(toMu)}`,
      width: `\u2202/\u2202log \u03c3 = ${number(Math.exp(2 * this.s))}`,
      entropy: "\u2202/\u2202log \u03c3 = \u22121.00",
    };
    for (const name of PARTS) this.#showBar(name, values[name], this.on.has(name), pulls[name]);
    const all = this.on.size === PARTS.length;
    this.sum.textContent = all ? this.words.sum : this.words.sum_on;
    this.#showBar("sum", total(this.mu, this.s, this.on), true, "");
  }

  #showBar(name, value, on, pull) {
    const { bar, value: text, slope } = this.bars[name];
    const share = (v) => (100 * (clamp(v, ...BAR) - BAR[0])) / (BAR[1] - BAR[0]);
    bar.style.left = `${Math.min(share(0), share(value))}%`;
    bar.style.width = `${Math.abs(share(value) - share(0))}%`;
    bar.closest(".kl-row").classList.toggle("off", !on);
    text.textContent = fill(this.words.nats, { value: number(value) });
    slope.textContent = on ? pull : this.words.off;
    slope.hidden = !pull;
  }
}

export const render = renderOf(KLPart);
