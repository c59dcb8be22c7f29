// The teacher's sheet for votes: on the question of the page, or on one of the teacher's own; then its steps, from open to revealed. The class
// may look at this very screen, so how it has voted is not on it before it is shown to all.

import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { Ballot } from "./ballot.js";
import { questionsOf, revealOn } from "./questions.js";

const [FEWEST, MOST] = [2, 6]; // answers of a question of one's own
const SECONDS = 60; // of a discussion
const [LOW, HIGH] = [0.3, 0.7]; // shares of right answers between which a discussion teaches most (Crouch and Mazur 2001)
/** What can be done in each state of a vote, the likeliest first; what only the first round has stands in ONCE. */
const STEPS = {
  open: ["shut", "show"],
  shut: ["show", "discuss", "again", "reveal"],
  shown: ["discuss", "again", "reveal"],
  discuss: ["again", "reveal"],
  revealed: ["close"],
};
const ONCE = ["discuss", "again"];

export class VotePanel {
  /**
   * @param {import("./link.js").Link} link
   * @param {Record<string, Record<string, string>>} words
   * @param {(what: string, body: object) => Promise<boolean>} steer
   */
  constructor(link, words, steer) {
    this.link = link;
    this.words = words["bar-vote"];
    this.steer = steer;
    this.counts = null;
    this.ballot = new Ballot(words.ballot, { now: () => link.now() });
    this.hint = el("p", { className: "hint" });
    this.buttons = el("div", { className: "row" });
    this.running = el("div", { className: "running" }, this.ballot.element, this.hint, this.buttons);
    this.here = el("div");
    this.asking = el("div", { className: "asking" }, this.here, this.#form());
    this.element = el("div", {}, this.asking, this.running);
    link.on("counts", (counts) => {
      this.counts = counts;
      this.show();
    });
  }

  /** Look what questions this page has: its prediction, and its check. */
  look() {
    const found = questionsOf(document).flatMap((question, i) => {
      const take = el("button", { type: "button", className: i ? "" : "main", textContent: this.words.open });
      take.addEventListener("click", () => this.#open(question));
      return [el("p", { className: "question", textContent: question.question }), take];
    });
    const none = el("p", { className: "question", textContent: this.words.none });
    this.here.replaceChildren(el("h2", { textContent: this.words.here }), ...(found.length ? found : [none]));
    this.show();
  }

  show() {
    const { ballot } = this.link.state;
    const inside = (element) => element.contains(/** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement);
    const asked = inside(this.asking);
    const ran = inside(this.running);
    this.asking.hidden = Boolean(ballot);
    this.running.hidden = !ballot;
    if (!ballot) {
      this.ballot.close();
      this.shown = "";
      if (ran) /** @type {HTMLElement} */ (this.asking.querySelector("button, input")).focus();
      return;
    }
    this.ballot.show(ballot, { said: this.counts && { ...this.counts, counts: null } });
    const half = this.#half(ballot);
    this.hint.textContent = half ? fill(this.words.half, { low: LOW, high: HIGH }) : "";
    const shown = JSON.stringify([ballot.id, ballot.state, ballot.round, half]);
    if (shown === this.shown) return;
    this.shown = shown;
    const steps = (STEPS[ballot.state] ?? []).filter((step) => ballot.round === 1 || !ONCE.includes(step));
    const all = ballot.state === "revealed" ? steps : [...steps, "close"];
    const first = half && all.includes("discuss") ? "discuss" : all[0];
    this.buttons.replaceChildren(...all.map((step) => this.#step(step, step === first, ballot)));
    if (asked || ran) /** @type {HTMLElement} */ (this.buttons.firstChild).focus();
  }

  /** Whether about half of the class are right, before they have talked. */
  #half(ballot) {
    const said = this.counts;
    const right = said?.right;
    if (!right || ballot.round > 1 || !["shut", "shown"].includes(ballot.state) || said?.ballot !== ballot.id || !said.counts) return false;
    const total = Object.values(said.counts).reduce((sum, count) => sum + count, 0);
    const share = (said.counts[right] ?? 0) / total;
    return share >= LOW && share <= HIGH;
  }

  #step(step, first, ballot) {
    const button = el("button", { type: "button", className: first ? "main" : "", textContent: this.words[step] });
    button.addEventListener("click", async () => {
      const done = await this.steer("ballot", step === "discuss" ? { do: step, seconds: SECONDS } : { do: step });
      if (done && step === "reveal") revealOn(document, ballot.topic);
      if (done && step === "close") this.steer("stage", { stage: "page" });
    });
    return button;
  }

  async #open(question) {
    if (!(await this.steer("ballot", { do: "open", ...question }))) return false;
    this.steer("stage", { stage: "ballot" });
    return true;
  }

  /** A question of the teacher's own, with two to six answers. */
  #form() {
    const { words } = this;
    const question = el("input", { type: "text", required: true, maxLength: 400, autocomplete: "off" });
    const answers = el("div", { className: "answers" });
    const more = el("button", { type: "button", className: "quiet", textContent: words.more });
    const add = () => {
      const name = fill(words.answer, { which: answers.children.length + 1 });
      answers.append(el("input", { type: "text", maxLength: 120, autocomplete: "off", placeholder: name, "aria-label": name }));
      more.hidden = answers.children.length >= MOST;
    };
    while (answers.children.length < FEWEST) add();
    more.addEventListener("click", () => {
      add();
      /** @type {HTMLElement} */ (answers.lastChild).focus();
    });
    const go = el("button", { type: "submit", textContent: words.ask });
    const form = el("form", {}, el("h2", { textContent: words.own }), el("label", {}, words.question, question), answers, el("div", { className: "row" }, go, more));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = /** @type {HTMLInputElement[]} */ ([...answers.children]);
      const texts = fields.map(({ value }) => value.trim()).filter(Boolean);
      const options = texts.map((text, i) => ({ key: `a${i + 1}`, text }));
      if (!(await this.#open({ topic: "", question: question.value, options, right: "" }))) return;
      form.reset();
      while (answers.children.length > FEWEST) answers.lastChild.remove();
      more.hidden = false;
    });
    return form;
  }
}
