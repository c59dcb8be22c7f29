// SHA-256 (FIPS 180-4). The browser's own, crypto.subtle, exists on https and localhost only; a class that opens
// the teacher's laptop at http://192.168... has none.

const K = constants((x) => Math.cbrt(x), 64);
const START = constants((x) => Math.sqrt(x), 8);

/** The first 32 bits of the fractional parts of root(p) for the first `count` primes p. */
function constants(root, count) {
  const values = [];
  for (let n = 2; values.length < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (prime) values.push(((root(n) % 1) * 2 ** 32) | 0);
  }
  return Int32Array.from(values);
}

/** The hash of a Uint8Array as 64 hexadecimal digits. */
export function sha256(bytes) {
  const tail = new Uint8Array(bytes.length % 64 < 56 ? 64 : 128); // the end of the message, a one bit, zeros, its length
  const whole = bytes.length - (bytes.length % 64);
  tail.set(bytes.subarray(whole));
  tail[bytes.length - whole] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(tail.length - 4, bytes.length << 3);
  const hash = START.slice();
  const w = new Int32Array(64);
  blocks(hash, w, bytes, whole);
  blocks(hash, w, tail, tail.length);
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function blocks(hash, w, bytes, end) {
  for (let at = 0; at < end; at += 64) {
    for (let i = 0, p = at; i < 16; i++, p += 4) w[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
    hash[5] += f;
    hash[6] += g;
    hash[7] += h;
  }
}
