// A ballot on the screen: its question, its answers to choose among, the clock of a discussion, and how the class has voted once that is shown.

import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { clock, left, letter, moves, rounds, share } from "./tally.js";

const TICK = 250; // ms between two looks at the clock

export class Ballot {
  /**
   * @param {Record<string, string>} words the block `ballot` of words.md
   * @param {object} [by]
   * @param {((choice: string) => void) | null} [by.vote] called with the answer that was tapped; without it nobody votes here
   * @param {() => number} [by.now] the server's time in milliseconds
   */
  constructor(words, { vote = null, now = Date.now } = {}) {
    this.words = words;
    this.vote = vote;
    this.now = now;
    this.heading = el("p", { className: "cl-stand" });
    this.clock = el("p", { className: "cl-clock", role: "timer", "aria-live": "off", hidden: true });
    this.question = el("h2", { className: "cl-question", id: "cl-question", tabIndex: -1 });
    this.list = el("div", { className: "cl-options", "aria-labelledby": "cl-question" });
    this.moved = el("p", { className: "cl-moved", hidden: true });
    this.status = el("p", { className: "cl-status", role: vote ? "status" : null }); // how many have voted is not said at every vote
    const head = el("div", { className: "cl-head" }, this.heading, this.clock);
    this.element = el("section", { className: "cl-ballot" }, head, this.question, this.list, this.moved, this.status);
    /** @type {Map<string, ReturnType<Ballot["option"]>>} */
    this.options = new Map();
  }

  /**
   * Show a ballot as it is now.
   *
   * @param {any} ballot of the room's state
   * @param {object} [now]
   * @param {any} [now.said] the newest word "counts"
   * @param {Record<number, string>} [now.mine] what this browser has chosen, by round
   * @param {string} [now.status] a line on what became of it
   * @param {boolean} [now.may] whether this browser has a vote
   */
  show(ballot, { said = null, mine = {}, status = "", may = true } = {}) {
    const { words } = this;
    const open = ballot.state === "open" && may && Boolean(this.vote);
    const seen = rounds(ballot, said);
    this.element.dataset.state = ballot.state;
    this.heading.textContent = words[ballot.state === "open" && ballot.round > 1 ? "again" : ballot.state];
    const focused = this.list.contains(/** @type {Document} */ (this.element.getRootNode()).activeElement);
    const other = this.id !== ballot.id;
    if (other) this.#renew(ballot);
    this.list.setAttribute("role", this.vote ? "radiogroup" : "list");
    const own = mine[ballot.round] ?? (open ? undefined : mine[ballot.round - 1]);
    for (const option of this.options.values()) option.show({ open, seen, mine, own, right: ballot.right });
    if (focused && (other || !open)) this.question.focus(); // its answers take no keys any more
    const { moved, others, stayed } = moves(ballot.state === "revealed" ? ballot.moved : null);
    this.moved.hidden = !moved.length && !stayed;
    if (!this.moved.hidden) this.moved.textContent = this.#movement(moved, others, stayed);
    const of = said?.ballot === ballot.id && said.round === ballot.round ? said : null;
    const answered = of && !this.vote ? fill(words.answered, { answered: of.answered, of: of.of }) : "";
    const line = this.vote ? status : answered;
    if (this.status.textContent !== line) this.status.textContent = line; // a screen reader says it once
    this.#run(ballot.state === "discuss" || ballot.state === "open" ? ballot.until : null);
  }

  /** Stop the clock. */
  close() {
    clearInterval(this.ticking);
  }

  #renew(ballot) {
    this.id = ballot.id;
    this.question.textContent = ballot.question;
    this.options = new Map(ballot.options.map(({ key, text }, i) => [key, this.option(key, text, letter(i))]));
    this.letters = Object.fromEntries(ballot.options.map(({ key }, i) => [key, letter(i)]));
    this.list.replaceChildren(...[...this.options.values()].map(({ element }) => element));
  }

  /** One answer: a radio button where one votes, and bars once they may be seen. */
  option(key, text, sign) {
    const { words } = this;
    const input = this.vote ? el("input", { type: "radio", name: `cl-${this.id}`, value: key }) : null;
    input?.addEventListener("change", () => this.vote(key));
    const note = el("span", { className: "cl-note" });
    const bars = el("span", { className: "cl-bars", hidden: true });
    const element = el(
      this.vote ? "label" : "div",
      { className: "cl-option", role: this.vote ? null : "listitem" },
      input,
      el("b", { className: "cl-letter", textContent: sign }),
      el("span", { className: "cl-text", textContent: text }),
      note,
      bars,
    );
    element.dataset.key = key;
    const show = ({ open, seen, mine, own, right }) => {
      if (input) {
        input.disabled = !open;
        input.checked = own === key;
      }
      element.classList.toggle("cl-own", own === key);
      element.classList.toggle("cl-right", right === key);
      const yours = Object.keys(mine).filter((each) => mine[each] === key);
      const changed = yours.length === 1 && mine[1] && mine[2];
      const whose = !yours.length || open ? "" : changed ? words[yours[0] === "1" ? "yours-first" : "yours-second"] : words.yours;
      note.textContent = [right === key ? words.right : "", whose].filter(Boolean).join(" · ");
      bars.hidden = !seen.length;
      while (bars.children.length > seen.length) bars.lastChild.remove();
      seen.forEach((each, i) => {
        if (!bars.children[i]) bars.append(el("span", { className: "cl-bar" }, el("i"), el("span")));
        const [fillUp, said] = /** @type {HTMLElement[]} */ ([...bars.children[i].children]);
        const part = share(each, key);
        fillUp.style.width = `${100 * part}%`;
        const values = { n: each.counts[key] ?? 0, share: part };
        const name = seen.length > 1 ? words[each.round === 1 ? "first" : "second"] : null;
        said.textContent = name ? fill(words["figure-round"], { ...values, name }) : fill(words.figure, values);
        bars.children[i].classList.toggle("cl-before", seen.length > 1 && i === 0);
      });
    };
    return { element, show };
  }

  #movement(moved, others, stayed) {
    const { words, letters } = this;
    const ways = moved.map(({ from, to, n }) => fill(words.way, { n, from: letters[from] ?? from, to: letters[to] ?? to }));
    const rest = others ? [others === 1 ? words.other : fill(words.others, { n: others })] : [];
    return [...ways, ...rest, fill(words.stayed, { n: stayed })].join(" · ");
  }

  #run(until) {
    clearInterval(this.ticking);
    this.clock.hidden = !until;
    if (!until) return;
    const tick = () => {
      const seconds = left(until, this.now());
      this.clock.textContent = seconds ? clock(seconds) : this.words.over;
      if (!seconds) clearInterval(this.ticking);
    };
    this.ticking = setInterval(tick, TICK);
    tick();
  }
}
