// A plan that plays: which of its steps is on, since when, and turning to another. The stage and who goes alone play by it.

import { turn } from "../../classroom/js/place.js";
import { keep } from "./kept.js";
/** @import { Kept } from "./kept.js" */

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {number} minutes
 * @property {number} from minute at which it begins
 * @property {string} open address below the app's root
 * @property {string} do
 * @property {string} ask
 * @property {string} expect
 * @property {string} fits
 * @property {string} light
 * @property {boolean} cover
 * @property {string} together
 * @property {string} task
 * @property {{ of: string, question: string, options: { key: string, text: string }[], right: string, rounds: number } | null} vote
 * @property {string | null} picture
 */

/** @typedef {{ id: string, title: string, minutes: number, own: boolean, steps: Step[], places: Record<string, Record<string, string>> }} Plan */

const MINUTE = 60_000; // ms

/**
 * Events: "step" { step, before } when another step is on, whose page is being turned to; "left" when the plan is played no more.
 */
export class Player extends EventTarget {
  /**
   * @param {string} base path below which the app is served
   * @param {Plan} plan
   * @param {Kept} at what the window keeps of it; a plan that has not begun begins now, so that its clock agrees with this step
   */
  constructor(base, plan, { mode, step, began, apart = false }) {
    super();
    this.base = base;
    this.plan = plan;
    this.mode = mode;
    this.apart = apart;
    /** The step that is on, from 0. */
    this.step = Math.min(step, plan.steps.length - 1);
    /** When the plan began, in milliseconds since 1970. */
    this.began = began ?? Date.now() - plan.steps[this.step].from * MINUTE;
    this.turns = 0;
    this.#keep();
  }

  /** The step that is on. */
  get now() {
    return this.plan.steps[this.step];
  }

  /** The step after it; undefined after the last. */
  get following() {
    return this.plan.steps[this.step + 1];
  }

  /** The next step; false after the last. */
  next() {
    return this.go(this.step + 1);
  }

  /** The step before; false before the first. */
  back() {
    return this.go(this.step - 1);
  }

  /**
   * Turn to a step, as its address says: what was done there before is gone, and its answer is covered.
   *
   * @param {number} n from 0
   * @param {boolean} [instead] of where this browser is, which Back led to
   * @returns {boolean} whether there is such a step
   */
  go(n, instead = false) {
    if (!(n in this.plan.steps)) return false;
    const before = this.step;
    this.step = n;
    this.#keep();
    this.turns += 1;
    turn(this.base, address(this.now), `${this.plan.id}.${n + 1}.${Date.now().toString(36)}.${this.turns}`, instead);
    this.dispatchEvent(new CustomEvent("step", { detail: { step: n, before } }));
    return true;
  }

  /** Have begun at a time, in milliseconds since 1970. */
  begin(began) {
    this.began = began;
    this.#keep();
  }

  /** Play no more. The page stays as it is. */
  leave() {
    keep(null);
    this.dispatchEvent(new CustomEvent("left"));
  }

  #keep() {
    keep({ mode: this.mode, plan: this.plan.id, step: this.step, began: this.began, apart: this.apart });
  }
}

/**
 * The address of a step below the app's root. A step that opens covered says nothing of a reveal.
 *
 * @param {Pick<Step, "open" | "cover">} step
 */
export function address({ open, cover }) {
  const [path, query = ""] = open.split("?");
  const said = new URLSearchParams(query);
  if (cover) for (const name of [...said.keys()]) if (name.endsWith("_revealed")) said.delete(name);
  return `${path === "home" ? "" : path}${said.size ? `?${said}` : ""}`;
}
