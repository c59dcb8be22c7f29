// The lesson on the conditional VAE: a place on the plane of styles, and all ten digits as that hand writes them.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { el } from "../../explorer/browser/js/dom.js";
import { gestures } from "../../explorer/canvas/js/gestures.js";
import { load } from "../../explorer/browser/js/payload.js";
import { Picture } from "../../explorer/browser/js/picture.js";
import { readTheme } from "../../explorer/browser/js/theme.js";
import { fill } from "../../explorer/browser/js/words.js";
import { Chart, onFrame } from "../../explorer/lesson/js/chart.js";
import { Echo } from "../../explorer/lesson/js/echo.js";
import { part } from "../../explorer/lesson/js/part.js";

const EDGE = 3;
const STEP = 0.1;
const INK = { prior: "prior", mark: "mark" };
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowDown: [0, -STEP], ArrowUp: [0, STEP] };

/** A code with its class, as the decoder takes it: z, then a one for the class among zeros. */
export function told(z, which, classes) {
  return [...z, ...Array.from({ length: classes }, (_, c) => (c === which ? 1 : 0))];
}

class StylesPart {
  constructor(root, signal, words) {
    Object.assign(this, { root, signal, words, z: [0, 0], digit: 3, echo: new Echo(), decoder: null });
    this.draw = onFrame(() => this.#paint(), signal);
    this.#build();
    const observer = new ResizeObserver(this.draw);
    observer.observe(root);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** data: { weights, codes (N x 2), labels, classes: [name], digits: [colour], start: { z1, z2, digit } } */
  update(data, tell) {
    this.tell = tell;
    const { start } = data;
    if (this.echo.asks(start)) Object.assign(this, { z: [start.z1, start.z2], digit: start.digit });
    if (!this.data) this.#pictures(data.classes);
    const fresh = this.data?.weights !== data.weights;
    this.data = data;
    if (fresh) {
      load(data.weights, "decoder").then(
        (payload) => {
          this.decoder = new Decoder(payload);
          this.draw();
        },
        (trouble) => (this.facts.textContent = trouble.message),
      );
    }
    this.draw();
  }

  #build() {
    const { signal, words } = this;
    this.plane = el("canvas", { tabIndex: 0, role: "application", "aria-label": words["plane-alt"] });
    this.chart = new Chart(this.plane, { x: [-EDGE, EDGE], y: [-EDGE, EDGE], margins: { left: 26, right: 6, top: 6, bottom: 36 } });
    this.large = new Picture(words["chosen-alt"]);
    this.row = el("div", { className: "st-row", role: "group", "aria-label": words["row-alt"] });
    this.facts = el("p", { className: "note", role: "status" });
    this.root.replaceChildren(
      el(
        "div",
        { className: "st-grid" },
        el("div", {}, el("p", { className: "title", textContent: words.plane }), el("div", { className: "board drag st-plane" }, this.plane)),
        el("div", { className: "st-side" }, el("p", { className: "title", textContent: words.row }), this.row, el("div", { className: "st-chosen" }, this.large.canvas, this.facts)),
      ),
    );
    const go = (x, y) => this.#go(this.chart.toData(x, y));
    const nothing = () => {};
    gestures(
      this.plane,
      {
        hover: nothing, leave: nothing, pan: nothing, zoom: nothing,
        grab: () => "style",
        drag: (_, x, y) => go(x, y),
        drop: () => this.#report(),
        pick: (x, y) => (go(x, y), this.#report()),
      },
      signal,
    );
    // gestures grab on press: a press alone already moves the mark
    this.plane.addEventListener("pointerdown", (event) => {
      if (event.button === 0) go(event.offsetX, event.offsetY);
    }, { signal });
    this.plane.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (!step) return;
      event.preventDefault();
      const far = event.shiftKey ? 5 : 1;
      this.#go(this.z.map((value, d) => value + far * step[d]));
      clearTimeout(this.quiet);
      this.quiet = setTimeout(() => this.#report(), 400);
    }, { signal });
    signal.addEventListener("abort", () => clearTimeout(this.quiet));
  }

  #pictures(classes) {
    const title = (name) => fill(this.words.class, { name });
    this.pictures = classes.map((name) => new Picture(title(name)));
    this.buttons = classes.map((name, c) => {
      const button = el("button", { type: "button", className: "st-one", "aria-label": title(name) }, this.pictures[c].canvas, el("span", { textContent: name }));
      button.addEventListener("click", () => {
        this.digit = c;
        this.draw();
        this.#report();
      }, { signal: this.signal });
      return button;
    });
    this.row.replaceChildren(...this.buttons);
  }

  #go(z) {
    this.z = z.map((value) => Math.round(100 * Math.max(-EDGE, Math.min(EDGE, value))) / 100);
    this.draw();
  }

  #report() {
    const start = { z1: this.z[0], z2: this.z[1], digit: this.digit };
    this.echo.told(start);
    this.tell?.(start);
  }

  #paint() {
    if (!this.data) return;
    const { data, chart, digit, z } = this;
    const ink = readTheme(this.root, INK);
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
      chart.dot(...z, { colour: ink.mark, radius: 8 });
    }
    this.buttons.forEach((button, c) => button.setAttribute("aria-pressed", String(c === digit)));
    if (!this.decoder) return;
    const { shape } = this.decoder;
    data.classes.forEach((name, c) => {
      const pixels = this.decoder.decode(told(z, c, data.classes.length));
      this.pictures[c].show(pixels, shape);
      if (c === digit) this.large.show(pixels, shape);
    });
    const place = { name: data.classes[digit], z1: z[0], z2: z[1] };
    this.large.describe(fill(this.words.at, place));
    this.facts.textContent = fill(this.words.status, place);
  }
}

export const render = part((root, signal, words) => new StylesPart(root, signal, words));
