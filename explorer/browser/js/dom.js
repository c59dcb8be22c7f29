// Making elements in one call, numbers as text, and what the reader has asked the browser for.

/**
 * An element with properties (attributes where the name has a dash or is "role" or "for") and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties] one that is null or undefined is left out
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, String(value));
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A number for the reader: a true minus sign, two decimals. */
export function number(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? Math.abs(Number(text)).toFixed(decimals) : text).replace("-", "\u2212");
}

/** Is this reader one who asked for less motion? */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
