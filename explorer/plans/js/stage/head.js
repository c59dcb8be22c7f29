// What the stage asks above the figure, where the plan's question is not the page's own; with the answers of a vote of the plan's own.

import { el } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
/** @import { Step } from "../player.js" */

const LABEL = '.st-key-le-question [data-testid="stWidgetLabel"] p';
const LETTERS = 26;

/**
 * Who asks in a step: the page its prediction ("page") or its check ("check"), or the plan its own question ("plan"). Where a prediction is
 * open, the plan's question follows it. A check that the page still covers is asked by the plan.
 *
 * @param {Pick<Step, "vote" | "ask">} step
 * @param {string} own the page's own question; "" where it has none
 * @param {boolean} check whether the page shows its check
 * @param {boolean} revealed
 * @returns {{ by: "page" | "check" | "plan", question: string, options: { key: string, text: string }[] }}
 */
export function asked({ vote, ask }, own, check, revealed) {
  const nothing = { question: "", options: [] };
  if (vote?.of === "check") return check ? { by: "check", ...nothing } : { by: "plan", question: ask, options: [] };
  if (vote?.of === "own") return { by: "plan", question: vote.question, options: vote.options };
  const same = !ask || plain(ask) === plain(own);
  if (own && (same || vote)) return { by: "page", ...nothing, question: revealed && !same ? ask : "" };
  return { by: "plan", question: ask, options: [] };
}

/** A question without what is around it, so that one written twice is one. */
function plain(text) {
  return text.replace(/[\u2019']/g, "'").replace(/\s+/g, " ").trim().toLowerCase();
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
   */
  show({ question, options }, right) {
    const shown = JSON.stringify([question, options, right]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = !question;
    this.question.textContent = question;
    this.options.hidden = !options.length;
    this.options.replaceChildren(
      ...options.map(({ key, text }, i) => {
        const letter = String.fromCharCode(65 + (i % LETTERS));
        const name = el("b", { "aria-label": fill(this.words["own-answer"], { letter }) }, letter);
        const item = el("li", { className: right && key === right ? "right" : "" }, name, text);
        if (right && key === right) item.append(el("span", { className: "unseen", textContent: this.words.right }));
        return item;
      }),
    );
  }
}
