// Bytes that the document carries as text (explorer/takehome/carried.py), and compressed.

import { Trouble } from "../../browser/js/payload.js";

const BITS = 13;
const LETTERS = 91;
const FIRST = 35; // #
const LEFT_OUT = 60; // <

/** The bytes of a text, of which there are `count`. */
export function bytesOf(text, count) {
  const bytes = new Uint8Array(count);
  const letter = (i) => {
    const code = text.charCodeAt(i);
    return code - FIRST - (code > LEFT_OUT ? 1 : 0);
  };
  for (let i = 0, at = 0, held = 0, bits = 0; at < count; i += 2) {
    held = ((held & 0xff) << BITS) | (letter(i) * LETTERS + letter(i + 1));
    for (bits += BITS; bits >= 8 && at < count; bits -= 8) bytes[at++] = held >> (bits - 8);
  }
  return bytes;
}

/** What was compressed by gzip. `trouble` is the sentence for a browser that cannot read it. */
export async function opened(bytes, trouble) {
  if (!("DecompressionStream" in globalThis)) throw new Trouble(trouble);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
