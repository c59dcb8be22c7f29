// The lesson on denoising: one image under more and more of the same noise, and what each way to clean it gives, as the level is dragged.
// Python has computed every level beforehand; they lie side by side in one picture, a row for each way.

import { el, number } from "../../explorer/browser/js/dom.js";
import { Pad } from "../../explorer/browser/js/pad.js";
import { fill } from "../../explorer/browser/js/words.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";

const SIDE = 28;

/**
 * @typedef {object} Data
 * @property {string} strip the address of a picture: levels side by side, a row for each way
 * @property {number[]} levels
 * @property {{ way: string, psnr: (number | null)[], ssim: number[] }[]} rows at each level; null stands for an infinite ratio
 * @property {Record<string, string>} names of ways
 * @property {string} unit of the level
 * @property {number} at
 * @property {boolean} draw
 * @property {number[][][]} drawing
 */

class DenoisePart extends LivePart {
  at = 0; // of the levels
  strip = new Image();
  /** @type {number[][][] | null | undefined} */
  drawing; // what the reader has drawn since, null where it was cleared
  /** @type {Data} */
  data;
  /** @type {{ canvas: HTMLCanvasElement, ratio: HTMLElement, likeness: HTMLElement, figure: HTMLElement }[]} */
  cells = [];

  constructor(root, signal, words) {
    super(root, signal, words);
    this.strip.addEventListener("load", () => this.paint(), { signal });
    const move = (at) => {
      this.at = at;
      this.paint();
    };
    this.level = this.slider({ max: 0, testid: "noise-level" }, move, () => this.#report());
    this.level.element.classList.add("dn-slider");
    const commit = ({ drawing }) => {
      this.drawing = drawing;
      this.#report();
    };
    this.pad = new Pad({ sides: [], words, commit }, signal);
    this.padBox = el("div", { className: "dn-pad" }, this.pad.box);
    this.pictures = el("div", { className: "dn-pictures" });
    this.status = el("p", { className: "unseen", role: "status" });
    root.append(this.level.element, el("div", { className: "dn-stage" }, this.padBox, this.pictures), this.status);
  }

  /** @param {Data} data */
  update(data) {
    this.data = data;
    this.level.max = data.levels.length - 1;
    this.level.title.textContent = data.unit;
    this.level.input.setAttribute("aria-label", data.unit); // a label names the first of output and input within it
    if (this.echo.asks(data.at)) this.at = data.at;
    this.padBox.hidden = !data.draw;
    this.pad.theme(this.ink({ mark: "mark" }));
    this.pad.update(data.drawing.length ? { strokes: data.drawing, models: [] } : null);
    if (!this.cells.length) this.#build();
    if (this.strip.src === data.strip) this.paint();
    else this.strip.src = data.strip;
    return this.strip.decode().catch(() => {}); // another strip has taken its place
  }

  #build() {
    this.cells = this.data.rows.map(({ way }) => {
      const canvas = el("canvas", { width: SIDE, height: SIDE, role: "img" });
      const ratio = el("span", {});
      const likeness = el("span", {});
      const figure = el("figure", { className: `dn-cell ${way}` }, el("h2", { textContent: this.data.names[way] }), canvas, el("figcaption", {}, ratio, likeness));
      return { canvas, ratio, likeness, figure };
    });
    this.pictures.replaceChildren(...this.cells.map((cell) => cell.figure));
  }

  #report() {
    this.report({ at: this.at, drawing: this.data.draw ? this.drawing : undefined }, this.at);
  }

  paint() {
    const { data, at, words } = this;
    if (!data || !this.strip.complete || !this.strip.naturalWidth) return;
    this.level.show(at, number(data.levels[at]));
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

export const render = renderOf(DenoisePart);
