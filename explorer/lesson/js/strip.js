// Several grey images side by side on one canvas, enlarged by the browser without smoothing.

import { el } from "../../browser/js/dom.js";

const GAP = 1;

export class Strip {
  /**
   * @param {string} label what they are, for those who hear the page
   * @param {number} count
   * @param {[number, number, number]} shape 1, H, W of each
   */
  constructor(label, count, [, height, width]) {
    this.label = label;
    this.height = height;
    this.width = width;
    this.canvas = el("canvas", { className: "strip", role: "img", "aria-label": label, width: count * (width + GAP) - GAP, height });
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(this.canvas.width, height);
  }

  /**
   * Show images of pixels in [0, 1].
   *
   * @param {ArrayLike<number>[]} images
   */
  show(images) {
    const { data } = this.image;
    images.forEach((pixels, i) => {
      for (let y = 0; y < this.height; y++) {
        let at = 4 * (y * this.canvas.width + i * (this.width + GAP));
        for (let x = 0; x < this.width; x++, at += 4) {
          data[at] = data[at + 1] = data[at + 2] = 255 * pixels[y * this.width + x];
          data[at + 3] = 255;
        }
      }
    });
    this.context.putImageData(this.image, 0, 0);
  }

  /** Say in words what is shown. */
  describe(text) {
    this.canvas.setAttribute("aria-label", `${this.label}: ${text}`);
  }
}
