// The noise that torch draws: torch.randn(1, D, generator=torch.Generator().manual_seed(seed)), number for number, so that a draw
// is a number that fits into a link and that a notebook can repeat. Matsumoto and Nishimura 1998 (MT19937); Box and Muller 1958.

const [SIZE, SHIFT] = [624, 397];

/** D numbers (at most 15) from N(0, 1) for a seed below 2^32. torch draws otherwise from sixteen numbers on. */
export function torchNoise(seed, dims = 2) {
  const next = mersenneTwister(seed);
  const uniform = () => {
    const high = next() & 0x1fffff; // 53 bits of two words
    return (high * 2 ** 32 + next()) / 2 ** 53;
  };
  const values = [];
  while (values.length < dims) {
    const [angle, distance] = [2 * Math.PI * uniform(), Math.sqrt(-2 * Math.log1p(-uniform()))];
    values.push(Math.fround(distance * Math.cos(angle)), Math.fround(distance * Math.sin(angle)));
  }
  return values.slice(0, dims);
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
