// The name on what a student hands in: it is put on the page and into the file here, in the browser, and goes nowhere else.

const NAME = "\u2026\u2026\u2026\u2026"; // where the file has room for it (explorer/plans/course/export.py)

/** Have the field, the button that prints and the link to the file work. */
export function begin() {
  const field = /** @type {HTMLInputElement} */ (document.getElementById("name"));
  const written = /** @type {HTMLElement} */ (document.getElementById("written"));
  const file = /** @type {HTMLAnchorElement} */ (document.getElementById("file"));
  const show = () => (written.textContent = field.value.trim() || NAME);
  field.addEventListener("input", show);
  show();
  document.getElementById("print")?.addEventListener("click", () => print());
  file.addEventListener("click", async (event) => {
    if (!field.value.trim()) return; // the browser saves the file as it is
    event.preventDefault();
    const text = await (await fetch(file.href)).text();
    save(named(text, field.value), decodeURIComponent(file.pathname.split("/").pop() ?? ""));
  });
}

/**
 * The file with a name in it, which is a name and nothing else: signs that mark something up in Markdown are shown as they are.
 *
 * @param {string} text
 * @param {string} name
 */
export function named(text, name) {
  const plain = name.trim().replace(/\s+/g, " ").replace(/[!-/:-@[-`{-~]/g, "\\$&");
  return text.replace(NAME, () => plain);
}

/**
 * @param {string} text
 * @param {string} name
 */
function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
