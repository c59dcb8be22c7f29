// This browser's own votes: which answer was tapped, and whether the class has it.

/** What became of the newest vote. @typedef {"" | "sending" | "in"} Stand */

export class Votes {
  /**
   * @param {import("./link.js").Link} link
   * @param {Record<string, string>} words the block `votes` of words.md
   * @param {() => void} changed called when there is something new to show
   */
  constructor(link, words, changed) {
    this.link = link;
    this.words = words;
    this.changed = changed;
    /** @type {Record<string, Record<number, string>>} by ballot and round */
    this.cast = {};
    /** @type {Stand} */
    this.stand = "";
    this.why = "";
    this.about = ""; // the ballot and round of these
    this.newest = 0;
    link.on("mine", () => {
      if (this.stand === "sending") return;
      this.cast = {}; // it has voted somewhere else since, on the page or in another window
      this.about = "";
      changed();
    });
  }

  /** The answers chosen in a ballot, by round: those that the class has, and those on their way. */
  of(ballot) {
    return { ...this.link.mine.votes[ballot.id], ...this.cast[ballot.id] };
  }

  /** Vote in the ballot that is open. */
  async vote(choice) {
    const { id, round } = this.link.state.ballot;
    const mine = (this.cast[id] ??= {});
    const before = this.of({ id })[round];
    const turn = ++this.newest;
    mine[round] = choice;
    this.stand = "sending";
    this.why = "";
    this.about = `${id} ${round}`;
    this.changed();
    const { ok, why } = await this.link.send("vote", { ballot: id, round, choice });
    if (turn !== this.newest) return;
    this.stand = ok ? "in" : "";
    this.why = ok ? "" : why;
    if (!ok && before === undefined) delete mine[round];
    else if (!ok) mine[round] = before;
    this.changed();
  }

  /** What a ballot on the screen has to know of this browser. */
  on(ballot) {
    return { mine: this.of(ballot), status: this.status(ballot), may: this.link.role !== "teacher" };
  }

  /** A line on this browser's vote in the round that is on. */
  status(ballot) {
    const { words } = this;
    if (this.link.role === "teacher") return words.teacher;
    if (this.about === `${ballot.id} ${ballot.round}`) {
      if (this.stand === "sending") return this.link.up ? words.sending : words.unsent;
      if (this.why) return this.why;
    }
    const chosen = this.of(ballot)[ballot.round] !== undefined;
    if (ballot.state === "open") return chosen ? words.in : words.choose;
    return ballot.state !== "shut" ? "" : chosen ? words.kept : words.none;
  }
}
