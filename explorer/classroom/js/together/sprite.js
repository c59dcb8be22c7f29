// A drawing as a picture.

import { el } from "../../../browser/js/dom.js";
import { rgb } from "../../../browser/js/raster.js";
import { bytes } from "./server.js";

export const SIDE = 28;

/** A drawing in one ink on nothing. */
export function sprite(drawing, colour) {
  let made = drawing.sprites.get(colour);
  if (!made) {
    made = el("canvas", { width: SIDE, height: SIDE });
    const context = made.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    const [r, g, b] = rgb(colour);
    bytes(drawing.image).forEach((grey, p) => image.data.set([r, g, b, grey], 4 * p));
    context.putImageData(image, 0, 0);
    drawing.sprites.set(colour, made);
  }
  return made;
}
