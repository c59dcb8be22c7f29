// The evidence of a linear-Gaussian model and what a diagonal Gaussian q makes of it: lessons/elbo/linear_gaussian.py in the browser,
// for two latents. A test holds the two against each other.

/**
 * @typedef {{ gram: number[][], variance: number, pixels: number }} Model W^T W (2 x 2), s^2 and P
 * @typedef {{ scores: number[], square: number }} Image W^T (x - b) (2) and |x - b|^2
 * @typedef {{ m: number[], s: number[] }} Gaussian q's means and standard deviations (2 each)
 */

/** Precision L and h of the true posterior, proportional to exp(-z^T L z / 2 + h^T z), with its mean and standard deviations. */
export function posterior({ gram, variance }, { scores }) {
  const precision = gram.map((row, i) => row.map((value, j) => value / variance + (i === j ? 1 : 0)));
  const [[a, b], [, d]] = precision;
  const determinant = a * d - b * b;
  const h = scores.map((value) => value / variance);
  const mean = [(d * h[0] - b * h[1]) / determinant, (a * h[1] - b * h[0]) / determinant];
  return { precision, h, mean, std: [Math.sqrt(d / determinant), Math.sqrt(a / determinant)], determinant };
}

/** E_q[log p(x|z)], KL(q || p(z)), KL(q || p(z|x)), the ELBO and log p(x), in nats. */
export function evidence(model, image, { m, s }) {
  const { gram, variance, pixels } = model;
  const { precision, mean, determinant } = posterior(model, image);
  const form = (matrix, v) => v[0] * (matrix[0][0] * v[0] + 2 * matrix[0][1] * v[1]) + matrix[1][1] * v[1] * v[1];
  const spread = (matrix) => matrix[0][0] * s[0] ** 2 + matrix[1][1] * s[1] ** 2;
  const error = image.square - 2 * (image.scores[0] * m[0] + image.scores[1] * m[1]) + form(gram, m) + spread(gram);
  const reconstruction = -0.5 * (pixels * Math.log(2 * Math.PI * variance) + error / variance);
  const logWidths = 2 * Math.log(s[0] * s[1]);
  const rate = 0.5 * (m[0] ** 2 + m[1] ** 2 + s[0] ** 2 + s[1] ** 2 - 2 - logWidths);
  const away = [m[0] - mean[0], m[1] - mean[1]];
  const gap = 0.5 * (spread(precision) + form(precision, away) - 2 - Math.log(determinant) - logWidths);
  const fitted = error0(model, image, mean);
  const logEvidence = -0.5 * (pixels * Math.log(2 * Math.PI) + (pixels - 2) * Math.log(variance) + Math.log(determinant * variance ** 2) + fitted);
  return { reconstruction, rate, gap, elbo: reconstruction - rate, logEvidence };
}

/** (x - b)^T C^-1 (x - b) with C = W W^T + s^2 I. */
function error0({ variance }, { scores, square }, mean) {
  return (square - scores[0] * mean[0] - scores[1] * mean[1]) / variance;
}

const RATE = 0.06;

/** One step of natural-gradient ascent on the ELBO; null where a step would win less than a millionth of a nat. */
export function climb(model, image, { m, s }) {
  const { precision, h } = posterior(model, image);
  const [[a, b], [, d]] = precision;
  const width = [0, 1].map((i) => ((1 - RATE) / s[i] ** 2 + RATE * precision[i][i]) ** -0.5);
  const pull = [h[0] - a * m[0] - b * m[1], h[1] - b * m[0] - d * m[1]];
  const next = { m: m.map((value, i) => value + RATE * width[i] ** 2 * pull[i]), s: width };
  return evidence(model, image, next).elbo - evidence(model, image, { m, s }).elbo > 1e-6 ? next : null;
}

/** The whole way up from q, at most so many steps; for a reader who wants no motion. */
export function walk(model, image, q, most = 1000) {
  const path = [q];
  for (let next = q; next && path.length < most; ) {
    next = climb(model, image, next);
    if (next) path.push(next);
  }
  return path;
}

const SCALES = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000];

/** The round number of nats that a bar should span to show such a gap. */
export function span(gap) {
  return SCALES.find((scale) => gap <= 0.85 * scale) ?? SCALES.at(-1);
}
