// The notes' ends of the two ways to a stage: a channel between the windows of one browser, and the socket of a class. Both say where the stage is
// and steer it in the same words.

/**
 * Where a stage is: its plan's id, its own name, its step from 0, when its lesson began (in milliseconds of `now`), and what its class votes on, if it told.
 *
 * @typedef {{ plan: string, stage: string, step: number, began: number, vote?: { answered: number, of: number, state: string } | null }} Place
 */
/** @typedef {"reveal" | "vote" | "discuss" | "blank"} Wish */

const CHANNEL = "le-stage";
const SOON = 1_000; // ms in which a stage that is there has answered
const ASK = 5_000; // ms between two questions whether it is still there
const LOST = 2_000; // ms after which a turn that the class has not told counts as lost

/** A stage in another window of this browser. Event: "place" whenever there is something new. */
export class WindowEnd extends EventTarget {
  /** @param {string} plan id of the plan that the notes are of: of two stages the one that plays it counts, and then the newer one */
  constructor(plan) {
    super();
    this.plan = plan;
    this.up = true;
    /** Whether it is known if there is a stage. */
    this.known = false;
    /** @type {Place | null} */
    this.place = null;
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.#hear(data);
    this.asking = setInterval(() => this.#ask(), ASK);
    this.#ask();
  }

  now() {
    return Date.now();
  }

  /** Have the stage turn to a step, from 0. */
  go(step) {
    this.#do("go", { step });
  }

  /** @param {Wish} what */
  wish(what) {
    this.#do(what);
  }

  /** Have the lesson begun at a time. */
  begin(began) {
    this.#do("began", { began });
  }

  close() {
    clearInterval(this.asking);
    clearTimeout(this.late);
    this.channel.close();
  }

  #do(what, more = {}) {
    this.channel.postMessage({ k: "do", stage: this.place?.stage, what, ...more });
  }

  #ask() {
    clearTimeout(this.late);
    this.other = null; // that has answered as well
    this.late = setTimeout(() => this.#at(this.other), SOON);
    this.channel.postMessage({ k: "who" });
  }

  #hear({ k: kind, ...said }) {
    if (kind !== "at") return;
    if (this.place && this.#before(said, this.place)) {
      this.other = said;
      return;
    }
    clearTimeout(this.late);
    this.#at(/** @type {Place} */ (said));
  }

  /** Whether one stage counts less than another. */
  #before(one, other) {
    const [own, others] = [one, other].map(({ plan }) => plan === this.plan);
    return own === others ? one.stage < other.stage : others;
  }

  #at(place) {
    this.known = true;
    this.place = place;
    this.dispatchEvent(new Event("place"));
  }
}

/** The stage of a class, for its teacher. Events: "place" whenever there is something new, "ended" when the class is over. */
export class ClassEnd extends EventTarget {
  /** @param {import("../../classroom/js/link.js").Link} link */
  constructor(link) {
    super();
    this.link = link;
    /** The newest word on who has voted. @type {any} */
    this.counts = null;
    const tell = () => this.dispatchEvent(new Event("place"));
    link.on("state", () => {
      if (link.state.plan?.step === this.wanted) this.#want(undefined);
      tell();
    });
    link.on("counts", (counts) => {
      this.counts = counts;
      tell();
    });
    for (const name of ["up", "down"]) link.on(name, tell);
    link.on("ended", () => this.dispatchEvent(new Event("ended")));
  }

  get up() {
    return this.link.up;
  }

  get known() {
    return this.link.n > 0;
  }

  /** @returns {Place | null} as the class has it, or as it will be once the turn that was asked for is told */
  get place() {
    const { plan } = this.link.state;
    return plan && { plan: plan.id, stage: plan.stage, step: this.wanted ?? plan.step, began: plan.began };
  }

  /** What the class votes on. */
  get ballot() {
    return this.link.state.ballot;
  }

  now() {
    return this.link.now();
  }

  go(step) {
    this.#want(step);
    this.#steer({ step });
  }

  /** @param {Wish} wish */
  wish(wish) {
    this.#steer({ wish });
  }

  begin(began) {
    this.#steer({ began: Math.round(began) });
  }

  close() {
    clearTimeout(this.lost);
    this.link.close();
  }

  /** A word that is not repeated: where the network is away, a turn that came later would turn back a stage that has gone on. */
  #steer(change) {
    this.link.say("steer", { what: "plan", stage: this.place.stage, ...change });
  }

  #want(step) {
    clearTimeout(this.lost);
    this.wanted = step;
    if (step === undefined) return;
    this.lost = setTimeout(() => {
      this.wanted = undefined;
      this.dispatchEvent(new Event("place"));
    }, LOST);
  }
}
