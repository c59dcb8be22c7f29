// What opens over the stage: the keys, the question whether to leave, and the blank screen.

import { el } from "../../../browser/js/dom.js";

const KEYS = [
  ["next", "\u2192", "Page Down"],
  ["back", "\u2190", "Page Up"],
  ["reveal", "R"],
  ["vote", "V"],
  ["discuss", "D"],
  ["blank", "B", "."],
  ["zoom", "Z"],
  ["more", "M"],
  ["join", "J"],
  ["notes", "N"],
  ["full", "F"],
  ["keys", "?"],
  ["out", "Esc"],
];

export class Sheets {
  /**
   * @param {Record<string, string>} words
   * @param {() => void} leave
   */
  constructor(words, leave) {
    const rows = KEYS.map(([name, ...keys]) =>
      el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", { textContent: key }))), el("dd", { textContent: words[`key-${name}`] })),
    );
    const button = (textContent, act, className = "") => {
      const made = el("button", { type: "button", textContent, className });
      made.addEventListener("click", act);
      return made;
    };
    const close = () => this.close();
    this.keys = el("dialog", { className: "sheet", "aria-label": words.help }, el("dl", {}, ...rows), el("p", { textContent: words.theirs }), button(words.close, close, "main"));
    const ways = el("div", { className: "row" }, button(words.go, leave, "main"), button(words.stay, close));
    this.leaving = el("dialog", { className: "sheet", "aria-label": words.leave }, el("h2", { textContent: words.leave }), el("p", { textContent: words["leave-why"] }), ways);
    this.blank = el("button", { type: "button", className: "blank", "aria-label": words.blank, hidden: true });
    this.blank.addEventListener("click", () => (this.blank.hidden = true));
    this.elements = [this.keys, this.leaving, this.blank];
  }

  /** The sheet that is open, if one is. */
  get open() {
    return [this.keys, this.leaving].find((sheet) => sheet.open);
  }

  close() {
    this.open?.close();
  }

  toggleKeys() {
    if (this.keys.open) this.close();
    else this.#show(this.keys);
  }

  askToLeave() {
    this.#show(this.leaving);
  }

  #show(sheet) {
    this.close();
    sheet.showModal();
  }
}
