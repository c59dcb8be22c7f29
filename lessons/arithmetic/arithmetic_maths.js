// Stroke thickness, slant and width of a grey image, as lessons/arithmetic/attributes.py measures them. Pixels in [0, 1], row by row.

/** { thickness (pixels), slant (degrees, to the right), width (pixels) } */
export function attributes(pixels, side) {
  const { xx, yy, xy, ink } = moments(pixels, side);
  return {
    thickness: (2 * ink) / Math.max(1e-9, outline(pixels, side)),
    slant: (Math.atan(-xy / Math.max(1e-9, yy)) * 180) / Math.PI,
    width: Math.sqrt(Math.max(0, 12 * (xx - (xy * xy) / Math.max(1e-9, yy)))),
  };
}

/** Total variation: the length of the outline, whether it is sharp or soft. Outside the image there is no ink. */
function outline(pixels, side) {
  const at = (x, y) => (x < 0 || y < 0 || x >= side || y >= side ? 0 : pixels[y * side + x]);
  let sum = 0;
  for (let y = 0; y <= side; y++) {
    for (let x = 0; x <= side; x++) {
      const [a, b, c, d] = [at(x - 1, y - 1), at(x, y - 1), at(x - 1, y), at(x, y)];
      sum += Math.hypot(d - c + b - a, d + c - b - a) / 2;
    }
  }
  return sum;
}

/** The ink, its variances and its covariance, in square pixels. */
function moments(pixels, side) {
  let [ink, x, y] = [0, 0, 0];
  for (let p = 0; p < side * side; p++) {
    ink += pixels[p];
    x += pixels[p] * (p % side);
    y += pixels[p] * Math.floor(p / side);
  }
  const all = Math.max(1e-9, ink);
  let [xx, yy, xy] = [0, 0, 0];
  for (let p = 0; p < side * side; p++) {
    const dx = (p % side) - x / all;
    const dy = Math.floor(p / side) - y / all;
    xx += (pixels[p] / all) * dx * dx;
    yy += (pixels[p] / all) * dy * dy;
    xy += (pixels[p] / all) * dx * dy;
  }
  return { xx, yy, xy, ink };
}
