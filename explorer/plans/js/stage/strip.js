// The strip at the foot of the stage: which step is on, the clock, the votes of a class, and buttons for who has a mouse or a reader that speaks.

import { el } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
import { spaced } from "../../../classroom/js/stage.js";
/** @import { Act } from "./keys.js" */
/** @import { Player } from "../player.js" */

export class Strip {
  /**
   * @param {Record<string, string>} words the block `stage` of words.md
   * @param {(act: Act) => void} act
   */
  constructor(words, act) {
    this.words = words;
    this.title = el("b");
    this.number = el("span", { className: "number" });
    this.clock = el("span", { className: "clock" });
    this.votes = el("span", { className: "votes", hidden: true });
    this.spoken = el("p", { className: "unseen", role: "status", "aria-live": "polite" });
    const button = (name, key, mark = "") => {
      const made = el("button", { type: "button", title: `${words[`key-${name}`]} (${key})`, className: name }, mark || words[name]);
      made.setAttribute("aria-label", words[name]);
      made.setAttribute("aria-keyshortcuts", key);
      made.addEventListener("click", () => act(/** @type {Act} */ (name)));
      return made;
    };
    this.back = button("back", "ArrowLeft", "\u2190");
    this.next = button("next", "ArrowRight", "\u2192");
    this.reveal = button("reveal", "R");
    this.more = button("more", "M");
    this.join = button("join", "J");
    const keys = button("keys", "?", "?");
    this.return = el("button", { type: "button", className: "main", hidden: true });
    this.return.addEventListener("click", () => act("return"));
    const where = el("p", { className: "where" }, this.number, this.title);
    this.element = el(
      "section",
      { className: "strip", role: "region", "aria-label": words.region },
      where,
      this.return,
      el("span", { className: "gap" }),
      this.votes,
      this.clock,
      this.join,
      this.reveal,
      this.more,
      keys,
      this.back,
      this.next,
      this.spoken,
    );
  }

  /**
   * @param {Player} player
   * @param {{ minute: number, due: number, late: number }} clock
   * @param {{ revealable: boolean, unfolded: boolean, astray: boolean, note: string, code: string, gaveWay: boolean, vote: { answered: number, of: number, state: string } | null }} state
   */
  show({ plan, step, now }, { minute, due, late }, { revealable, unfolded, astray, note, code, gaveWay, vote }) {
    const { words } = this;
    write(this.number, fill(words.step, { n: step + 1, of: plan.steps.length }));
    write(this.title, now.title);
    const off = late > 0 ? fill(words.late, { count: late }) : late < 0 ? fill(words.early, { count: -late }) : "";
    write(this.clock, [fill(words.clock, { minute, minutes: plan.minutes }), off].filter(Boolean).join(" \u00b7 "));
    this.clock.classList.toggle("late", late > 0);
    this.clock.title = fill(words.due, { n: due + 1 });
    this.back.disabled = step === 0;
    this.next.disabled = step === plan.steps.length - 1;
    this.next.title = this.next.disabled ? words.last : words["key-next"];
    this.reveal.disabled = !revealable;
    write(this.more, unfolded ? words.less : words.more);
    this.more.setAttribute("aria-label", this.more.textContent);
    this.more.setAttribute("aria-pressed", String(unfolded));
    this.return.hidden = !astray;
    write(this.return, fill(words.return, { n: step + 1 }));
    this.join.hidden = !code;
    write(this.join, fill(words.join, { code: spaced(code) }));
    this.join.setAttribute("aria-label", this.join.textContent);
    this.votes.hidden = !vote && !gaveWay && !note;
    if (note) write(this.votes, note);
    else if (gaveWay) write(this.votes, words["gave-way"]);
    else if (vote?.state === "discuss") write(this.votes, words.discuss);
    else if (vote) write(this.votes, fill(words[vote.state], { answered: vote.answered, of: vote.of }));
  }

  /** Say to whoever cannot see. */
  say(sentence) {
    write(this.spoken, sentence);
  }
}

/** Text is written where it is another one: a reader that speaks would say it again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
