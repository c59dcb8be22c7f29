// The steps of a plan: a list that its owner puts in order, by hand or by keyboard. A press answers at once; Python then says how the plan is.

import { calm, el } from "../../browser/js/dom.js";
import { living } from "../../browser/js/life.js";
import { fill } from "../../browser/js/words.js";

const FORM = ".st-key-plan-step"; // the fields of the step that is edited, which Streamlit draws
const COMES = 300; // ms until they are there

export const render = living(".plan-steps", (root) => new Steps(root));

/** @typedef {{ title: string, page: string, from: number, minutes: number, picture: string }} Step */

class Steps {
  constructor(root) {
    this.root = root;
    this.list = el("ol");
    this.spoken = el("p", { className: "unseen", role: "status" });
    this.reports = 0;
    /** @type {Step[]} */
    this.steps = [];
    this.chosen = 0; // the number of the step that was pressed to be edited, until it is
    this.edited = 0; // the number of the step that is edited, from 1; 0 for none
    this.own = false;
    this.drawn = "";
    /** @type {Record<string, string>} */
    this.words = {};
    /** @type {(name: string, value: object) => void} */
    this.setStateValue = () => {};
    root.replaceChildren(this.list, this.spoken);
  }

  update({ steps, edited, own, words }, setStateValue) {
    Object.assign(this, { steps, edited, own, words, setStateValue });
    if (edited && edited === this.chosen) showForm();
    this.chosen = 0;
    const now = JSON.stringify([steps, edited, own]);
    if (now !== this.drawn) this.#draw();
    this.drawn = now;
  }

  end() {
    this.root.replaceChildren();
  }

  /** All of it anew; who had the keyboard on a button of a step has it there again, wherever the step is now. */
  #draw(focus = this.#focused()) {
    let from = 0;
    const rows = this.steps.map((step, at) => {
      const row = this.#row(step, at, from);
      from += step.minutes;
      return row;
    });
    this.list.replaceChildren(...rows);
    if (!focus) return;
    const row = rows[Math.min(focus.at, rows.length - 1)];
    /** @type {HTMLElement | null} */
    const wanted = row.querySelector(`[data-do="${focus.do}"]:not(:disabled)`) ?? row.querySelector("button:not(:disabled)");
    wanted?.focus();
  }

  /** @param {Step} step */
  #row(step, at, from) {
    const { words } = this;
    const number = String(at + 1);
    const picture = step.picture
      ? el("img", { src: step.picture, alt: "", width: 480, height: 270, loading: "lazy" })
      : el("span", { className: "none", textContent: number });
    const minutes = fill(words.when, { from: String(from), to: String(from + step.minutes) });
    const when = el("small", { textContent: step.page ? `${minutes} \u00b7 ${step.page}` : minutes });
    const what = el("span", { className: "what" }, el("b", { textContent: `${number}. ${step.title}` }), when);
    if (!this.own) return el("li", {}, el("div", { className: "step" }, picture, what));
    const open = el("button", { type: "button", className: "step", "data-do": "edit", "aria-pressed": this.edited === at + 1 }, picture, what);
    open.addEventListener("click", () => {
      this.chosen = at + 1;
      this.#report({ do: "edit", at });
    });
    const button = (does, sign, name, act, off) => {
      const made = el("button", { type: "button", className: "act", textContent: sign, title: words[name], "data-do": does, disabled: off });
      made.setAttribute("aria-label", fill(words[`${name}_step`], { title: step.title }));
      made.addEventListener("click", act);
      return made;
    };
    return el("li", {}, open,
      button("up", "\u2191", "up", () => this.#move(at, at - 1, "up"), at === 0),
      button("down", "\u2193", "down", () => this.#move(at, at + 1, "down"), at === this.steps.length - 1),
      button("remove", "\u00d7", "remove", () => this.#report({ do: "remove", at }), this.steps.length === 1),
    );
  }

  #move(at, to, does) {
    this.steps.splice(to, 0, ...this.steps.splice(at, 1));
    if (this.edited === at + 1) this.edited = to + 1;
    else if (this.edited === to + 1) this.edited = at + 1;
    this.spoken.textContent = fill(this.words.moved, { title: this.steps[to].title, number: String(to + 1) });
    this.#draw({ at: to, do: does });
    this.#report({ do: "move", at, to });
  }

  #report(what) {
    this.reports += 1;
    this.setStateValue("report", { ...what, count: this.reports });
  }

  /** @returns {{ at: number, do: string } | null} where the keyboard is */
  #focused() {
    const root = /** @type {ShadowRoot | Document} */ (this.root.getRootNode());
    const button = root.activeElement;
    const at = [...this.list.children].findIndex((row) => row.contains(button));
    return button instanceof HTMLElement && at >= 0 ? { at, do: button.dataset.do } : null;
  }
}

/** On a phone the fields of a step stand below the list: bring them into sight when they have come. */
function showForm() {
  if (!matchMedia("(max-width: 640px)").matches) return;
  setTimeout(() => document.querySelector(FORM)?.scrollIntoView({ behavior: calm() ? "auto" : "smooth" }), COMES);
}
