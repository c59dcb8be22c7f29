// Whether the notebook is light or dark, by the ground that a widget stands on.

/**
 * Set data-tone of an element to "light" or "dark", and again when the notebook's theme changes; `changed` is called then.
 *
 * @param {HTMLElement} element
 * @param {() => void} changed
 * @returns {() => void} ends it
 */
export function tone(element, changed) {
  const look = () => {
    const found = brightness(ground(element.parentElement)) < 0.5 ? "dark" : "light";
    if (element.dataset.tone === found) return;
    const first = element.dataset.tone === undefined;
    element.dataset.tone = found;
    if (!first) changed();
  };
  const observer = new MutationObserver(() => requestAnimationFrame(look));
  for (const each of [document.documentElement, document.body]) observer.observe(each, { attributes: true });
  look();
  return () => observer.disconnect();
}

/** The colour of the first ground from an element down that is not clear, as [r, g, b]; without one, as the system has it. */
function ground(element) {
  for (let each = element; each; each = each.parentElement ?? each.getRootNode().host) {
    const [r, g, b, alpha = 1] = (getComputedStyle(each).backgroundColor.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    if (alpha > 0.5) return [r, g, b];
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
}

/** From 0 for black to 1 for white. @param {number[]} colour */
export function brightness([r, g, b]) {
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
}
