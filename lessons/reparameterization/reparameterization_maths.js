// Estimators of the gradient of E[f(z)], z ~ N(mu, sigma^2), in (mu, log sigma): lessons/reparameterization/estimators.py in the browser.
// A test holds the two against each other.

/** f, f' and the exact gradient of its mean, by name. */
export const FUNCTIONS = {
  square: { f: (z) => (z - 2) ** 2, slope: (z) => 2 * (z - 2), exact: (mu, sigma) => [2 * (mu - 2), 2 * sigma ** 2] },
  wave: {
    f: (z) => Math.sin(2 * z),
    slope: (z) => 2 * Math.cos(2 * z),
    exact: (mu, sigma) => {
      const fade = Math.exp(-2 * sigma ** 2);
      return [2 * fade * Math.cos(2 * mu), -4 * sigma ** 2 * fade * Math.sin(2 * mu)];
    },
  },
  step: {
    f: (z) => (z > 0 ? 1 : 0),
    slope: () => 0,
    exact: (mu, sigma) => {
      const density = Math.exp(-((mu / sigma) ** 2) / 2) / Math.sqrt(2 * Math.PI);
      return [density / sigma, (-density * mu) / sigma];
    },
  },
};

export function exact(name, mu, sigma) {
  return FUNCTIONS[name].exact(mu, sigma);
}

/** One estimate for each epsilon, of the slope in mu (parameter 0) or log sigma (1); kind is "score" or "path". */
export function estimates(kind, name, mu, sigma, noise, parameter) {
  const { f, slope } = FUNCTIONS[name];
  const along = { path: [() => 1, (e) => sigma * e], score: [(e) => e / sigma, (e) => e * e - 1] }[kind][parameter];
  const factor = kind === "path" ? slope : f;
  return Float64Array.from(noise, (e) => factor(mu + sigma * e) * along(e));
}

/** Means of `size` values at a time, `count` of them. */
export function means(values, size, count) {
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = i * size; k < (i + 1) * size; k++) sum += values[k];
    return sum / size;
  });
}

/** Standard deviation of some numbers. */
export function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** `count` draws of N(0, 1), the same for the same seed (mulberry32, Box and Muller 1958). */
export function normals(count, seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const draws = new Float64Array(count);
  for (let i = 0; i < count; i++) draws[i] = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return draws;
}
