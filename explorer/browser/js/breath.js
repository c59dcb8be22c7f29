// Long work is done in slices, with a breath between two of them.

/** Resolves after the browser had a chance to handle input and to paint. */
export function breath() {
  if (globalThis.scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => setTimeout(resolve));
}
