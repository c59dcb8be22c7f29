// What the machine computes for one image, beside decoding: sample, reconstruction, KL. Pure; nats of this one image.
// The same formulas as vae/model/likelihoods.py and vae/model/posterior.py.

/** sigma from log sigma^2 (D), or zeros where the code is a point. */
export function stdOf({ mean, logVariance }) {
  return mean.map((_, d) => (logVariance ? Math.exp(0.5 * logVariance[d]) : 0));
}

/** z = mu + sigma * epsilon (D). */
export function sampleOf(posterior, epsilon) {
  const std = stdOf(posterior);
  return posterior.mean.map((mean, d) => mean + std[d] * epsilon[d]);
}

/** The epsilon (D) that leads to z: its inverse, for a sample that was moved by hand. */
export function noiseOf(posterior, z) {
  const std = stdOf(posterior);
  return posterior.mean.map((mean, d) => (z[d] - mean) / std[d]);
}

/** KL(N(mu, sigma^2) || N(0, 1)) for each dimension (D). */
export function klOf({ mean, logVariance }) {
  return mean.map((m, d) => 0.5 * (m * m + Math.exp(logVariance[d]) - logVariance[d] - 1));
}

/** -sum_i [x_i log m_i + (1 - x_i) log(1 - m_i)], m = sigmoid(logits), as sum of log(1 + e^l) - x l: exact for large logits too. */
export function bernoulliNll(logits, pixels) {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) {
    const l = logits[i];
    sum += Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l))) - pixels[i] * l;
  }
  return sum;
}

/** Sum of all pixels: how much ink there is. */
export function inkOf(pixels) {
  let sum = 0;
  for (const value of pixels) sum += value;
  return sum;
}

/** Of N(0, I) in two dimensions, the share of draws that fall nearer to the middle than epsilon: 1 - exp(-r^2 / 2). */
export function shareWithin(epsilon) {
  return 1 - Math.exp(-0.5 * epsilon.reduce((sum, value) => sum + value * value, 0));
}

/** Of each pixel, the standard deviation over some images: the root of the mean squared distance from their mean. */
export function spreadOf(images) {
  return Array.from(images[0], (_, p) => {
    const mean = images.reduce((sum, image) => sum + image[p], 0) / images.length;
    return Math.sqrt(images.reduce((sum, image) => sum + (image[p] - mean) ** 2, 0) / images.length);
  });
}
