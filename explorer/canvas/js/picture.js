// The decoded image: a canvas of the model's own pixels, enlarged by the browser without smoothing.

import { el } from "./dom.js";

export class Picture {
  constructor(label) {
    this.canvas = el("canvas", { className: "decoded", role: "img", "aria-label": label, "data-testid": "decoded-image" });
    this.label = label;
    this.shape = null;
  }

  /** Show pixels in [0, 1], one channel or three. */
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

/** Decoded tiles (side x side of them, row by row) as one canvas in one ink on nothing, for the background of a plane. */
export function tiled(images, side, [channels, height, width], [r, g, b]) {
  const canvas = el("canvas", { width: side * width, height: side * height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = channels * height * width;
  for (let tile = 0; tile < side * side; tile++) {
    const left = (tile % side) * width;
    const top = Math.floor(tile / side) * height;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const q = 4 * ((top + y) * canvas.width + left + x);
        image.data[q] = r;
        image.data[q + 1] = g;
        image.data[q + 2] = b;
        image.data[q + 3] = 255 * images[tile * pixels + y * width + x];
      }
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
