// An animated picture in grey, as a file: GIF89a, with Welch's compression of 1984 ("A technique for high-performance data compression").

const GREYS = 256;
const [CLEAR, END, FIRST, FULL] = [GREYS, GREYS + 1, GREYS + 2, 4096]; // codes of the compression

/**
 * Frames of grey levels (0 to 255, row by row) as a GIF that repeats for ever.
 *
 * @param {ArrayLike<number>[]} frames
 * @param {number} width
 * @param {number} height
 * @param {number} milliseconds for which each is seen; a GIF counts in hundredths of a second
 */
export function gif(frames, width, height, milliseconds) {
  const word = (value) => [value & 255, value >> 8];
  const palette = Array.from({ length: GREYS }, (_, grey) => [grey, grey, grey]).flat();
  const parts = [text("GIF89a"), word(width), word(height), [0xf7, 0, 0], palette, [0x21, 0xff, 11], text("NETSCAPE2.0"), [3, 1, 0, 0, 0]];
  for (const frame of frames) {
    parts.push([0x21, 0xf9, 4, 0, ...word(Math.round(milliseconds / 10)), 0, 0], [0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0, 8]);
    const packed = compress(frame);
    for (let i = 0; i < packed.length; i += 255) parts.push([Math.min(255, packed.length - i)], packed.slice(i, i + 255));
    parts.push([0]);
  }
  return Uint8Array.from([...parts, [0x3b]].flat());
}

function text(signs) {
  return [...signs].map((sign) => sign.charCodeAt(0));
}

/** Pixels as codes of growing width, the lowest bits first. */
function compress(pixels) {
  const bytes = [];
  let [held, count, width] = [0, 0, 9]; // bits that wait for a whole byte, how many, and how many a code takes
  const put = (code) => {
    held |= code << count;
    for (count += width; count >= 8; count -= 8, held >>>= 8) bytes.push(held & 255);
  };
  let known = new Map(); // a code followed by a pixel -> the code of both
  put(CLEAR);
  let code = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const longer = known.get(code * GREYS + pixels[i]);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    put(code);
    const next = FIRST + known.size;
    if (next === FULL) {
      put(CLEAR);
      known = new Map();
      width = 9;
    } else {
      if (next === 2 ** width) width += 1; // the reader learns each code one later
      known.set(code * GREYS + pixels[i], next);
    }
    code = pixels[i];
  }
  put(code);
  if (FIRST + known.size === 2 ** width && width < 12) width += 1;
  put(END);
  if (count > 0) bytes.push(held & 255);
  return bytes;
}
