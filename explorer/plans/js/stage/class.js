// The stage in a class: its votes and discussions are steered by the teacher's bar (explorer/classroom/js/bar.js), which is not seen here.

import { pageOf } from "../../../classroom/js/place.js";
import { questionsOf, revealOn } from "../../../classroom/js/questions.js";
import { rounds } from "../../../classroom/js/tally.js";
/** @import { Step } from "../player.js" */

const SECONDS = 60; // of a discussion
const COUNTED = ["shown", "revealed"]; // states in which everybody may see how the class has voted
const SEEN = ["open", "shut", "discuss"]; // states of a vote that the strip tells

export class StageClass {
  /** @param {(said: any) => void} changed called whenever there is something new to show, with what the bar said: { role, state, counts, ahead } */
  constructor(changed) {
    /** @type {any} what the bar last said */
    this.said = null;
    addEventListener("class-state", (/** @type {CustomEventInit} */ { detail }) => {
      this.said = detail;
      changed(detail);
    });
  }

  /** Ask the bar how the class stands; what it says comes at once, if it is there already. */
  ask() {
    dispatchEvent(new CustomEvent("class-ask"));
  }

  /** Whether there is a class here that this window leads. */
  get leads() {
    return this.said?.role === "teacher";
  }

  get ballot() {
    return this.leads ? this.said.state.ballot : null;
  }

  /** The vote as the strip tells it; null where there is none. */
  get vote() {
    const { ballot } = this;
    if (!ballot || !SEEN.includes(ballot.state)) return null;
    const { counts } = this.said;
    const these = counts?.ballot === ballot.id && counts.round === ballot.round ? counts : { answered: 0, of: this.said.state.count ?? 0 };
    return { answered: these.answered, of: these.of, state: ballot.state };
  }

  /**
   * How the class has voted in a step, once everybody may see it: the answers, the counts of each round, and which answer is right.
   *
   * @param {Step} step
   */
  result(step) {
    const { ballot } = this;
    if (!ballot || !COUNTED.includes(ballot.state) || !isOf(ballot, step)) return null;
    const seen = rounds(ballot);
    return seen.length ? { options: ballot.options, rounds: seen, right: ballot.right ?? "", words: this.said.told.words.ballot } : null;
  }

  /**
   * Have the bar do something to the class.
   *
   * @param {string} what
   * @param {object} body
   * @returns {Promise<boolean>} whether the class took it
   */
  steer(what, body) {
    return new Promise((answered) => dispatchEvent(new CustomEvent("class-steer", { detail: { ...body, what, answered } })));
  }

  /**
   * The vote's next step: open it, close it, vote again.
   *
   * @param {Step} step
   */
  go(step) {
    const { ballot } = this;
    if (!this.leads) return;
    if (!ballot || !isOf(ballot, step)) {
      this.end(); // one of another step, if there is one
      const question = questionOf(step);
      if (question) this.steer("ballot", { do: "open", ...question });
    } else if (ballot.state === "open") this.steer("ballot", { do: "shut" });
    else if (ballot.round === 1 && (step.vote?.rounds ?? 1) > 1 && ballot.state !== "revealed") this.steer("ballot", { do: "again" });
  }

  /** Let neighbours talk about it, which closes it. */
  discuss() {
    const { ballot } = this;
    if (!ballot || ballot.round > 1 || ballot.state === "revealed") return;
    if (ballot.state === "open") this.steer("ballot", { do: "shut" });
    this.steer("ballot", { do: "discuss", seconds: SECONDS });
  }

  /**
   * Reveal the vote to everybody, if there is one.
   *
   * @returns {boolean} whether there was
   */
  reveal() {
    const { ballot } = this;
    if (!ballot || ballot.state === "revealed") return false;
    if (ballot.state === "open") this.steer("ballot", { do: "shut" });
    this.steer("ballot", { do: "reveal" });
    revealOn(document, ballot.topic);
    return true;
  }

  /** The step is over, and so is its vote. */
  end() {
    if (this.ballot) this.steer("ballot", { do: "close" });
  }
}

/**
 * What the class votes on in a step: the page's question, or the plan's own.
 *
 * @param {Step} step
 */
function questionOf(step) {
  const { vote } = step;
  if (!vote) return null;
  if (vote.of === "own") return { topic: "", question: vote.question, options: vote.options, right: vote.right };
  return questionsOf(document).find(({ topic }) => topic === topicOf(step)) ?? null;
}

/** The name of a step's question, "" of one of the plan's own. */
function topicOf({ vote, open }) {
  return vote.of === "own" ? "" : `${pageOf(open)}_${vote.of === "check" ? "check" : "predicted"}`;
}

/** Whether a vote is on the question of a step. */
function isOf({ topic, question }, step) {
  return Boolean(step.vote) && topic === topicOf(step) && (topic !== "" || question === step.vote.question);
}
