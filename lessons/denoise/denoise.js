// The lesson on denoising: one image under more and more of the same noise, and what each way to clean it gives, as the level is dragged.
// Python has computed every level beforehand; they lie side by side in one picture, a row for each way.

import { el, number } from "../../explorer/browser/js/dom.js";
import { Pad } from "../../explorer/browser/js/pad.js";
import { readTheme } from "../../explorer/browser/js/theme.js";
import { fill } from "../../explorer/browser/js/words.js";
import { Echo } from "../../explorer/lesson/js/echo.js";
import { part } from "../../explorer/lesson/js/part.js";

const SIDE = 28;

class DenoisePart {
  constructor(root, signal, words) {
    Object.assign(this, { root, signal, words, at: 0, echo: new Echo(), strip: new Image() });
    this.strip.addEventListener("load", () => this.#paint(), { signal });
    this.slider = el("input", { type: "range", min: 0, max: 0, step: 1, "data-testid": "noise-level" });
    this.said = el("output", {});
    this.label = el("span", {});
    this.slider.addEventListener(
      "input",
      () => {
        this.at = Number(this.slider.value);
        this.#paint();
      },
      { signal },
    );
    this.slider.addEventListener("change", () => this.#tell(), { signal });
    this.pad = new Pad(
      {
        sides: [],
        words,
        commit: ({ drawing }) => {
          this.drawing = drawing;
          this.#tell();
        },
      },
      signal,
    );
    const [padBox] = this.pad.element.children;
    this.padBox = el("div", { className: "dn-pad" }, padBox);
    this.pictures = el("div", { className: "dn-pictures" });
    this.status = el("p", { className: "unseen", role: "status" });
    root.append(
      el("label", { className: "slider dn-slider" }, this.label, this.said, this.slider),
      el("div", { className: "dn-stage" }, this.padBox, this.pictures),
      this.status,
    );
  }

  /** data: { strip, levels, rows: [{ way, psnr, ssim }], names (of ways), unit, at, draw, drawing }; null stands for an infinite ratio. */
  update(data, tell) {
    Object.assign(this, { data, tell });
    this.slider.max = data.levels.length - 1;
    this.label.textContent = data.unit;
    this.slider.setAttribute("aria-label", data.unit); // a label names the first of output and input within it
    if (this.echo.asks(data.at)) this.at = data.at;
    this.slider.value = this.at;
    this.padBox.hidden = !data.draw;
    this.pad.theme(readTheme(this.root, { mark: "mark" }));
    this.pad.update(data.drawing.length ? { strokes: data.drawing, models: [] } : null);
    if (!this.cells) this.#build();
    if (this.strip.src === data.strip) this.#paint();
    else this.strip.src = data.strip;
  }

  #build() {
    this.cells = this.data.rows.map(({ way }) => {
      const canvas = el("canvas", { width: SIDE, height: SIDE, role: "img" });
      const ratio = el("span", {});
      const likeness = el("span", {});
      const figure = el("figure", { className: `dn-cell ${way}` }, el("h3", { textContent: this.data.names[way] }), canvas, el("figcaption", {}, ratio, likeness));
      return { canvas, ratio, likeness, figure };
    });
    this.pictures.replaceChildren(...this.cells.map((cell) => cell.figure));
  }

  #tell() {
    this.echo.told(this.at);
    this.tell({ at: this.at, drawing: this.data.draw ? this.drawing : undefined });
  }

  #paint() {
    const { data, at, words } = this;
    if (!data || !this.strip.complete || !this.strip.naturalWidth) return;
    this.said.textContent = number(data.levels[at]);
    this.slider.setAttribute("aria-valuetext", number(data.levels[at]));
    const cleaned = data.rows.filter((row) => row.way !== "clean" && row.way !== "none");
    const best = { psnr: Math.max(...cleaned.map((row) => row.psnr[at] ?? Infinity)), ssim: Math.max(...cleaned.map((row) => row.ssim[at])) };
    data.rows.forEach((row, i) => {
      const { canvas, ratio, likeness, figure } = this.cells[i];
      const context = canvas.getContext("2d");
      context.drawImage(this.strip, SIDE * at, SIDE * i, SIDE, SIDE, 0, 0, SIDE, SIDE);
      if (row.way === "clean") {
        ratio.textContent = words.reference;
        likeness.textContent = words.reference_to;
        canvas.setAttribute("aria-label", words.clean);
        return;
      }
      const db = row.psnr[at] === null ? "\u221e" : number(row.psnr[at], 1);
      ratio.textContent = fill(words.psnr, { db });
      likeness.textContent = fill(words.ssim, { ssim: row.ssim[at] });
      ratio.classList.toggle("best", row.way !== "none" && (row.psnr[at] ?? Infinity) === best.psnr);
      likeness.classList.toggle("best", row.way !== "none" && row.ssim[at] === best.ssim);
      canvas.setAttribute("aria-label", fill(words.described, { name: data.names[row.way], db, ssim: row.ssim[at] }));
      figure.dataset.psnr = db;
    });
    const [first] = cleaned.toSorted((a, b) => (b.psnr[at] ?? Infinity) - (a.psnr[at] ?? Infinity));
    this.status.textContent = fill(words.nearest, { level: data.levels[at], name: data.names[first.way] });
  }
}

export const render = part((root, signal, words) => new DenoisePart(root, signal, words));
