// A teacher's bar: the class follows this window; what is done with it beside that opens in sheets.

import { base } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { Desk } from "./desk.js";
import { Leader } from "./lead.js";
import { Sheets } from "./sheet.js";
import { VotePanel } from "./vote_panel.js";
import { Works } from "./works.js";

export class TeacherBar {
  /**
   * @param {import("./link.js").Link} link
   * @param {any} told what the document says (explorer/classroom/bar.py)
   * @param {(sentence: string) => void} say to whoever cannot see
   */
  constructor(link, told, say) {
    const words = told.words["bar-teacher"];
    this.link = link;
    this.words = words;
    this.say = say;
    this.note = el("span", { className: "note", role: "status" });
    this.leader = new Leader(link, base(), (why) => (this.note.textContent = why));
    this.toggles = ["follow", "pointer"].map((name) => this.#toggle(name, name === "follow" ? "on" : "pointer"));
    this.sheets = new Sheets();
    this.vote = new VotePanel(link, told.words, (what, body) => this.steer(what, body));
    this.desk = new Desk(link, told, (what, body) => this.steer(what, body));
    const vote = this.sheets.add("vote", words.vote, this.vote.element, () => this.vote.look());
    const more = this.sheets.add("more", words.more, this.desk.element, () => this.desk.show());
    this.works = new Works(link, told);
    this.made = this.sheets.add("made", words.map, this.works.element, () => this.works.show());
    this.elements = [...this.toggles.map(({ button }) => button), vote, this.made, more, this.note];
    this.last = [];
  }

  show() {
    const { state } = this.link;
    for (const { show } of this.toggles) show(state.follow);
    this.vote.show();
    this.desk.show();
    const { front } = this.works;
    this.made.hidden = !front;
    if (front) this.made.textContent = this.words[front];
    else if (this.sheets.open === "made") this.sheets.show("");
    this.works.show();
  }

  /** Do something to the class; a sentence where it is refused. */
  async steer(what, body) {
    const { ok, why } = await this.link.send("steer", { what, ...body });
    this.note.textContent = ok ? "" : why;
    return ok;
  }

  /** A button that says whether something is on. */
  #toggle(name, key) {
    const button = el("button", { type: "button", textContent: this.words[name], title: this.words[`${name}-help`] });
    button.addEventListener("click", () => {
      const on = !this.link.state.follow[key];
      this.steer("follow", { [key]: on }).then((ok) => ok && this.say(this.words[`${name}-${on ? "on" : "off"}`]));
    });
    return { button, show: (follow) => button.setAttribute("aria-pressed", String(follow[key])) };
  }
}
