// The search across pages and terms, and what a term says where it stands.

import { ranked } from "./ranking.js";
import { STYLE } from "./style.js";

/**
 * @param {import("./ranking.js").Index & { words: Record<string, string> }} index
 * @param {(address: string) => void} go turns to a page
 */
export function lookUp(index, go) {
  const sheet = document.createElement("style");
  sheet.textContent = STYLE;
  document.head.append(sheet);
  return { search: searching(index, go), explain: explaining(index) };
}

/** Be as light or dark as the app, which stands beside in the document. */
function themed({ style }) {
  style.colorScheme = getComputedStyle(part(document, '[data-testid="stApp"]')).colorScheme;
}

/** @returns {any} the first element of that name below another */
function part(element, name) {
  return element.querySelector(name);
}

/** A dialog with a field and what it finds: the pattern "combobox with a list" of the ARIA Authoring Practices Guide. */
function searching(index, go) {
  const { words } = index;
  const dialog = document.createElement("dialog");
  dialog.className = "le-asked";
  dialog.setAttribute("aria-label", words.find);
  dialog.innerHTML = `<div><input type="text" role="combobox" aria-expanded="true" aria-controls="le-found" aria-autocomplete="list"
    autocomplete="off" spellcheck="false"><button type="button"></button></div><ul id="le-found" role="listbox"></ul><p role="status"></p>`;
  const [field, close, list, status] = ["input", "button", "ul", "p"].map((name) => part(dialog, name));
  field.placeholder = words.find;
  field.setAttribute("aria-label", words.find);
  close.textContent = words.close;
  list.setAttribute("aria-label", words.results);
  document.body.append(dialog);
  let found = [];
  let chosen = 0;

  const choose = (i) => {
    chosen = (i + found.length) % (found.length || 1);
    [...list.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === chosen)));
    if (found.length === 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", `le-found-${chosen}`);
    return list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const show = () => {
    found = ranked(index, field.value);
    list.replaceChildren(
      ...found.map(({ title, about, kind }, i) => {
        const item = document.createElement("li");
        item.id = `le-found-${i}`;
        item.setAttribute("role", "option");
        for (const [name, text] of [["b", title], ["small", kind ?? words.term], ["span", about]]) {
          item.append(Object.assign(document.createElement(name), { textContent: text }));
        }
        return item;
      }),
    );
    status.textContent = found.length === 0 ? words.nothing : "";
    choose(0);
  };
  const turn = (i) => {
    if (!found[i]) return;
    dialog.close();
    go(found[i].address);
  };
  field.addEventListener("input", show);
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the page behind has keys of its own
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if (event.key === "Enter" && event.target === field) turn(chosen);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", ({ target }) => turn([...list.children].findIndex((item) => item.contains(target))));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
  return () => {
    if (dialog.open) return;
    field.value = "";
    show();
    themed(dialog);
    dialog.showModal();
    field.focus();
  };
}

/** Two sentences and a formula beside a term, until something else is pressed. */
function explaining(index) {
  const terms = new Map(index.terms.map((term) => [term.key, term]));
  const box = document.createElement("div");
  box.id = "le-term";
  box.className = "le-term";
  box.popover = "auto";
  box.tabIndex = -1; // a press on it leaves it open
  document.body.append(box);
  let asked = null;
  const leave = () => box.matches(":popover-open") && box.hidePopover();
  const outside = (node) => !(node instanceof Node && box.contains(node));
  addEventListener("scroll", ({ target }) => outside(target) && leave(), { capture: true, passive: true });
  box.addEventListener("toggle", ({ newState }) => newState === "closed" && asked?.removeAttribute("aria-describedby"));

  return (link) => {
    const term = terms.get(link.hash.slice(1));
    if (!term) return;
    leave();
    asked = link;
    box.innerHTML = `<b></b><p></p><div>${term.formula}</div><a></a>`;
    const [title, text, more] = ["b", "p", "a"].map((name) => part(box, name));
    title.textContent = term.title;
    text.textContent = term.text;
    more.textContent = index.words.more;
    more.href = link.href;
    link.setAttribute("aria-describedby", box.id);
    link.addEventListener("blur", ({ relatedTarget }) => outside(relatedTarget) && leave(), { once: true });
    themed(box);
    box.showPopover();
    const { left, top, bottom } = link.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const below = bottom + 6 + height <= innerHeight || top < height;
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    box.style.top = `${below ? bottom + 6 : top - height - 6}px`;
  };
}
