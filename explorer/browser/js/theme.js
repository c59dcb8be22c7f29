// Streamlit's theme as the colours that a canvas needs; `own` are the ones that mean something here.

/** { text, background, font, mark, warning }, colours as "#rrggbb". */
export function readTheme(element, own) {
  const style = getComputedStyle(element);
  const colour = (name, otherwise) => hex(style.getPropertyValue(name)) ?? otherwise;
  return {
    ...own,
    text: colour("--st-text-color", "#101418"),
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
