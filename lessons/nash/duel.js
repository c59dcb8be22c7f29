// The lesson on equilibria: a Gaussian generator against data on a line, the discriminator always at its best.

import { calm, el, number } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { clamp, rounded } from "../../explorer/browser/js/numbers.js";
import { board, Chart, draggable } from "../../explorer/lesson/js/chart.js";
import { bestDiscriminator, DATA, descend, logDensity, slopes, value } from "./duel_maths.js";
import { LivePart, press, renderOf } from "../../explorer/lesson/js/part.js";
/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

/** @type {Pair} */
const CENTRE = [-6, 6];
/** @type {Pair} */
const LOG_WIDTH = [-1.5, 1.5];
const TALLEST = 1.05; // of the densities' axis, on which the discriminator goes from 0 to 1
const GRID = { columns: 61, rows: 31, points: 241 };
const LEVELS = [-1.35, -1.3, -1.2, -1.1, -1, -0.9, -0.8, -0.6, -0.4, -0.2, -0.05, -0.005];
const NAMED = [-1.2, -0.9, -0.4, -0.05, -0.005]; // levels that have room for their number
const LABEL = -0.75; // log width at which it stands
const REST = 1e-4; // a gradient below moves nothing that one could see
const MOST = 1500; // steps of a walk
const HURRY = 25; // steps after which each frame takes one step more
const INK = { generator: "gan", discriminator: "discriminator", mark: "mark", prior: "prior" };

class DuelPart extends LivePart {
  data = "one";
  loss = "minimax";
  centre = 2.5;
  logWidth = 0;
  /** @type {Pair[]} */
  path = [];
  steps = 0;
  /** @type {Record<string, Float64Array>} */
  fields = {}; // the value all over the map, for each data

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /**
   * A start that Python only echoes moves nothing.
   *
   * @param {{ start: { data: string, loss: string, centre: number, log_width: number } }} data
   */
  update({ start }) {
    if (this.echo.asks(start)) {
      this.#halt();
      this.data = start.data;
      this.loss = start.loss;
      this.#goTo(start.centre, start.log_width);
    }
    this.draw();
  }

  #build() {
    const { words } = this;
    this.hills = new Chart(words.alt_hills, { x: [-7, 7], y: [0, TALLEST], margins: { left: 30, right: 8, top: 24, bottom: 36 } });
    this.map = new Chart(words.alt_map, { x: CENTRE, y: LOG_WIDTH, margins: { left: 34, right: 10, top: 8, bottom: 36 } });
    this.groups = { data: this.#choice("data", ["one", "two"]), loss: this.#choice("loss", ["minimax", "non-saturating"]) };
    this.sliders = {
      centre: this.#slider(words.centre, CENTRE, (centre) => this.#goTo(centre, this.logWidth)),
      logWidth: this.#slider(words.log_width, LOG_WIDTH, (width) => this.#goTo(this.centre, width)),
    };
    this.walk = this.button(words.walk, () => (this.walking ? this.#stop() : this.#letGo()), { className: "main" });
    this.status = el("p", { className: "note", role: "status", "data-testid": "said" });
    this.numbers = el("p", { className: "note du-numbers", "data-testid": "numbers" });
    this.root.replaceChildren(
      el("div", { className: "buttons wide" }, this.groups.data, this.groups.loss, this.walk),
      el("div", { className: "du-grid" }, board(words.hills, this.hills.canvas, "drag across"), board(words.map, this.map.canvas, "drag")),
      el("div", { className: "du-controls" }, this.sliders.centre.element, this.sliders.logWidth.element, el("div", {}, this.numbers, this.status)),
    );
    this.#handle(this.hills.canvas, (px) => this.#grab(px), (handle, px) => this.#dragHill(handle, px));
    this.#handle(this.map.canvas, () => 0, (_, px, py) => {
      const [centre, width] = this.map.toData(px, py);
      this.#goTo(clamp(centre, ...CENTRE), clamp(width, ...LOG_WIDTH));
    });
  }

  #choice(field, options) {
    const texts = Object.fromEntries(options.map((name) => [name, this.words[`choice_${name}`]]));
    return this.choice(this.words[field], texts, (name) => {
      this.#halt();
      this[field] = name;
      this.#goTo(this.centre, this.logWidth);
      this.#report();
    });
  }

  #slider(name, [min, max], move) {
    const moved = (to) => {
      this.#halt();
      move(to);
    };
    return this.slider({ name, min, max, step: 0.05 }, moved, () => this.#report());
  }

  #handle(canvas, grab, drag) {
    const start = (px, py) => {
      this.#halt();
      return grab(px, py);
    };
    draggable(canvas, { grab: start, drag, drop: () => this.#report() }, this.signal);
  }

  #grab(px) {
    const away = (z) => Math.abs(this.hills.toScreen(z, 0)[0] - px);
    const width = Math.exp(this.logWidth);
    const side = away(this.centre + width) < away(this.centre - width) ? 1 : -1;
    return away(this.centre + side * width) < Math.min(20, away(this.centre)) ? side : 0;
  }

  #dragHill(side, px) {
    const [z] = this.hills.toData(px, 0);
    if (side === 0) this.#goTo(clamp(z, ...CENTRE), this.logWidth);
    else this.#goTo(this.centre, clamp(Math.log(Math.max(0.01, side * (z - this.centre))), ...LOG_WIDTH));
  }

  #goTo(centre, logWidth) {
    this.centre = centre;
    this.logWidth = logWidth;
    this.path = [];
    this.steps = 0;
    this.draw();
  }

  #report() {
    this.report({ data: this.data, loss: this.loss, centre: rounded(this.centre, 3), log_width: rounded(this.logWidth, 3) });
  }

  #halt() {
    this.halt();
    this.walk.textContent = this.words.walk;
  }

  #stop() {
    this.#halt();
    this.#report();
    this.draw();
  }

  /** Descent from here, frame by frame; for a reader who wants no motion at once, to its end. */
  #letGo() {
    this.path = [[this.centre, this.logWidth]];
    this.steps = 0;
    if (calm()) {
      while (this.#advance());
      this.#stop();
      return;
    }
    this.walk.textContent = this.words.stop;
    this.animate(() => {
      let going = true;
      for (let k = 0; going && k < 1 + Math.floor(this.steps / HURRY); k++) going = this.#advance();
      this.draw();
      if (!going) this.#stop();
      return going;
    });
  }

  #advance() {
    const next = descend(DATA[this.data], this.centre, this.logWidth, this.loss);
    if (this.steps >= MOST || Math.hypot(next[0] - this.centre, next[1] - this.logWidth) < 0.1 * REST) return false;
    [this.centre, this.logWidth] = next;
    this.steps += 1;
    this.path.push(next);
    return true;
  }

  paint() {
    const ink = this.ink(INK);
    this.sliders.centre.show(this.centre);
    this.sliders.logWidth.show(this.logWidth);
    press(this.groups.data, this.data);
    press(this.groups.loss, this.loss);
    this.#paintHills(ink);
    this.#paintMap(ink);
    this.#say();
  }

  #say() {
    const mixture = DATA[this.data];
    const v = value(mixture, this.centre, this.logWidth);
    const slope = (loss) => slopes(mixture, this.centre, this.logWidth, loss)[0];
    const found = { value: v, divergence: (v + Math.log(4)) / 2, minimax: slope("minimax"), non_saturating: slope("non-saturating") };
    this.numbers.replaceChildren(fill(this.words.numbers, found));
    const where = fill(this.words.where, { centre: this.centre, width: Math.exp(this.logWidth) });
    const lost = this.data === "two" && Math.abs(Math.abs(this.centre) - 2) < 0.2 && Math.exp(this.logWidth) < 0.7;
    const end = v < -Math.log(4) + 5e-4 ? "equilibrium" : lost ? "collapse" : "";
    if (this.steps) {
      const walked = fill(this.words.walked, { steps: this.steps, where });
      this.status.textContent = fill(this.words[end || (this.walking ? "on-its-way" : "left-off")], { walked });
    } else this.status.textContent = fill(end ? this.words[`at_${end}`] : this.words.stands, { where });
  }

  #paintHills(ink) {
    const { hills } = this;
    if (!hills.begin(ink)) return;
    const mixture = DATA[this.data];
    const width = Math.exp(this.logWidth);
    const spots = Array.from({ length: 281 }, (_, k) => -7 + k / 20);
    for (let k = -60; k <= 60; k++) spots.push(this.centre + (k * width) / 15);
    const xs = spots.filter((x) => Math.abs(x) <= 7).sort((a, b) => a - b);
    const q = (x) => Math.exp(-0.5 * ((x - this.centre) / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
    hills.axes({ across: [-6, -4, -2, 0, 2, 4, 6], up: [0, 0.5, 1], decimals: 1, xTitle: this.words["hills-x"] });
    hills.line(xs.map((x) => [x, Math.exp(logDensity(mixture, x)[0])]), { colour: ink.prior, width: 2, dash: [5, 4], fill: ink.prior });
    hills.line(xs.map((x) => [x, Math.min(TALLEST, q(x))]), { colour: ink.generator, width: 2.5, fill: ink.generator });
    hills.line(xs.map((x) => [x, bestDiscriminator(mixture, this.centre, this.logWidth, x)]), { colour: ink.discriminator, width: 2.5 });
    const height = Math.min(0.94 * TALLEST, q(this.centre + width));
    hills.line([[this.centre - width, height], [this.centre + width, height]], { colour: ink.generator, width: 2 });
    for (const side of [-1, 1]) hills.dot(this.centre + side * width, height, { colour: ink.generator, radius: 6 });
    hills.dot(this.centre, 0.02, { colour: ink.mark, radius: 8 });
    const legend = [["data", ink.prior], ["generator", ink.generator], ["discriminator", ink.discriminator]];
    let px = hills.margins.left + 4;
    for (const [name, colour] of legend) {
      const text = this.words[`hills_${name}`];
      hills.words(text, px, 15, { align: "left", colour, weight: 700, alpha: 1 });
      px += hills.context.measureText(text).width + 26;
    }
  }

  #paintMap(ink) {
    const { map } = this;
    if (!map.begin(ink)) return;
    map.axes({ across: [-6, -4, -2, 0, 2, 4, 6], up: [-1, 0, 1], xTitle: this.words["map-x"], yTitle: this.words["map-y"] });
    const { lines, labels } = this.#lines();
    Object.assign(map.context, { strokeStyle: ink.generator, lineWidth: 1.2, globalAlpha: 0.75 });
    map.context.stroke(lines);
    map.context.globalAlpha = 1;
    for (const [level, px, py] of labels) map.words(number(level, level > -0.01 ? 3 : 2), px, py);
    if (this.path.length > 1) map.line(this.path, { colour: ink.mark, width: 2.5 });
    if (this.path.length) map.dot(...this.path[0], { colour: ink.mark, radius: 4, hollow: true });
    map.dot(this.centre, this.logWidth, { colour: ink.mark, radius: 8 });
  }

  /** Lines of equal value as a path in CSS pixels, and where their labels stand; the field is worked out once for each data. */
  #lines() {
    const { map } = this;
    const key = `${this.data} ${map.width} ${map.height}`;
    if (this.drawn?.key === key) return this.drawn;
    this.fields[this.data] ??= map.sampled(GRID, (centre, logWidth) => value(DATA[this.data], centre, logWidth, GRID.points));
    const lines = new Path2D();
    const labels = [];
    for (const level of LEVELS) {
      const right = map.contour(lines, this.fields[this.data], GRID, level).filter(([centre]) => centre > 0);
      if (!NAMED.includes(level) || !right.length) continue;
      const at = right.reduce((best, spot) => (Math.abs(spot[1] - LABEL) < Math.abs(best[1] - LABEL) ? spot : best));
      labels.push([level, ...map.toScreen(...at)]);
    }
    this.drawn = { key, lines, labels };
    return this.drawn;
  }
}

export const render = renderOf(DuelPart);
