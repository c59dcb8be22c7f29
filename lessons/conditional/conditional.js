// The lesson on the conditional VAE: a place on the plane of styles, and all ten digits as that hand writes them.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { el } from "../../explorer/browser/js/dom.js";
import { clamp, rounded } from "../../explorer/browser/js/numbers.js";
import { load } from "../../explorer/browser/js/payload.js";
import { Picture } from "../../explorer/browser/js/picture.js";
import { fill } from "../../explorer/browser/js/words.js";
import { board, Chart, draggable } from "../../explorer/lesson/js/chart.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";

const EDGE = 3;
const STEP = 0.1;
const INK = { prior: "prior", mark: "mark" };
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowDown: [0, -STEP], ArrowUp: [0, STEP] };

/** A code with its class, as the decoder takes it: z, then a one for the class among zeros. */
function told(z, which, classes) {
  return [...z, ...Array.from({ length: classes }, (_, c) => (c === which ? 1 : 0))];
}

/**
 * @typedef {object} Data
 * @property {string} weights
 * @property {[number, number][]} codes N x 2, of test digits
 * @property {number[]} labels
 * @property {string[]} classes names
 * @property {string[]} digits colours
 * @property {{ z1: number, z2: number, digit: number }} start
 */

class StylesPart extends LivePart {
  z = [0, 0];
  digit = 3;
  /** @type {Decoder | null} */
  decoder = null;
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /** @param {Data} data */
  update(data) {
    const { start } = data;
    if (this.echo.asks(start)) {
      this.z = [start.z1, start.z2];
      this.digit = start.digit;
    }
    if (!this.data) this.#pictures(data.classes);
    const fresh = this.data?.weights !== data.weights;
    this.data = data;
    this.draw();
    if (!fresh) return undefined;
    return load(data.weights, "decoder").then(
      (payload) => {
        this.decoder = new Decoder(payload);
        this.draw();
      },
      (trouble) => (this.facts.textContent = trouble.message),
    );
  }

  #build() {
    const { signal, words } = this;
    this.chart = new Chart(words["plane-alt"], { x: [-EDGE, EDGE], y: [-EDGE, EDGE], margins: { left: 26, right: 6, top: 6, bottom: 36 } });
    const plane = this.chart.canvas;
    plane.tabIndex = 0;
    plane.setAttribute("role", "application");
    this.large = new Picture(words["chosen-alt"]);
    this.row = el("div", { className: "st-row", role: "group", "aria-label": words["row-alt"] });
    this.facts = el("p", { className: "note", role: "status" });
    this.root.replaceChildren(
      el(
        "div",
        { className: "st-grid" },
        board(words.plane, plane, "drag st-plane"),
        el("div", { className: "st-side" }, el("p", { className: "title", textContent: words.row }), this.row, el("div", { className: "st-chosen" }, this.large.canvas, this.facts)),
      ),
    );
    const drag = (_, x, y) => this.#go(this.chart.toData(x, y));
    draggable(plane, { grab: () => "style", drag, drop: () => this.#report() }, signal);
    const rest = this.atRest(() => this.#report());
    const key = (event) => {
      const step = KEYS[event.key];
      if (!step) return;
      event.preventDefault();
      const far = event.shiftKey ? 5 : 1;
      this.#go(this.z.map((value, d) => value + far * step[d]));
      rest();
    };
    plane.addEventListener("keydown", key, { signal });
  }

  #pictures(classes) {
    const title = (name) => fill(this.words.class, { name });
    this.pictures = classes.map((name) => new Picture(title(name)));
    this.buttons = classes.map((name, c) => {
      const choose = () => {
        this.digit = c;
        this.draw();
        this.#report();
      };
      const button = this.button("", choose, { className: "st-one", "aria-label": title(name) });
      button.append(this.pictures[c].canvas, el("span", { textContent: name }));
      return button;
    });
    this.row.replaceChildren(...this.buttons);
  }

  #go(z) {
    this.z = z.map((value) => rounded(clamp(value, -EDGE, EDGE), 2));
    this.draw();
  }

  #report() {
    this.report({ z1: this.z[0], z2: this.z[1], digit: this.digit });
  }

  paint() {
    if (!this.data) return;
    const { data, chart, digit, z } = this;
    const ink = this.ink(INK);
    if (chart.begin(ink)) {
      chart.axes({ across: [-2, -1, 0, 1, 2], up: [-2, -1, 0, 1, 2], xTitle: "z1", yTitle: "z2" });
      const { context } = chart;
      for (const own of [false, true]) {
        data.codes.forEach((code, n) => {
          const label = data.labels[n];
          if ((label === digit) !== own) return;
          context.globalAlpha = own ? 0.95 : 0.3;
          context.fillStyle = data.digits[label % data.digits.length];
          context.beginPath();
          context.arc(...chart.toScreen(...code), own ? 3 : 2, 0, 2 * Math.PI);
          context.fill();
        });
      }
      context.globalAlpha = 1;
      chart.dot(z[0], z[1], { colour: ink.mark, radius: 8 });
    }
    this.buttons.forEach((button, c) => button.setAttribute("aria-pressed", String(c === digit)));
    if (!this.decoder) return;
    const { shape } = this.decoder;
    data.classes.forEach((_, c) => {
      const pixels = this.decoder.decode(told(z, c, data.classes.length));
      this.pictures[c].show(pixels, shape);
      if (c === digit) this.large.show(pixels, shape);
    });
    const place = { name: data.classes[digit], z1: z[0], z2: z[1] };
    this.large.describe(fill(this.words.at, place));
    this.facts.textContent = fill(this.words.status, place);
  }
}

export const render = renderOf(StylesPart);
