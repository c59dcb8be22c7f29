// Ten thousand points, or digits in their place, written straight into pixels: a few milliseconds, where as many calls of the
// canvas's own drawing take ten times that.

import { clamp } from "./numbers.js";

/** "#rrggbb" to [r, g, b]. */
export function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/** A round brush: which pixels around the middle it covers, and how much of each. */
function brush(radius) {
  const reach = Math.ceil(radius + 0.5);
  const pixels = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = clamp(radius + 0.5 - Math.hypot(x, y), 0, 1);
      if (cover > 0) pixels.push([x, y, cover]);
    }
  }
  return pixels;
}

/** Lay a colour of some opacity over a pixel (both with straight alpha). */
function over(data, p, r, g, b, alpha) {
  const below = (data[p + 3] / 255) * (1 - alpha);
  const sum = alpha + below;
  data[p] = (r * alpha + data[p] * below) / sum;
  data[p + 1] = (g * alpha + data[p + 1] * below) / sum;
  data[p + 2] = (b * alpha + data[p + 2] * below) / sum;
  data[p + 3] = 255 * sum;
}

/** Points at screen places (N pairs, device pixels) in their class's colour. */
export function points({ data, width, height }, places, labels, colours, radius, opacity) {
  const stamp = brush(radius);
  const size = stamp.length;
  const dx = Int32Array.from(stamp, (pixel) => pixel[0]);
  const dy = Int32Array.from(stamp, (pixel) => pixel[1]);
  const alpha = Float64Array.from(stamp, (pixel) => pixel[2] * opacity);
  for (let i = 0; i < labels.length; i++) {
    const x = Math.round(places[2 * i]);
    const y = Math.round(places[2 * i + 1]);
    if (x < -8 || y < -8 || x > width + 8 || y > height + 8) continue;
    const [r, g, b] = colours[labels[i] % colours.length];
    for (let k = 0; k < size; k++) {
      const px = x + dx[k];
      const py = y + dy[k];
      if (px >= 0 && py >= 0 && px < width && py < height) over(data, 4 * (py * width + px), r, g, b, alpha[k]);
    }
  }
}

/** Digits themselves at their places, as many as fit side by side: of each square of the screen, the first code in it. */
export function thumbnails(image, places, labels, colours, { grey, side, levels }, size) {
  const { data, width, height } = image;
  const columns = Math.ceil(width / size);
  const taken = new Uint8Array(columns * Math.ceil(height / size));
  const shown = Math.round(size * 0.96);
  const there = Math.min(labels.length, grey.length / (side * side)); // a page may have thumbnails of the first images only
  for (let i = 0; i < there; i++) {
    const x = places[2 * i];
    const y = places[2 * i + 1];
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const square = Math.floor(y / size) * columns + Math.floor(x / size);
    if (taken[square]) continue;
    taken[square] = 1;
    const [r, g, b] = colours[labels[i] % colours.length];
    const left = Math.round(x - shown / 2);
    const top = Math.round(y - shown / 2);
    for (let row = Math.max(0, -top); row < shown && top + row < height; row++) {
      const from = i * side * side + Math.floor((row * side) / shown) * side;
      for (let column = Math.max(0, -left); column < shown && left + column < width; column++) {
        const ink = grey[from + Math.floor((column * side) / shown)] / levels;
        if (ink > 0.1) over(data, 4 * ((top + row) * width + left + column), r, g, b, ink);
      }
    }
  }
}

/** Images (side * side of them, row by row) side by side as RGBA: one ink, as opaque as an image is bright in its first channel. */
export function tiled(images, side, [channels, height, width], [r, g, b]) {
  const data = new Uint8ClampedArray(4 * side * width * side * height);
  const pixels = channels * height * width;
  for (let tile = 0; tile < side * side; tile++) {
    const left = (tile % side) * width;
    const top = Math.floor(tile / side) * height;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const q = 4 * ((top + y) * side * width + left + x);
        data[q] = r;
        data[q + 1] = g;
        data[q + 2] = b;
        data[q + 3] = 255 * images[tile * pixels + y * width + x];
      }
    }
  }
  return data;
}
