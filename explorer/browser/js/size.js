// How large things are drawn. Words and places are as large as the root's letters say; what is drawn on a canvas follows them here, so that on
// the size for a projector (explorer/serving/size.js) numbers, marks and lines grow with everything else.

const LETTERS = 16; // CSS pixels: the root's letters at the usual size

/** How many times its usual size everything has. */
export function enlarged() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / LETTERS || 1;
}

/**
 * The size of an element in the pixels that are drawn in, and how many of the screen's each of them takes.
 *
 * @param {HTMLElement} element
 * @returns {{ width: number, height: number, ratio: number }} width and height are 0 while it has no place
 */
export function measured(element) {
  const times = enlarged();
  return { width: element.clientWidth / times, height: element.clientHeight / times, ratio: (globalThis.devicePixelRatio || 1) * times };
}

/**
 * Where a pointer is on an element, in the pixels that are drawn in.
 *
 * @param {{ clientX: number, clientY: number }} event
 * @param {HTMLElement} element
 * @returns {[number, number]}
 */
export function pointed({ clientX, clientY }, element) {
  const box = element.getBoundingClientRect();
  const times = enlarged();
  return [(clientX - box.left) / times, (clientY - box.top) / times];
}
