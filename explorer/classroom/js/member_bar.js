// A student's bar: whether one follows, what the class votes on, draws or trains, how many are there, and the way out.

import { base, placed } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { Ballot } from "./ballot.js";
import { Follower } from "./follow.js";
import { front } from "./front.js";
import { Sheets } from "./sheet.js";
import { Votes } from "./votes.js";

/** Parts whose code comes when they are first shown: their class in the module. */
const PARTS = { map: "ClassPad", chart: "ClassChart" };

export class MemberBar {
  /**
   * @param {import("./link.js").Link} link
   * @param {any} told what the document says (explorer/classroom/bar.py)
   * @param {(sentence: string) => void} say to whoever cannot see
   */
  constructor(link, told, say) {
    const { words } = told;
    this.link = link;
    this.told = told;
    this.words = words["bar-member"];
    this.say = say;
    this.counts = null;
    this.follower = new Follower(link, base(), { changed: () => this.#changed() });
    this.votes = new Votes(link, words.votes, () => this.show());
    this.ballot = new Ballot(words.ballot, { vote: (choice) => this.#vote(choice), now: () => link.now() });
    /** @type {Record<string, { place: HTMLElement, part: Promise<any> | null }>} */
    this.parts = {};
    this.stand = el("span", { className: "stand", tabIndex: -1 });
    this.back = el("button", { type: "button", className: "main", textContent: this.words.back, hidden: true });
    this.back.addEventListener("click", () => this.follower.comeBack());
    this.content = el("div");
    this.sheets = new Sheets();
    this.task = this.sheets.add("task", this.words.vote, this.content, () => this.show());
    this.leave = el("button", { type: "button", className: "quiet", textContent: this.words.leave });
    this.leave.addEventListener("click", () => this.#leave());
    this.elements = [this.stand, this.back, this.task];
    this.last = [this.leave];
    link.on("counts", (counts) => {
      this.counts = counts;
      this.show();
    });
  }

  show() {
    const { link, words, follower } = this;
    const { state } = link;
    const focused = /** @type {ShadowRoot} */ (this.stand.getRootNode()).activeElement;
    const task = front(state);
    const place = state.show ? (follower.away ? words.away : state.follow.on ? words.following : words.free) : words.waiting;
    this.stand.textContent = place;
    this.stand.classList.toggle("away", follower.away);
    this.back.hidden = !follower.away || !state.follow.on;
    this.task.hidden = task === "page";
    this.task.textContent = words[{ ballot: "vote", map: "draw", chart: "train" }[task] ?? "vote"];
    this.#put(task, state);
    const asked = task === "ballot" ? `${state.ballot.id} ${state.ballot.round} ${state.ballot.state}` : `${task} ${task === state.stage}`;
    const before = this.asked;
    this.asked = asked; // before a sheet opens, which shows all of this again
    if (asked !== before) this.#ask(task, state, before);
    if (focused && !focused.checkVisibility()) this.stand.focus(); // the keyboard stays in the bar
  }

  /** Vote; the page's own question, if it is the same, shows the answer as well. */
  async #vote(choice) {
    const { topic } = this.link.state.ballot;
    await this.votes.vote(choice);
    this.follower.refresh(topic);
  }

  /** Something else is asked of the class: a sheet opens by itself where there is something to do, and closes when it is over. */
  #ask(task, state, before) {
    const { ballot, stage } = state;
    const open = task === "ballot" ? ballot.state !== "shut" : task === stage;
    if (task === "page") this.sheets.show("");
    else if (open) this.sheets.show("task");
    if (task === "ballot") this.say(`${this.ballot.heading.textContent}: ${ballot.question}`);
    else if (task !== "page" && before !== undefined) this.say(this.task.textContent);
  }

  #put(task, state) {
    if (task === "page") return;
    if (task === "ballot") {
      this.#place(this.ballot.element);
      this.ballot.show(state.ballot, { said: this.counts, mine: this.votes.of(state.ballot), status: this.votes.status(state.ballot) });
      return;
    }
    const kept = (this.parts[task] ??= { place: el("div"), part: null });
    this.#place(kept.place);
    if (!kept.part && this.sheets.open) kept.part = this.#part(task, kept.place);
    kept.part?.then((part) => part?.show(this.link.state, this.link.no));
  }

  async #part(task, place) {
    try {
      const module = await import(placed(this.told.code[task]));
      return new module[PARTS[task]](place, this.told.words[task === "map" ? "pad" : task], (kind, body) => this.link.send(kind, body));
    } catch (error) {
      this.parts[task].part = null; // tried again with the next word
      console.warn(error);
    }
  }

  #place(element) {
    if (this.content.firstChild !== element) this.content.replaceChildren(element);
  }

  #changed() {
    this.say(this.follower.away ? this.words.away : this.words.following);
    this.show();
  }

  async #leave() {
    this.leave.disabled = true;
    try {
      await fetch("./join", { method: "POST" });
    } finally {
      location.reload();
    }
  }
}
