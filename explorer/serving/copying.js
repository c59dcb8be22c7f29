// The buttons that copy code (explorer/page/code.py).

const SAID = 1500; // ms for which a button says that it has copied

/** Let every such button do so, now and later. */
export function copyCode() {
  addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest(".le-copy") : null;
    if (!(button instanceof HTMLElement) || button.dataset.says !== undefined) return;
    const { textContent } = button;
    await copy(button.parentElement?.querySelector("code")?.textContent ?? "");
    button.dataset.says = "";
    button.textContent = button.dataset.copied ?? "";
    setTimeout(() => {
      button.textContent = textContent;
      delete button.dataset.says;
    }, SAID);
  });
}

/** Put a text where Paste finds it. Browsers have a clipboard for pages on https and on this machine only; elsewhere it is selected and copied. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  return field.remove();
}
