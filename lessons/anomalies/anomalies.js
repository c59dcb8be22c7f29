// The lesson on anomalies: one score of normal digits and of strangers, and a threshold to drag. What it flags is counted while the hand
// moves, on the histogram, on the ROC and precision-recall curves, and on the pictures of the worst mistakes.

import { el, number } from "../../explorer/browser/js/dom.js";
import { readTheme } from "../../explorer/browser/js/theme.js";
import { fill } from "../../explorer/browser/js/words.js";
import { Chart, draggable, onFrame, ticks } from "../../explorer/lesson/js/chart.js";
import { Echo } from "../../explorer/lesson/js/echo.js";
import { part } from "../../explorer/lesson/js/part.js";
import { counts, histogram, rates } from "./anomalies_maths.js";

const BINS = 56;
const INK = { normal: "pca", strange: "z", mark: "mark" };
const UNIT = [0, 0.25, 0.5, 0.75, 1];
const percent = (share) => `${number(100 * share, 1)} %`;

class ThresholdPart {
  constructor(root, signal, words) {
    Object.assign(this, { root, signal, words, at: 0, echo: new Echo() });
    this.draw = onFrame(() => this.#paint(), signal);
    this.#build();
    const observer = new ResizeObserver(this.draw);
    observer.observe(root);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** data: { normal, strange, thresholds, at, roc, precision, area, average, names, title, unit, what, misses, alarms }; scores are sorted, lowest first. */
  update(data, tell) {
    Object.assign(this, { data, tell });
    if (this.echo.asks([data.at, data.what])) this.at = data.at;
    this.slider.max = data.thresholds.length - 1;
    this.slider.value = this.at;
    const all = [data.normal[0], data.strange[0], data.normal.at(-1), data.strange.at(-1)].map(Math.log10);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const pad = 0.03 * (high - low) + 1e-3;
    this.bars = { low: low - pad, high: high + pad };
    for (const who of ["normal", "strange"]) this.bars[who] = histogram(data[who].map(Math.log10), low - pad, high + pad, BINS);
    this.#faces();
    this.#say();
    this.draw();
  }

  #build() {
    const { words } = this;
    const canvas = (label) => el("canvas", { role: "img", "aria-label": label });
    const [bars, roc, precision] = [
      canvas(words.hill),
      canvas(words.roc),
      canvas(words.precision),
    ];
    const margins = { left: 36, right: 10, top: 8, bottom: 36 };
    this.hill = new Chart(bars, { x: [0, 1], y: [0, 1], margins: { ...margins, left: 10 } });
    this.roc = new Chart(roc, { x: [0, 1], y: [0, 1.02], margins });
    this.precision = new Chart(precision, { x: [0, 1], y: [0, 1.02], margins });
    this.slider = el("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": words.threshold, "data-testid": "threshold" });
    this.slider.addEventListener("input", () => this.#move(Number(this.slider.value)), { signal: this.signal });
    this.slider.addEventListener("change", () => this.#report(), { signal: this.signal });
    this.allowed = el("output");
    this.cells = Object.fromEntries(["passed", "alarms", "misses", "hits"].map((name) => [name, el("td")]));
    this.truths = [el("th", { scope: "row" }), el("th", { scope: "row" })];
    const head = el("tr", {}, el("td"), el("th", { scope: "col", textContent: words.let_through }), el("th", { scope: "col", textContent: words.flagged }));
    const table = el(
      "table",
      { className: "an-table", "aria-label": words.confusion },
      el("thead", {}, head),
      el("tbody", {}, el("tr", {}, this.truths[0], this.cells.passed, this.cells.alarms), el("tr", {}, this.truths[1], this.cells.misses, this.cells.hits)),
    );
    this.status = el("p", { className: "note", role: "status", "data-testid": "said" });
    const title = (textContent, board) => el("div", {}, el("p", { className: "title", textContent }), el("div", { className: "board" }, board));
    const first = title(words.drag, bars);
    first.lastChild.classList.add("drag", "across");
    this.rows = { misses: el("div", { className: "an-faces" }), alarms: el("div", { className: "an-faces" }) };
    this.titles = { misses: el("p", { className: "title" }), alarms: el("p", { className: "title" }) };
    this.root.replaceChildren(
      el("div", { className: "an-charts" }, first, title(words.roc_title, roc), title(words.precision_title, precision)),
      el(
        "div",
        { className: "an-row" },
        el("div", {}, el("label", { className: "slider" }, el("span", { textContent: words.threshold }), this.allowed, this.slider), this.status),
        table,
      ),
      el("div", { className: "an-row even" }, el("div", {}, this.titles.misses, this.rows.misses), el("div", {}, this.titles.alarms, this.rows.alarms)),
    );
    draggable(bars, { grab: () => "threshold", drag: (_, x) => this.#move(this.#nearest(x)), drop: () => this.#report() }, this.signal);
  }

  /** The step whose threshold is nearest to a place on the histogram. */
  #nearest(x) {
    const [value] = this.hill.toData(x, 0);
    const distances = this.data.thresholds.map((threshold) => Math.abs(Math.log10(threshold) - value));
    return distances.indexOf(Math.min(...distances));
  }

  #move(at) {
    this.at = at;
    this.slider.value = at;
    this.#say();
    this.draw();
  }

  #report() {
    this.echo.told([this.at, this.data.what]);
    this.tell({ at: this.at });
  }

  /** The pictures of the worst mistakes. */
  #faces() {
    const { data, words } = this;
    if (this.shown === data.what) return;
    this.shown = data.what;
    this.titles.misses.textContent = fill(words.misses, { kind: data.names.strange.toLowerCase() });
    this.titles.alarms.textContent = words.alarms;
    for (const kind of ["misses", "alarms"]) {
      const made = data[kind].map(({ uri, score }) => {
        const image = el("img", { src: uri });
        const figure = el("figure", {}, image, el("figcaption", { textContent: number(score, score < 10 ? 2 : score < 100 ? 1 : 0) }));
        return { score, image, figure };
      });
      this[kind] = made;
      this.rows[kind].replaceChildren(...made.map(({ figure }) => figure));
    }
  }

  #say() {
    const { data, at, words } = this;
    const threshold = data.thresholds[at];
    const found = counts(data.normal, data.strange, threshold);
    const shares = rates(found);
    Object.assign(this, { found, shares });
    this.allowed.textContent = `${at} %`;
    this.slider.setAttribute("aria-valuetext", fill(words.value, { at, score: number(threshold), unit: data.unit }));
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
      for (const { score, image, figure } of this[kind]) {
        const flagged = score >= threshold;
        const wrong = kind === "misses" ? !flagged : flagged;
        figure.className = wrong ? "wrong" : "";
        const what = kind === "misses" ? data.names.strange : words.digit;
        image.alt = fill(flagged ? words.face_flagged : words.face_passed, { what, score: number(score) });
      }
    }
  }

  #paint() {
    const { data, bars, words } = this;
    if (!data) return;
    const ink = readTheme(this.root, INK);
    const { hill, roc, precision } = this;
    Object.assign(hill, { x: [bars.low, bars.high], y: [0, 1.06 * Math.max(...bars.normal, ...bars.strange)] });
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

export const render = part((root, signal, words) => new ThresholdPart(root, signal, words));
