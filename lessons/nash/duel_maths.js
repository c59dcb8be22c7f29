// The GAN on a line with the best discriminator: lessons/nash/duel.py in the browser. A test holds the two against each other.
// A mixture is a list of [weight, centre, width]; s stands for the generator's width, given as log s.

/** @import { Pair } from "../../explorer/browser/js/numbers.js" */

export const DATA = { one: [[1, 0, 1]], two: [[0.5, -2, 0.5], [0.5, 2, 0.5]] };
export const RATE = 0.1;
const REACH = 8;
const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

const softplus = (l) => (l > 0 ? l + Math.log1p(Math.exp(-l)) : Math.log1p(Math.exp(l)));
const sigmoid = (l) => 1 / (1 + Math.exp(-l));
const logNormal = (x, m, s) => -0.5 * ((x - m) / s) ** 2 - Math.log(s) - HALF_LOG_2PI;

/** log p(x) and its slope in x. */
export function logDensity(mixture, x) {
  const parts = mixture.map(([w, m, s]) => Math.log(w) + logNormal(x, m, s));
  const most = Math.max(...parts);
  let [sum, slope] = [0, 0];
  parts.forEach((part, k) => {
    const weight = Math.exp(part - most);
    sum += weight;
    slope += (weight * (mixture[k][1] - x)) / mixture[k][2] ** 2;
  });
  return [most + Math.log(sum), slope / sum];
}

/** D*(x) = p / (p + q). */
export function bestDiscriminator(mixture, centre, logWidth, x) {
  return sigmoid(logDensity(mixture, x)[0] - logNormal(x, centre, Math.exp(logWidth)));
}

/** The trapezoidal rule for of(x, log p, log q, slope of log p), wherever data or generator have any density. */
function integral(mixture, centre, width, points, of) {
  const low = Math.min(-REACH, centre - REACH * width);
  const high = Math.max(REACH, centre + REACH * width);
  const h = (high - low) / (points - 1);
  let sum = 0;
  for (let k = 0; k < points; k++) {
    const x = low + k * h;
    const [logP, slope] = logDensity(mixture, x);
    sum += (k === 0 || k === points - 1 ? 0.5 : 1) * of(x, logP, logNormal(x, centre, width), slope);
  }
  return sum * h;
}

/** V(D*, G) = 2 JSD - log 4, in nats. */
export function value(mixture, centre, logWidth, points = 801) {
  return -integral(mixture, centre, Math.exp(logWidth), points, (_, logP, logQ) =>
    Math.exp(logP) * softplus(logQ - logP) + Math.exp(logQ) * softplus(logP - logQ));
}

/** The generator's gradient in (centre, log width), the best discriminator taken as fixed; loss is "minimax" or "non-saturating". */
export function slopes(mixture, centre, logWidth, loss, points = 801) {
  const width = Math.exp(logWidth);
  const along = (x, logP, logQ, slope) => {
    const seen = sigmoid(logP - logQ);
    return -Math.exp(logQ) * (slope + (x - centre) / width ** 2) * (loss === "minimax" ? seen : 1 - seen);
  };
  return [
    integral(mixture, centre, width, points, along),
    integral(mixture, centre, width, points, (x, ...rest) => along(x, ...rest) * (x - centre)),
  ];
}

/**
 * One step of gradient descent.
 *
 * @returns {Pair}
 */
export function descend(mixture, centre, logWidth, loss) {
  const [toCentre, toWidth] = slopes(mixture, centre, logWidth, loss);
  return [centre - RATE * toCentre, logWidth - RATE * toWidth];
}
