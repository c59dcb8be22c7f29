// The button that keeps what the page shows. What it opens (keep.js) comes when it is pressed.

import { placed } from "../../../browser/js/base.js";

/**
 * @param {Record<string, string>} words
 * @param {string} code address of that code
 */
export function keepable(words, code) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "le-keep", title: words.keep, textContent: words.keep });
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", async () => {
    try {
      const { keepView } = await import(placed(code));
      await keepView();
    } catch (error) {
      refuse(words);
      console.warn(error);
    }
  });
  return button;
}

/** Say that nothing can be kept now, with what every browser has: neither the dialog's code nor its looks may be here. */
function refuse(words) {
  const said = Object.assign(document.createElement("p"), { textContent: words.failed });
  const close = Object.assign(document.createElement("button"), { textContent: words.close, autofocus: true });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  const dialog = Object.assign(document.createElement("dialog"), { className: "le-keep-failed", ariaLabel: words.keep });
  form.append(said, close);
  dialog.append(form);
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) dialog.style.colorScheme = getComputedStyle(app).colorScheme;
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
