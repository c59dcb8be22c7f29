// Rounding a code to a grid, as lessons/compress/quantised.py does it.

/** Code (D) to the middles of its cells (D): cells are counted from the centre; beyond what training codes did, the last cell. */
export function rounded(code, { centre, low, high }, step) {
  const cell = (value, d) => Math.floor((value - centre[d]) / step + 0.5);
  return code.map((value, d) => centre[d] + step * Math.min(cell(high[d], d), Math.max(cell(low[d], d), cell(value, d))));
}

/** Peak signal-to-noise ratio in decibels, from the squared error summed over an image's pixels in [0, 1]. */
export function psnr(squaredError, pixels) {
  return 10 * Math.log10(pixels / squaredError);
}
