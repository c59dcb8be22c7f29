// What a threshold on a score does: who is flagged, and what follows from the counts. Scores are sorted, lowest first; an image is
// flagged where its score is at the threshold or above it. A test holds this against scikit-learn.

/** How many of the sorted values are below. */
export function below(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The confusion matrix: anomalies flagged (hits) and passed (misses), normal images flagged (alarms) and passed. */
export function counts(normal, strange, threshold) {
  const [passed, misses] = [below(normal, threshold), below(strange, threshold)];
  return { hits: strange.length - misses, misses, alarms: normal.length - passed, passed };
}

/** Shares that follow from the counts; precision is null where nothing is flagged. */
export function rates({ hits, misses, alarms, passed }) {
  const flagged = hits + alarms;
  return { recall: hits / (hits + misses), alarmRate: alarms / (alarms + passed), precision: flagged ? hits / flagged : null };
}

/** Share of the values in each of `bins` equal steps between low and high; what lies outside counts in the outermost. */
export function histogram(values, low, high, bins) {
  const found = new Array(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    found[Math.min(bins - 1, Math.max(0, bin))] += 1 / values.length;
  }
  return found;
}
