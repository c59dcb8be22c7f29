// The lesson on anomalies: one score of normal digits and of strangers, and a threshold to drag. What it flags is counted while the hand
// moves, on the histogram, on the ROC and precision-recall curves, and on the pictures of the worst mistakes.

import { el, number } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { board, Chart, draggable, ticks } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { counts, histogram, rates } from "./anomalies_maths.js";

const BINS = 56;
const INK = { normal: "pca", strange: "z", mark: "mark" };
const UNIT = [0, 0.25, 0.5, 0.75, 1];
const percent = (share) => `${number(100 * share, 1)} %`;

/**
 * @typedef {object} Data
 * @property {number[]} normal scores, lowest first
 * @property {number[]} strange
 * @property {number[]} thresholds
 * @property {number} at
 * @property {number[][]} roc
 * @property {number[][]} precision
 * @property {number} area under the ROC curve
 * @property {number} average precision
 * @property {{ normal: string, strange: string }} names
 * @property {string} title of the score
 * @property {string} unit
 * @property {string} what is compared, by which a choice is known from the next
 * @property {{ uri: string, score: number }[]} misses
 * @property {{ uri: string, score: number }[]} alarms
 */

class ThresholdPart extends LivePart {
  at = 0; // of the thresholds
  /** @type {Data} */
  data;
  /** @type {Record<string, { score: number, image: HTMLImageElement, figure: HTMLElement }[]>} */
  faces = { misses: [], alarms: [] };

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /** @param {Data} data */
  update(data) {
    this.data = data;
    if (this.echo.asks([data.at, data.what])) this.at = data.at;
    this.threshold.max = data.thresholds.length - 1;
    const all = [data.normal[0], data.strange[0], data.normal.at(-1), data.strange.at(-1)].map(Math.log10);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const pad = 0.03 * (high - low) + 1e-3;
    const bars = (scores) => histogram(scores.map(Math.log10), low - pad, high + pad, BINS);
    this.bars = { low: low - pad, high: high + pad, normal: bars(data.normal), strange: bars(data.strange) };
    this.#showFaces();
    this.#say();
    this.draw();
  }

  #build() {
    const { words } = this;
    const margins = { left: 36, right: 10, top: 8, bottom: 36 };
    this.hill = new Chart(words.hill, { x: [0, 1], y: [0, 1], margins: { ...margins, left: 10 } });
    this.roc = new Chart(words.roc, { x: [0, 1], y: [0, 1.02], margins });
    this.precision = new Chart(words.precision, { x: [0, 1], y: [0, 1.02], margins });
    this.threshold = this.slider({ name: words.threshold, max: 100, testid: "threshold" }, (at) => this.#move(at), () => this.#report());
    this.cells = { passed: el("td"), alarms: el("td"), misses: el("td"), hits: el("td") };
    this.truths = [el("th", { scope: "row" }), el("th", { scope: "row" })];
    const head = el("tr", {}, el("td"), el("th", { scope: "col", textContent: words.let_through }), el("th", { scope: "col", textContent: words.flagged }));
    const table = el(
      "table",
      { className: "an-table", "aria-label": words.confusion },
      el("thead", {}, head),
      el("tbody", {}, el("tr", {}, this.truths[0], this.cells.passed, this.cells.alarms), el("tr", {}, this.truths[1], this.cells.misses, this.cells.hits)),
    );
    this.status = el("p", { className: "note", role: "status", "data-testid": "said" });
    this.rows = { misses: el("div", { className: "an-faces" }), alarms: el("div", { className: "an-faces" }) };
    this.titles = { misses: el("p", { className: "title" }), alarms: el("p", { className: "title" }) };
    this.root.replaceChildren(
      el("div", { className: "an-row" }, board(words.drag, this.hill.canvas, "drag across"), el("div", { className: "an-side" }, this.threshold.element, table, this.status)),
      el("div", { className: "an-row even" }, el("div", {}, this.titles.misses, this.rows.misses), el("div", {}, this.titles.alarms, this.rows.alarms)),
      el("div", { className: "an-row even" }, board(words.roc_title, this.roc.canvas), board(words.precision_title, this.precision.canvas)),
    );
    draggable(this.hill.canvas, { grab: () => "threshold", drag: (_, x) => this.#move(this.#nearest(x)), drop: () => this.#report() }, this.signal);
  }

  /** The step whose threshold is nearest to a place on the histogram. */
  #nearest(x) {
    const [value] = this.hill.toData(x, 0);
    const distances = this.data.thresholds.map((threshold) => Math.abs(Math.log10(threshold) - value));
    return distances.indexOf(Math.min(...distances));
  }

  #move(at) {
    this.at = at;
    this.#say();
    this.draw();
  }

  #report() {
    this.report({ at: this.at }, [this.at, this.data.what]);
  }

  /** The pictures of the worst mistakes. */
  #showFaces() {
    const { data, words } = this;
    if (this.shown === data.what) return;
    this.shown = data.what;
    this.titles.misses.textContent = fill(words.misses, { kind: data.names.strange.toLowerCase() });
    this.titles.alarms.textContent = words.alarms;
    for (const kind of ["misses", "alarms"]) {
      this.faces[kind] = data[kind].map(({ uri, score }) => {
        const image = el("img", { src: uri });
        const figure = el("figure", {}, image, el("figcaption", { textContent: number(score, score < 10 ? 2 : score < 100 ? 1 : 0) }));
        return { score, image, figure };
      });
      this.rows[kind].replaceChildren(...this.faces[kind].map(({ figure }) => figure));
    }
  }

  #say() {
    const { data, at, words } = this;
    const threshold = data.thresholds[at];
    const found = counts(data.normal, data.strange, threshold);
    const shares = rates(found);
    this.shares = shares;
    this.threshold.show(at, `${at} %`, fill(words.value, { at, score: number(threshold), unit: data.unit }));
    for (const [name, cell] of Object.entries(this.cells)) cell.textContent = found[name].toLocaleString("en");
    this.truths[0].textContent = data.names.normal;
    this.truths[1].textContent = data.names.strange;
    this.status.textContent = fill(words.said, {
      threshold: number(threshold, threshold < 10 ? 2 : 1),
      unit: data.unit,
      recall: percent(shares.recall),
      alarms: percent(shares.alarmRate),
      flagged: shares.precision === null ? words.no_flags : fill(words.of_flagged, { precision: percent(shares.precision) }),
    });
    for (const kind of ["misses", "alarms"]) {
      for (const { score, image, figure } of this.faces[kind]) {
        const flagged = score >= threshold;
        const wrong = kind === "misses" ? !flagged : flagged;
        figure.className = wrong ? "wrong" : "";
        const what = kind === "misses" ? data.names.strange : words.digit;
        image.alt = fill(flagged ? words.face_flagged : words.face_passed, { what, score: number(score) });
      }
    }
  }

  paint() {
    const { data, bars, words } = this;
    if (!data) return;
    const ink = this.ink(INK);
    const { hill, roc, precision } = this;
    hill.x = [bars.low, bars.high];
    hill.y = [0, 1.06 * Math.max(...bars.normal, ...bars.strange)];
    if (hill.begin(ink)) {
      const { values } = ticks(bars.low, bars.high, 5);
      hill.axes({ across: [], xTitle: fill(words.score_axis, { title: data.title, unit: data.unit }) });
      for (const value of values) hill.words(short(10 ** value), hill.toScreen(value, 0)[0], hill.height - 22);
      const step = (bars.high - bars.low) / BINS;
      for (const who of ["normal", "strange"]) {
        const outline = bars[who].flatMap((share, i) => [[bars.low + i * step, share], [bars.low + (i + 1) * step, share]]);
        hill.line([[bars.low, 0], ...outline, [bars.high, 0]], { colour: ink[who], width: 1.8, fill: ink[who] });
      }
      hill.words(data.names.normal, 18, 24, { align: "left", colour: ink.normal, weight: 650 });
      hill.words(data.names.strange, 18, 40, { align: "left", colour: ink.strange, weight: 650 });
      const place = Math.log10(data.thresholds[this.at]);
      hill.line([[place, hill.y[0]], [place, hill.y[1]]], { colour: ink.mark, width: 3 });
    }
    const { recall, alarmRate } = this.shares;
    if (roc.begin(ink)) {
      roc.axes({ across: [0, 0.5, 1], up: UNIT, xTitle: words.alarm_axis, decimals: 2 });
      roc.line([[0, 0], [1, 1]], { colour: ink.text, width: 1, dash: [4, 4], alpha: 0.5 });
      roc.line(data.roc, { colour: ink.strange, width: 2.5 });
      roc.words(fill(words.area, { area: data.area }), roc.width - 16, roc.height - 46, { align: "right", weight: 650 });
      roc.dot(alarmRate, recall, { colour: ink.mark });
    }
    if (precision.begin(ink)) {
      precision.axes({ across: [0, 0.5, 1], up: UNIT, xTitle: words.recall_axis, decimals: 2 });
      const base = data.strange.length / (data.strange.length + data.normal.length);
      precision.line([[0, base], [1, base]], { colour: ink.text, width: 1, dash: [4, 4], alpha: 0.5 });
      precision.line(data.precision, { colour: ink.strange, width: 2.5 });
      precision.words(fill(words.average, { average: data.average }), precision.width - 16, precision.height - 46, { align: "right", weight: 650 });
      if (this.shares.precision !== null) precision.dot(recall, this.shares.precision, { colour: ink.mark });
    }
  }
}

/** A number of any size for a tick. */
function short(value) {
  return number(value, value < 1 ? 2 : value < 10 ? 1 : 0);
}

export const render = renderOf(ThresholdPart);
