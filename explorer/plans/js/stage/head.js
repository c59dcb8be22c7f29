// What the stage asks above the figure, where the plan's question is not the page's own; with the answers of a vote of the plan's own.

import { el } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
import { share } from "../../../classroom/js/tally.js";
/** @import { Step } from "../player.js" */

const LABEL = '.st-key-le-question [data-testid="stWidgetLabel"] p';
const LETTERS = 26;

/**
 * Who asks in a step: the page its prediction ("page") or its check ("check"), or the plan its own question ("plan"). Where the plan asks
 * another question than the page's prediction, it stands above it, and in its place once that is answered. A check that the page still covers is asked by the plan.
 *
 * @param {Pick<Step, "vote" | "ask">} step
 * @param {string} own the page's own question; "" where it has none
 * @param {boolean} check whether the page shows its check
 * @returns {{ by: "page" | "check" | "plan", question: string, options: { key: string, text: string }[] }}
 */
export function asked({ vote, ask }, own, check) {
  const nothing = { question: "", options: [] };
  if (vote?.of === "check") return check ? { by: "check", ...nothing } : { by: "plan", question: ask, options: [] };
  if (vote?.of === "own") return { by: "plan", question: vote.question, options: vote.options };
  const same = !ask || plain(own).includes(plain(ask));
  if (own && (same || vote)) return { by: "page", ...nothing, question: same ? "" : ask };
  return { by: "plan", question: ask, options: [] };
}

/** A question without what is around it, so that one written twice, or with more words, is one. */
function plain(text) {
  return text.replace(/[\u2019']/g, "'").replace(/\s+/g, " ").trim().replace(/\?$/, "").toLowerCase();
}

/**
 * Choose the right answer to the page's check, so that the page says why it is right.
 *
 * @param {{ options: { key: string }[], right: string }} vote
 */
export function answerCheck({ options, right }) {
  const inputs = document.querySelectorAll('.st-key-le-check [role="radiogroup"] input');
  const input = inputs[options.findIndex(({ key }) => key === right)];
  if (input instanceof HTMLInputElement && !input.checked) input.click();
}

/** Whether the page shows its check. */
export function hasCheck() {
  return document.querySelector(".st-key-le-check") !== null;
}

/** The page's own question, as it stands there; "" where there is none. */
export function ownQuestion() {
  const label = document.querySelector(LABEL);
  const bold = label?.querySelector("strong")?.textContent ?? "";
  return (label?.textContent ?? "").slice(bold.length).trim();
}

export class Head {
  /**
   * @param {Record<string, string>} words
   */
  constructor(words) {
    this.words = words;
    this.question = el("p", { className: "question" });
    this.options = el("ol", { className: "options" });
    this.element = el("header", { className: "head", hidden: true }, this.question, this.options);
    this.shown = "";
  }

  /**
   * @param {{ question: string, options: { key: string, text: string }[] }} what
   * @param {string} right key of the answer that is shown to be right; "" while it is covered
   * @param {{ options: { key: string, text: string }[], rounds: any[], right: string, words: Record<string, string> } | null} [result] how the class has voted
   */
  show({ question, options }, right, result = null) {
    const shown = JSON.stringify([question, options, right, result]);
    if (shown === this.shown) return;
    this.shown = shown;
    if (result) right ||= result.right;
    const answers = result?.options ?? options;
    this.element.hidden = !question && !answers.length;
    this.question.textContent = question;
    this.question.hidden = !question;
    this.options.hidden = !answers.length;
    this.options.classList.toggle("counted", result !== null);
    this.options.replaceChildren(
      ...answers.map(({ key, text }, i) => {
        const letter = String.fromCharCode(65 + (i % LETTERS));
        const name = el("b", { "aria-label": fill(this.words["own-answer"], { letter }) }, letter);
        const item = el("li", { className: right && key === right ? "right" : "" }, name, text);
        if (right && key === right) item.append(el("span", { className: "unseen", textContent: this.words.right }));
        if (result) item.append(bars(key, result));
        return item;
      }),
    );
  }
}

/** A bar for each round: how much of the class gave that answer. */
function bars(key, { rounds, words }) {
  const each = rounds.map((round, i) => {
    const part = share(round, key);
    const values = { n: round.counts[key] ?? 0, share: part };
    const said = rounds.length > 1 ? fill(words["figure-round"], { ...values, name: words[i ? "second" : "first"] }) : fill(words.figure, values);
    const bar = el("i");
    bar.style.width = `${100 * part}%`;
    return el("span", { className: "bar" }, el("span", { className: "track" }, bar), said);
  });
  return el("span", { className: "bars" }, ...each);
}
