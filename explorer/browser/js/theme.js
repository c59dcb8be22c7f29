// Streamlit's theme and this project's palette as the colours that a canvas needs.

export const TICK = 13; // CSS pixels: numbers on an axis, and the smallest words on a canvas

/**
 * { text, background, font } of the theme, and of `own` each name with its colour, as "#rrggbb".
 *
 * @param {HTMLElement} element
 * @param {Record<string, string>} [own] names of ideas of explorer/page/palette.py, such as { gap: "kl" }; or colours that Python has said
 * @returns {Record<string, string>}
 */
export function readTheme(element, own = {}) {
  const style = getComputedStyle(element);
  const colour = (name, otherwise) => hex(style.getPropertyValue(name)) ?? otherwise;
  const mine = Object.entries(own).map(([name, idea]) => [name, idea.startsWith("#") ? idea : colour(`--le-${idea}`, "#808080")]);
  return {
    ...Object.fromEntries(mine),
    text: colour("--st-text-color", "#000000"),
    background: colour("--st-background-color", "#ffffff"),
    font: style.getPropertyValue("--st-font") || "sans-serif",
  };
}

/** A CSS colour as "#rrggbb", or null if it is none. */
function hex(colour) {
  const text = colour.trim();
  if (/^#[0-9a-f]{6}$/i.test(text)) return text;
  if (/^#[0-9a-f]{3}$/i.test(text)) return `#${[...text.slice(1)].map((digit) => digit + digit).join("")}`;
  const numbers = text.match(/[\d.]+/g);
  if (!numbers || numbers.length < 3) return null;
  return `#${numbers.slice(0, 3).map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
