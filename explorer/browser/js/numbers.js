// Small sums that every part of the page needs.

/** @typedef {[number, number]} Pair two numbers: a point, or both ends of a range */

/** A value held within [low, high]. */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** A value with that many decimals and no more, as addresses carry it. */
export function rounded(value, decimals) {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
