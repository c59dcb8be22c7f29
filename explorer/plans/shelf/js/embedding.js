// Copy link for embedding: what the page shows now as a frame for another site's page (docs/embedding.md).

import { placed } from "../../../browser/js/base.js";
import { el } from "../../../browser/js/dom.js";

const LEAVABLE = ["sidebar", "controls", "text"]; // what explorer/serving/framed/embed.js can leave out
const HEIGHT = 640; // px, room for most pages' pictures

/**
 * A frame as HTML.
 *
 * @param {string} address whole, of what it shows
 * @param {string} title for who hears the page
 * @param {string[]} hidden what it leaves out
 */
export function frame(address, title, hidden) {
  const orders = ["embed=true", ...(hidden.length ? [`hide=${hidden.join(",")}`] : [])].join("&");
  const source = `${address}${address.includes("?") ? "&" : "?"}${orders}`;
  return `<iframe src="${escaped(source)}" title="${escaped(title)}" width="100%" height="${HEIGHT}" style="border: 0" loading="lazy" allow="fullscreen"></iframe>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

/**
 * What the dialog has of it, folded.
 *
 * @param {Record<string, string>} words
 * @param {boolean} framed whether other sites may frame the pages
 * @param {string} address of the view, below where the app begins
 * @param {() => string} title
 */
export function embedding(words, framed, address, title) {
  const head = el("summary", { textContent: words.heading });
  if (!framed) return el("details", {}, head, el("p", { textContent: words.none }));
  const boxes = LEAVABLE.map((part) => el("input", { type: "checkbox", value: part, checked: part === "sidebar" }));
  const labels = boxes.map((box) => el("label", {}, box, words[box.value]));
  const button = el("button", { type: "button", textContent: words.copy });
  const told = el("p", { role: "status" });
  const written = el("textarea", { readOnly: true, rows: 3, hidden: true, "aria-label": words.copy });
  button.addEventListener("click", async () => {
    written.value = frame(placed(`./${address}`), title(), boxes.filter((box) => box.checked).map((box) => box.value));
    written.hidden = false;
    written.scrollIntoView({ block: "nearest" });
    written.select(); // what the clipboard does not take is there to be copied
    const copied = navigator.clipboard ? navigator.clipboard.writeText(written.value).then(() => true, () => false) : document.execCommand("copy");
    told.textContent = (await copied) ? words.copied : words.select;
  });
  return el("details", {}, head, el("fieldset", { className: "leave" }, el("legend", { textContent: words.leave }), ...labels), button, told, written);
}
