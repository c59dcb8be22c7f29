// Bodies from the server, or from within the document: fetched once, and taken apart into typed arrays.

/** Something the reader should see as a sentence in place of the picture. */
export class Trouble extends Error {}

const fetched = new Map(); // address -> promise of a payload; a handful of models, kept while the page lives
const KEPT = 48;
const carried = new Map(); // address -> a function that gives the bytes, where the document carries them itself

const TYPES = {
  uint8: { size: 1, read: (bytes) => bytes.slice() },
  uint16: { size: 2, read: words },
  int16: { size: 2, read: (bytes, count) => new Int16Array(words(bytes, count).buffer) },
  float16: { size: 2, read: halves },
};

/** Let an address mean what this document carries: `open` gives a promise of its bytes when they are first asked for. */
export function carry(address, open) {
  carried.set(address, open);
}

/**
 * The payload at an address: { header fields..., arrays: { name: typed array } }.
 *
 * @param {string} address
 * @param {string} what it is, for the sentence that says it could not be had
 * @returns {Promise<any>} each kind of payload has fields of its own
 */
export function load(address, what) {
  if (!fetched.has(address)) {
    const promise = fetchOne(address, what);
    promise.catch(() => fetched.delete(address)); // so that the next try asks the server again
    fetched.set(address, promise);
    if (fetched.size > KEPT) fetched.delete(fetched.keys().next().value);
  }
  return fetched.get(address);
}

async function fetchOne(address, what) {
  if (carried.has(address)) return parse(await carried.get(address)(), what);
  let answer;
  let bytes;
  try {
    answer = await fetch(address);
    if (answer.ok) bytes = new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new Trouble(`The ${what} could not be fetched: the connection failed or broke off. Check it and reload the page.`);
  }
  if (!answer.ok) throw new Trouble(`The ${what} is missing on the server (${answer.status}). Reload the page.`);
  return parse(bytes, what);
}

/** Take a body apart: header length (uint32), JSON header, arrays as byte planes (explorer/browser/assets.py, `pack`). */
export function parse(bytes, what = "file") {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    const arrays = {};
    let offset = 4 + length;
    for (const { name, type, shape, step } of header.arrays) {
      const count = shape.reduce((product, size) => product * size, 1);
      const { size, read } = TYPES[type];
      if (offset + size * count > bytes.length) throw new RangeError("cut short");
      const values = read(bytes.subarray(offset, offset + size * count), count);
      arrays[name] = step === undefined ? values : Float32Array.from(values, (whole) => whole * step);
      offset += size * count;
    }
    return { ...header, arrays };
  } catch {
    throw new Trouble(`The ${what} is not readable: it is cut short or of another kind. Reload the page.`);
  }
}

function words(bytes, count) {
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i++) values[i] = bytes[i] | (bytes[count + i] << 8);
  return values;
}

/** IEEE 754 half precision to Float32Array, through the bits: shift the fraction and exponent up, then correct the bias. */
function halves(bytes, count) {
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < count; i++) {
    const half = bytes[i] | (bytes[count + i] << 8);
    bits[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    values[i] *= 2 ** 112; // 127 - 15; subnormals come out right too
    if ((half & 0x7c00) === 0x7c00) values[i] = half & 0x3ff ? NaN : half & 0x8000 ? -Infinity : Infinity;
  }
  return values;
}
