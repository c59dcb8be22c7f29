// A drawing of strokes as an image like MNIST's. LeCun et al. 1998: the digit is scaled, keeping its proportions, to fit a box of
// 20 x 20 pixels, and put into 28 x 28 so that its centre of mass is in the middle. Pure; points are [x, y], y downwards.

import { clamp } from "./numbers.js";

const BOX = 20;
const SIDE = 28;
const MOST = 140; // points of a drawing, as in explorer/page/strokes.py
const OUTSIDE = 1.5; // how far beyond the pad a stroke may go
const PEN = 1.15; // half the width of a stroke in the finished image, about MNIST's

/** Strokes (lists of points, any unit) to 28 x 28 grey levels 0..255; null where nothing is drawn. */
export function centred(strokes) {
  const all = strokes.flat();
  if (!all.length) return null;
  const low = [0, 1].map((k) => Math.min(...all.map((point) => point[k])));
  const high = [0, 1].map((k) => Math.max(...all.map((point) => point[k])));
  const longest = Math.max(high[0] - low[0], high[1] - low[1]);
  const scale = longest > 0 ? (BOX - 2 * PEN) / longest : 1;
  const fit = (value, k) => (value - (low[k] + high[k]) / 2) * scale + SIDE / 2;
  const fitted = strokes.map((stroke) => stroke.map((point) => point.map(fit)));
  const first = raster(fitted);
  let [mass, x, y] = [0, 0, 0];
  first.forEach((ink, p) => {
    mass += ink;
    x += ink * ((p % SIDE) + 0.5);
    y += ink * (Math.floor(p / SIDE) + 0.5);
  });
  const [dx, dy] = [SIDE / 2 - x / mass, SIDE / 2 - y / mass];
  return Uint8Array.from(raster(fitted.map((stroke) => stroke.map(([a, b]) => [a + dx, b + dy]))), (ink) => Math.round(255 * ink));
}

/** Ink (28 x 28, 0 to 1) of strokes in pixel coordinates: by each pixel's distance to the nearest piece of a stroke. */
function raster(strokes) {
  const ink = new Float64Array(SIDE * SIDE);
  for (const stroke of strokes) {
    const pieces = stroke.length > 1 ? stroke.slice(1).map((point, i) => [stroke[i], point]) : [[stroke[0], stroke[0]]];
    for (const [[ax, ay], [bx, by]] of pieces) {
      const squared = (bx - ax) ** 2 + (by - ay) ** 2;
      const [left, right] = around(ax, bx);
      const [top, bottom] = around(ay, by);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const [x, y] = [column + 0.5, row + 0.5];
          const t = squared ? clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared, 0, 1) : 0;
          const distance = Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
          const cover = clamp(PEN + 0.5 - distance, 0, 1);
          const p = row * SIDE + column;
          if (cover > ink[p]) ink[p] = cover;
        }
      }
    }
  }
  return ink;
}

/** The pixels that a piece from a to b can reach on one axis: the first, and one past the last. */
function around(a, b) {
  return [Math.max(0, Math.floor(Math.min(a, b) - PEN - 1)), Math.min(SIDE, Math.ceil(Math.max(a, b) + PEN + 1))];
}

/** The same strokes in thousandths of the pad and with at most MOST points: those that the line needs most. */
export function thinned(strokes) {
  const thousandths = (value) => Math.round(1000 * clamp(value, -OUTSIDE, 1 + OUTSIDE)) / 1000;
  let found = strokes.slice(-MOST).map((stroke) => stroke.map((point) => point.map(thousandths)));
  const whole = found;
  for (let tolerance = 0.001; found.flat().length > MOST; tolerance *= 1.4) found = whole.map((stroke) => simplified(stroke, tolerance));
  return found;
}

/** A line without the points that lie within the tolerance of the pieces that remain (Ramer 1972; Douglas & Peucker 1973). */
function simplified(line, tolerance) {
  if (line.length < 3) return tolerance > 1 ? line.slice(0, 1) : line;
  const [[ax, ay], [bx, by]] = [line[0], line.at(-1)];
  const squared = (bx - ax) ** 2 + (by - ay) ** 2;
  const away = line.map(([x, y]) => {
    const t = squared ? clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared, 0, 1) : 0;
    return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
  });
  const far = away.indexOf(Math.max(...away));
  if (away[far] <= tolerance) return simplified([line[0], line.at(-1)], tolerance);
  return [...simplified(line.slice(0, far + 1), tolerance).slice(0, -1), ...simplified(line.slice(far), tolerance)];
}
