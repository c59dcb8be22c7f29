// What the canvas's decoder makes of codes, one by one and all at once, for a comparison with torch.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { parse } from "../../explorer/browser/js/payload.js";

/** The pictures of codes by a decoder as it is served (base64). */
export function decode(payload, codes) {
  const decoder = new Decoder(parse(Uint8Array.from(Buffer.from(payload, "base64"))));
  return { one: codes.map((code) => Array.from(decoder.decode(code))), all: Array.from(decoder.decodeAll(codes)) };
}
