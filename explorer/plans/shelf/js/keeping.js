// The button that keeps what the page shows. What it opens (keep.js) comes when it is pressed.

/**
 * @param {Record<string, string>} words
 * @param {{ code: string, base: string }} by address of that code, and the path below which the app is served
 */
export function keepable(words, { code, base }) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "le-keep", title: words.keep, textContent: words.keep });
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", async () => {
    try {
      const { keepView } = await import(new URL(code, location.origin).href);
      await keepView(base);
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
