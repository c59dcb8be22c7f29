// The own vote of a step for who goes alone: a sheet with the question and its answers, and once it is known which one is right.

import { el } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";

export class Vote {
  /**
   * @param {Record<string, string>} words the block `alone` of words.md
   * @param {(key: string) => Promise<string | null>} answer keeps an answer; tells why not, null where nobody told
   */
  constructor(words, answer) {
    this.words = words;
    this.answer = answer;
    this.question = el("legend");
    this.answers = el("fieldset", {}, this.question);
    this.verdict = el("p", { role: "status" });
    const close = el("button", { type: "button" }, words.close);
    close.addEventListener("click", () => this.sheet.close());
    this.sheet = el("dialog", { className: "sheet vote", "aria-label": words.vote }, this.answers, this.verdict, el("div", { className: "row" }, close));
    this.asked = "";
  }

  open() {
    this.sheet.showModal();
  }

  /**
   * @param {{ question: string, options: { key: string, text: string }[] }} vote
   * @param {{ answer: string, right: string, waits: boolean } | null | undefined} standing
   */
  show({ question, options }, standing) {
    const asked = JSON.stringify([question, options]);
    if (asked !== this.asked) this.#ask(question, options);
    this.asked = asked;
    const { answer = "", right = "", waits = false } = standing ?? {};
    for (const input of this.inputs) input.checked = input.value === answer;
    const text = options.find(({ key }) => key === right)?.text ?? "";
    this.say(verdict(this.words, { answer, right, waits }, text));
  }

  say(text) {
    if (this.verdict.textContent !== text) this.verdict.textContent = text;
  }

  async #keep(key) {
    const why = await this.answer(key);
    if (why !== "") this.say(why ?? this.words["not-kept"]);
  }

  #ask(question, options) {
    this.question.textContent = question;
    const rows = options.map(({ key, text }) => el("label", {}, el("input", { type: "radio", name: "answer", value: key }), el("span", {}, text)));
    this.answers.replaceChildren(this.question, ...rows);
    this.inputs = [...this.answers.querySelectorAll("input")];
    for (const input of this.inputs) input.addEventListener("change", () => this.#keep(input.value));
  }
}

/**
 * What is said of an answer.
 *
 * @param {Record<string, string>} words
 * @param {{ answer: string, right: string, waits: boolean }} standing
 * @param {string} text of the right answer
 */
export function verdict(words, { answer, right, waits }, text) {
  if (!answer) return "";
  if (!right) return waits ? words.waits : words.kept;
  return answer === right ? words.right : fill(words.wrong, { right: text.replace(/\.$/, "") });
}
