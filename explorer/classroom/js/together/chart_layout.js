// The plane of rate and distortion: what it spans, its ticks, and the lines of one ELBO. Pure.

/** @typedef {[number, number]} Pair */

const ROOM = 0.06; // of each side, left free around what is shown

/**
 * What both axes span, so that all points are in sight. One nat is as long across as up only where the two spans are alike.
 *
 * @param {{ rate: number, distortion: number }[]} shown
 * @returns {{ x: Pair, y: Pair }}
 */
export function spans(shown) {
  const [rates, distortions] = [shown.map(({ rate }) => rate), shown.map(({ distortion }) => distortion)];
  return { x: around([0, ...rates]), y: around(distortions.length ? distortions : [100, 200]) };
}

/** @returns {Pair} */
function around(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = ROOM * (high - low || 1);
  return [low - room, high + room];
}

/**
 * The pieces of the lines rate + distortion = -ELBO that cross the chart, at round ELBOs: ends in data, the lower one first across.
 *
 * @param {Pair} x
 * @param {Pair} y
 * @param {number} count about how many
 * @returns {{ elbo: number, from: Pair, to: Pair }[]}
 */
export function equals([left, right], [bottom, top], count = 6) {
  const [low, high] = [left + bottom, right + top];
  return steps(low, high, count).map((sum) => {
    const first = Math.max(left, sum - top);
    const last = Math.min(right, sum - bottom);
    return { elbo: -sum, from: /** @type {Pair} */ ([first, sum - first]), to: /** @type {Pair} */ ([last, sum - last]) };
  }).filter(({ from, to }) => to[0] - from[0] > 0.05 * (right - left));
}

/** Round numbers between low and high, about `count` of them. */
export function steps(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(k * step);
  return values;
}
