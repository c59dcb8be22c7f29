// The way as a file to take away: its pictures side by side, or as an animation there and back.

import { gif } from "../../browser/js/gif.js";

const GAP = 1; // pixels of the model between two pictures of a strip
const STRIP = 4; // pixels of the file for each of the model's
const ANIMATION = 8;
const FRAME_MS = 90;

/**
 * @typedef {object} Walk
 * @property {ArrayLike<number>} images grey levels from 0 to 1, one picture after another
 * @property {number} steps
 * @property {number} width
 * @property {number} height
 */

/** Grey levels (0 to 255) of one picture, each pixel `scale` pixels wide. */
function enlarged({ images, width, height }, step, scale) {
  const grey = new Uint8Array(width * height * scale * scale);
  for (let i = 0; i < grey.length; i++) {
    const [x, y] = [Math.floor((i % (width * scale)) / scale), Math.floor(i / (width * scale * scale))];
    grey[i] = Math.round(255 * images[(step * height + y) * width + x]);
  }
  return grey;
}

/** A GIF that plays forwards and backwards for ever. @param {Walk} walk */
export function animation(walk) {
  const frames = Array.from({ length: walk.steps }, (_, step) => enlarged(walk, step, ANIMATION));
  return gif([...frames, ...frames.slice(1, -1).reverse()], walk.width * ANIMATION, walk.height * ANIMATION, FRAME_MS);
}

/** Grey levels of all pictures side by side, with black between: { grey, width, height }. @param {Walk} walk */
export function strip(walk) {
  const [width, height] = [STRIP * (walk.steps * (walk.width + GAP) - GAP), STRIP * walk.height];
  const grey = new Uint8Array(width * height);
  for (let step = 0; step < walk.steps; step++) {
    const picture = enlarged(walk, step, STRIP);
    const across = STRIP * walk.width;
    for (let y = 0; y < height; y++) {
      grey.set(picture.subarray(y * across, (y + 1) * across), y * width + step * STRIP * (walk.width + GAP));
    }
  }
  return { grey, width, height };
}

/** Let the browser keep a file. */
export function keep(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

/** The strip as a PNG. @param {Walk} walk @returns {Promise<Blob>} */
export function png(walk) {
  const { grey, width, height } = strip(walk);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  grey.forEach((level, i) => image.data.set([level, level, level, 255], 4 * i));
  context.putImageData(image, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
