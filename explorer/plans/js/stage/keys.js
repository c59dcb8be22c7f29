// The keys of the stage. What somebody types, and the arrows of whoever moves a slider or the hand on a plane, are theirs; the keys of a clicker
// (Page Down, Page Up, and the full stop that blanks the screen) turn pages there too, but in no field for text.

/** @typedef {"next" | "back" | "reveal" | "vote" | "discuss" | "blank" | "zoom" | "notes" | "full" | "keys" | "more" | "join" | "return" | "out"} Act */

/** @type {Record<string, Act>} */
const ACTS = {
  ArrowRight: "next",
  PageDown: "next",
  ArrowLeft: "back",
  PageUp: "back",
  r: "reveal",
  v: "vote",
  d: "discuss",
  b: "blank",
  ".": "blank",
  z: "zoom",
  n: "notes",
  f: "full",
  m: "more",
  j: "join",
  "?": "keys",
  Escape: "out",
};
const SHARED = /^(Arrow|Escape)/; // the page's own first
const TURNS = ["PageDown", "PageUp"];
const CLOSED = 'select, [role="combobox"][aria-expanded="false"]'; // a box whose list is not open
const TYPED = 'textarea, [contenteditable]:not([contenteditable="false"]), [role="combobox"], [role="listbox"], input:not([type="range"], [type="radio"], [type="checkbox"], [type="button"])';
const MOVED = 'input, [role="slider"], [role="radio"], [role="radiogroup"], [role="tab"], [role="option"], [role="menuitem"], canvas[tabindex], svg[tabindex], [data-testid="latent-plane"]';

/**
 * What a key asks for; null where it is not the stage's.
 *
 * @param {{ key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, defaultPrevented?: boolean }} event
 * @param {"text" | "hand" | ""} target what has the keyboard: a field for text, something that arrows move, or neither
 * @returns {Act | null}
 */
export function actOf({ key, ctrlKey, metaKey, altKey, defaultPrevented }, target) {
  if (ctrlKey || metaKey || altKey) return null;
  if (TURNS.includes(key)) return target === "text" ? null : ACTS[key];
  if (defaultPrevented) return null;
  if (target === "text" || (target === "hand" && key.startsWith("Arrow"))) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  return Object.hasOwn(ACTS, name) ? ACTS[name] : null;
}

/**
 * What the keyboard is on.
 *
 * @param {EventTarget | undefined} element the innermost, through shadow roots
 */
function targetOf(element) {
  if (!(element instanceof Element)) return "";
  if (element.closest(CLOSED)) return "hand";
  return element.closest(TYPED) ? "text" : element.closest(MOVED) ? "hand" : "";
}

/**
 * Hear the keys: arrows and Escape after whatever is on the page, the others before it, since Streamlit draws the page anew for an "r".
 *
 * @param {(act: Act, event: KeyboardEvent) => boolean} act returns whether it has used the key
 */
export function listen(act) {
  const hear = (first) => (event) => {
    if (SHARED.test(event.key) === first || event.isComposing) return;
    const asked = actOf(event, targetOf(event.composedPath()[0]));
    if (!asked || (event.repeat && asked !== "next" && asked !== "back")) return;
    if (!act(asked, event)) return;
    event.preventDefault();
    if (first) event.stopImmediatePropagation();
  };
  addEventListener("keydown", hear(true), { capture: true });
  addEventListener("keydown", hear(false));
}
