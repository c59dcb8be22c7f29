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
      button.title = words.keep;
    } catch (error) {
      button.title = words.failed;
      console.warn(error);
    }
  });
  return button;
}
