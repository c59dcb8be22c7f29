// A thread beside the page's own: decodes the tiles of a plane's background, which takes a tenth of a second.

import { Decoder } from "../../browser/js/decoder.js";
import { tiled } from "../../browser/js/raster.js";

addEventListener("message", ({ data: { payload, codes, side, colour } }) => {
  const decoder = new Decoder(payload);
  const pixels = tiled(decoder.decodeAll(codes), side, decoder.shape, colour);
  postMessage({ pixels }, { transfer: [pixels.buffer] });
});
