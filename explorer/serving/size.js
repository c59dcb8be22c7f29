// The size for a projector: everything 1.3 times as large. An address with ?size=projector asks for it, ?size=usual takes it back, and so does
// the switch below the side bar; this browser remembers.

const KEPT = "le-size";
const PROJECTOR = "projector";
const LETTERS = { [PROJECTOR]: "130%" }; // of the root, which all sizes follow

/** @type {string | null} */
let told = null;

/**
 * Be as large as the address says, or as this browser was before, and give the switch.
 *
 * @param {Record<string, string>} words
 */
export function sized(words) {
  const address = new URL(location.href);
  const asked = address.searchParams.get("size");
  if (asked !== null) {
    keep(asked);
    address.searchParams.delete("size"); // an order to this browser, no part of what a page shows
    history.replaceState(history.state, "", address);
  }
  const button = Object.assign(document.createElement("button"), { type: "button", className: "le-size", textContent: "Aa", title: words.larger });
  button.setAttribute("aria-label", words.larger);
  button.addEventListener("click", () => {
    keep(kept() === PROJECTOR ? "" : PROJECTOR);
    show(button);
    dispatchEvent(new Event("resize")); // what kept its size has other letters now
  });
  show(button);
  return button;
}

/** @param {HTMLElement} button */
function show(button) {
  const { style } = document.documentElement;
  const letters = Object.hasOwn(LETTERS, kept()) ? LETTERS[kept()] : "";
  if (letters) style.setProperty("font-size", letters, "important");
  else style.removeProperty("font-size");
  button.setAttribute("aria-pressed", String(Boolean(letters)));
}

/** The size that this browser was told, here or before. */
function kept() {
  if (told !== null) return told;
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // it keeps nothing
  }
}

/** @param {string} size */
function keep(size) {
  told = Object.hasOwn(LETTERS, size) ? size : "";
  try {
    localStorage.setItem(KEPT, told);
  } catch {
    // then it is of this size until it leaves
  }
}
