// The decoded image: a canvas of the model's own pixels, enlarged by the browser without smoothing.

import { el } from "./dom.js";

export class Picture {
  constructor(label) {
    this.canvas = el("canvas", { className: "decoded", role: "img", "aria-label": label, "data-testid": "decoded-image" });
    this.label = label;
    this.shape = null;
  }

  /**
   * Show pixels in [0, 1], one channel or three.
   *
   * @param {ArrayLike<number>} pixels
   * @param {number[]} shape channels, height, width
   */
  show(pixels, [channels, height, width]) {
    if (this.canvas.width !== width || this.canvas.height !== height || !this.image) {
      Object.assign(this.canvas, { width, height });
      this.context = this.canvas.getContext("2d");
      this.image = this.context.createImageData(width, height);
    }
    paint(this.image.data, pixels, channels, width * height);
    this.context.putImageData(this.image, 0, 0);
  }

  /** Say in words what is decoded. */
  describe(text) {
    this.canvas.setAttribute("aria-label", `${this.label}: ${text}`);
  }
}

function paint(data, pixels, channels, area) {
  for (let p = 0; p < area; p++) {
    for (let c = 0; c < 3; c++) data[4 * p + c] = 255 * pixels[channels === 3 ? c * area + p : p];
    data[4 * p + 3] = 255;
  }
}
