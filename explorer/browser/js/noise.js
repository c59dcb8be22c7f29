// The noise that torch draws: torch.randn(..., generator=torch.Generator().manual_seed(seed)), so that a draw is a number that fits
// into a link and that a notebook can repeat. Matsumoto and Nishimura 1998 (MT19937); Box and Muller 1958.

const [SIZE, SHIFT] = [624, 397];
const BLOCK = 16; // numbers that torch makes together

/**
 * `count` numbers from N(0, 1) for a seed below 2^32.
 *
 * Fewer than sixteen are torch's to the last bit. From sixteen on torch makes them in blocks of sixteen, in single precision, with
 * logarithms and cosines of its own for each kind of processor: there the last digit may differ, as it does between two computers.
 */
export function torchNoise(seed, count = 2) {
  const next = mersenneTwister(seed);
  return count < BLOCK ? inPairs(next, count) : inBlocks(next, count);
}

/** Draws from N(0, I) for a seed: `count` codes of `dims` numbers, those of torch.randn(count, dims). */
export function torchDraws(seed, count, dims) {
  const values = torchNoise(seed, count * dims);
  return Array.from({ length: count }, (_, i) => values.slice(i * dims, (i + 1) * dims));
}

/** Two uniform numbers of 53 bits make two normal ones. */
function inPairs(next, count) {
  const uniform = () => {
    const high = next() & 0x1fffff;
    return (high * 2 ** 32 + next()) / 2 ** 53;
  };
  const values = [];
  while (values.length < count) {
    const [angle, distance] = [2 * Math.PI * uniform(), Math.sqrt(-2 * Math.log1p(-uniform()))];
    values.push(Math.fround(distance * Math.cos(angle)), Math.fround(distance * Math.sin(angle)));
  }
  return values.slice(0, count);
}

/** All uniform numbers first, of 24 bits; in each block the k-th and the one eight places on make two. What is left over at the end lies in a block drawn anew. */
function inBlocks(next, count) {
  const values = Float32Array.from({ length: count }, () => (next() & 0xffffff) / 2 ** 24);
  const block = (start) => {
    for (let k = start; k < start + BLOCK / 2; k++) {
      const distance = Math.sqrt(-2 * Math.log(1 - values[k]));
      const angle = 2 * Math.PI * values[k + BLOCK / 2];
      values[k] = distance * Math.cos(angle);
      values[k + BLOCK / 2] = distance * Math.sin(angle);
    }
  };
  for (let start = 0; start + BLOCK <= count; start += BLOCK) block(start);
  if (count % BLOCK) {
    for (let k = count - BLOCK; k < count; k++) values[k] = (next() & 0xffffff) / 2 ** 24;
    block(count - BLOCK);
  }
  return Array.from(values);
}

/** A function that gives 32-bit words, one after another. */
function mersenneTwister(seed) {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = SIZE;
  return () => {
    if (at === SIZE) {
      for (let i = 0; i < SIZE; i++) {
        const word = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
        state[i] = state[(i + SHIFT) % SIZE] ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let word = state[at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}
