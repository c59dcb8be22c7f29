// The class's models on one plane of rate and distortion, the shipped models of many betas in grey behind. A point travels while its model
// learns; one that is chosen shows images drawn from it.

import { el, number } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
import { equals, spans, steps } from "./chart_layout.js";
import { wear } from "./look.js";
import { addressOf, ask } from "./server.js";

const SVG = "http://www.w3.org/2000/svg";
const LETTERS = 16; // CSS pixels: usual letters; where they are larger, all of the picture is
const SHAPE = [0.56, 280, 640]; // its height: this share of its width, at least, at most
const EDGE = { left: 52, right: 18, top: 28, bottom: 52 };
const [RADIUS, LARGE] = [13, 18]; // of a point, and of the one that is looked at
const NARROW = 480; // where the models behind have no room for all their names
const GOING = new Set(["queued", "running", "paused"]);

export class ClassChart {
  /**
   * @param {HTMLElement} root
   * @param {Record<string, string>} words the block `chart` of explorer/classroom/words.md
   * @param {((kind: string, body: object) => Promise<any>) | null} [send] for a student: trains one
   */
  constructor(root, words, send = null) {
    this.root = root;
    this.words = words;
    this.send = send;
    /** @type {Map<string, any>} */
    this.runs = new Map();
    /** @type {Map<string, SVGGElement>} */
    this.points = new Map();
    /** @type {{ beta: number, rate: number, distortion: number }[]} */
    this.rungs = [];
    this.colours = [];
    this.chosen = null;
    this.asked = el("span");
    this.counted = el("span", { className: "class-counted" });
    this.heading = el("p", { className: "class-heading" }, this.asked, " ", this.counted);
    this.offers = el("div", { className: "class-chips", role: "group", hidden: true });
    this.note = el("p", { role: "status" });
    this.svg = part("svg", { role: "group", "aria-label": words.chart });
    this.back = part("g", { "aria-hidden": "true" });
    this.front = part("g", {});
    this.svg.append(this.back, this.front);
    this.svg.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    this.picture = el("img", {});
    this.about = el("p", {});
    this.draws = el("div", { className: "class-draws", hidden: true }, this.picture, this.about);
    this.rows = el("tbody", {});
    const head = ["value", "rate_short", "distortion_short", "elbo_short", "state"].map((name) => el("th", { scope: "col", textContent: words[name] }));
    this.details = el("details", {}, el("summary", { textContent: words.list }), el("table", {}, el("thead", {}, el("tr", {}, ...head)), this.rows));
    this.details.addEventListener("toggle", () => this.#table());
    this.frame = el("div", { className: "class-frame" });
    this.frame.append(this.svg);
    const both = el("div", { className: "class-both" }, this.frame, this.draws);
    this.element = el("div", { className: "class-chart" }, this.heading, this.offers, this.note, both, this.details);
    root.append(this.element);
    this.width = 0;
    this.height = 0;
    new ResizeObserver(() => this.#resized()).observe(this.frame);
    ask("ladder").then(({ rungs, colours }) => {
      this.rungs = rungs;
      this.colours = colours;
      this.span = "";
      this.#draw();
    }, () => (this.note.textContent = words.missing));
  }

  /** Show the class's runs; `state` as the room has it (its `chart` and its `runs`). */
  show(state) {
    wear(this.root);
    const { chart, runs = {} } = state;
    if (!chart) return;
    this.chart = chart;
    this.runs = new Map(Object.entries(runs));
    const done = [...this.runs.values()].filter((run) => !GOING.has(run.state)).length;
    const count = this.runs.size;
    const asked = this.words[`ask_${chart.question}`];
    const counted = count === 0 ? "" : count === 1 ? fill(this.words.one, { done }) : fill(this.words.count, { count, done });
    if (this.asked.textContent !== asked) this.asked.textContent = asked;
    if (this.counted.textContent !== counted) this.counted.textContent = counted;
    if (this.note.textContent === this.words.sent && done === this.runs.size) this.note.textContent = "";
    this.#offer();
    this.#draw();
    this.#table();
  }

  /** The buttons with which a student trains one. */
  #offer() {
    const { question, offers, on } = this.chart;
    this.offers.hidden = !this.send || !on;
    const key = JSON.stringify([question, offers]);
    if (this.offers.hidden || this.offers.dataset.of === key) return;
    this.offers.dataset.of = key;
    this.offers.setAttribute("aria-label", this.words[`ask_${question}`]);
    this.offers.replaceChildren(
      ...offers.map((value) => {
        const made = el("button", { type: "button", textContent: this.#valued(question, value) });
        made.addEventListener("click", () => this.#train(made, value));
        return made;
      }),
    );
  }

  async #train(button, value) {
    this.note.textContent = this.words.sending;
    const { ok, why } = await this.send("run", { value });
    for (const other of ok ? this.offers.children : []) other.setAttribute("aria-pressed", String(other === button));
    this.note.textContent = ok ? this.words.sent : (why ?? "");
  }

  /** A value with its name, such as "beta = 4". */
  #valued(question, value) {
    if (question === "latents" && value === 1) return this.words.value_latent;
    return fill(this.words[`value_${question}`], { value: question === "budget" ? value.toLocaleString("en") : String(value) });
  }

  /** What of a run the class chose: its beta, its latents or its images. */
  #choice(run) {
    return run[{ beta: "beta", latents: "latents", budget: "images" }[this.chart.question]];
  }

  #resized() {
    const times = parseFloat(getComputedStyle(this.frame).fontSize) / LETTERS || 1;
    const [share, least, most] = SHAPE;
    const width = this.frame.clientWidth / times;
    const room = (0.72 * innerHeight) / times;
    const height = Math.min(Math.max(share * width, least), Math.max(least, Math.min(most, room)));
    if (!width || (width === this.width && height === this.height)) return;
    Object.assign(this, { width, height });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.style.height = `${height * times}px`;
    this.span = "";
    this.#draw();
  }

  #draw() {
    if (!this.chart || !this.width) return;
    const { width, height } = this;
    const placed = [...this.runs].filter(([, run]) => Number.isFinite(run.rate) && Number.isFinite(run.distortion));
    const { x, y } = spans([...this.rungs, ...placed.map(([, run]) => run)]);
    this.toScreen = (rate, distortion) => [
      EDGE.left + ((rate - x[0]) / (x[1] - x[0])) * (width - EDGE.left - EDGE.right),
      height - EDGE.bottom - ((distortion - y[0]) / (y[1] - y[0])) * (height - EDGE.top - EDGE.bottom),
    ];
    const span = JSON.stringify([x, y]);
    if (span !== this.span) {
      this.span = span;
      this.#background(x, y);
    }
    const gone = [...this.points.keys()].filter((id) => !this.runs.has(id));
    for (const id of gone) {
      this.points.get(id).remove();
      this.points.delete(id);
      if (this.chosen === id) this.#choose(null);
    }
    for (const [id, run] of placed) this.#point(id, run);
    if (!this.points.has(this.tabbed)) this.#stop([...this.points.keys()][0]);
    if (this.chosen) this.#look();
  }

  #point(id, run) {
    let point = this.points.get(id);
    if (!point) {
      point = part("g", { role: "button", tabindex: "-1", "aria-pressed": "false", class: "point" });
      point.append(part("circle", { r: RADIUS }), part("text", {}));
      point.addEventListener("click", () => this.#choose(id));
      this.points.set(id, point);
      this.front.append(point);
    }
    const [left, top] = this.toScreen(run.rate, run.distortion);
    const choice = this.#choice(run);
    const colour = this.colours[Math.max(0, this.chart.offers.indexOf(choice)) % (this.colours.length || 1)] ?? "#808080";
    point.style.transform = `translate(${left}px, ${top}px)`;
    point.setAttribute("aria-label", this.#told(run));
    point.classList.toggle("going", GOING.has(run.state));
    point.firstElementChild.setAttribute("fill", colour);
    point.firstElementChild.setAttribute("stroke", "#fff");
    point.lastElementChild.textContent = this.chart.question === "budget" ? `${choice / 1000}k` : String(choice);
  }

  /** A run in words. */
  #told(run) {
    const said = fill(this.words.run, {
      value: this.#valued(this.chart.question, this.#choice(run)),
      rate: number(run.rate, 1),
      distortion: number(run.distortion, 1),
      elbo: number(-run.rate - run.distortion, 1),
    });
    return `${run.name ? `${run.name}: ` : ""}${said}${GOING.has(run.state) ? ` ${this.words.going}` : ""}`;
  }

  #background(x, y) {
    const line = (from, to, name) => {
      const [[x1, y1], [x2, y2]] = [this.toScreen(...from), this.toScreen(...to)];
      return part("line", { x1, y1, x2, y2, class: name });
    };
    const words = (text, left, top, anchor = "middle", name = "") => {
      const made = part("text", { x: left, y: top, "text-anchor": anchor, class: name });
      made.textContent = text;
      return made;
    };
    const rates = steps(...x, Math.max(2, this.width / 110)).flatMap((rate) => [line([rate, y[0]], [rate, y[1]], "grid"), words(number(rate, 0), this.toScreen(rate, 0)[0], this.height - 32)]);
    const distortions = steps(...y).flatMap((d) => [line([x[0], d], [x[1], d], "grid"), words(number(d, 0), EDGE.left - 8, this.toScreen(0, d)[1] + 5, "end")]);
    const same = equals(x, y).flatMap(({ elbo, from, to }) => {
      const [left, top] = this.toScreen(...from);
      return [line(from, to, "equal"), words(fill(this.words.equal, { elbo: number(elbo, 0) }), left + 6, Math.max(top + 14, EDGE.top + 14), "start", "small")];
    });
    const places = this.rungs.map(({ rate, distortion }) => this.toScreen(rate, distortion));
    const ladder = this.rungs.length ? [part("polyline", { points: places.map((place) => place.join()).join(" "), class: "rung" })] : [];
    const last = this.rungs.length - 1;
    const rungs = this.rungs.flatMap(({ beta }, k) => {
      const [left, top] = places[k];
      if (this.width < NARROW && k > 0 && k < last) return [part("circle", { cx: left, cy: top, r: 4, class: "rung" })];
      return [part("circle", { cx: left, cy: top, r: 5, class: "rung" }), words(`\u03b2 ${beta}`, left - 9, top + 14, "end", "small")];
    });
    const titles = [words(this.words.rate, (EDGE.left + this.width - EDGE.right) / 2, this.height - 8), words(this.words.distortion, 4, 16, "start")];
    this.back.replaceChildren(...rates, ...distortions, ...same, ...ladder, ...rungs, ...titles);
  }

  /** Let the keyboard come to this point, and to it alone: arrows lead on. */
  #stop(id) {
    this.points.get(this.tabbed)?.setAttribute("tabindex", "-1");
    this.tabbed = id;
    this.points.get(id)?.setAttribute("tabindex", "0");
  }

  #key(event) {
    const ids = [...this.points.keys()].sort((a, b) => this.runs.get(a).rate - this.runs.get(b).rate);
    const at = ids.findIndex((id) => this.points.get(id) === event.target);
    if (at < 0) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#stop(ids[(at + step + ids.length) % ids.length]);
      this.points.get(this.tabbed).focus();
    } else if (event.key === "Enter" || event.key === " ") {
      this.#choose(ids[at]);
    } else {
      return;
    }
    event.preventDefault();
  }

  #choose(id) {
    this.points.get(this.chosen)?.setAttribute("aria-pressed", "false");
    this.points.get(this.chosen)?.firstElementChild.setAttribute("r", String(RADIUS));
    this.chosen = id === this.chosen ? null : id;
    this.draws.hidden = !this.chosen;
    if (!this.chosen) return;
    const point = this.points.get(id);
    point.setAttribute("aria-pressed", "true");
    point.firstElementChild.setAttribute("r", String(LARGE));
    this.front.append(point); // above the others
    this.#stop(id);
    point.focus();
    this.#look();
  }

  /** Images drawn from the chosen model, as it is now. */
  #look() {
    const run = this.runs.get(this.chosen);
    const told = this.#told(run);
    if (this.about.textContent === told) return;
    this.about.textContent = told;
    this.picture.alt = fill(this.words.draws, { value: this.#valued(this.chart.question, this.#choice(run)) });
    this.picture.src = addressOf(`draws/${this.chosen}.png?at=${run.rate.toFixed(2)}`); // another address for another moment
  }

  /** All runs as a table, for who does not see the plane; made only when it is opened. */
  #table() {
    if (!this.details.open || !this.chart) return;
    const shown = (value) => (Number.isFinite(value) ? number(value, 1) : "");
    this.rows.replaceChildren(
      ...[...this.runs.values()].map((run) => {
        const cells = [this.#valued(this.chart.question, this.#choice(run)), shown(run.rate), shown(run.distortion), shown(-run.rate - run.distortion), this.words[`state_${run.state}`] ?? run.state];
        return el("tr", {}, ...cells.map((textContent) => el("td", { textContent })));
      }),
    );
  }
}

/**
 * An element of a picture.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElementTagNameMap[Tag]}
 */
function part(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
