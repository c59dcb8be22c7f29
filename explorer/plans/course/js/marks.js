// What is done on the pages of a plan, as the server has recorded it. It is asked again when something was done and the page has been drawn.

const AFTER = 150; // ms after a page has been drawn, in which a record is written
const AGAIN = 3_000; // ms: whether something is recorded late, as by a busy server

/** Event: "known", when what is done has come from the server. */
export class Marks extends EventTarget {
  /**
   * @param {string} base path below which the app is served
   * @param {string} plan its id
   */
  constructor(base, plan) {
    super();
    this.address = `${base}/course/${plan}.json`;
    /** @type {Record<string, boolean>[]} of each step, part by part */
    this.steps = [];
    /** @type {({ answer: string, right: string, waits: boolean } | null)[]} of each step with a vote of its own: what was answered, and which answer is right once that is known */
    this.votes = [];
    this.wanted = true;
  }

  /** Something was done: ask when the page has been drawn. */
  look() {
    this.wanted = true;
  }

  /**
   * Look whenever the reader did something, as soon as the page has been drawn.
   *
   * @param {() => boolean} drawn
   */
  follow(drawn) {
    for (const name of ["change", "click", "keyup"]) addEventListener(name, () => this.look(), { capture: true, passive: true });
    const turn = () => {
      if (!this.wanted || !drawn()) return;
      this.wanted = false;
      setTimeout(() => this.#ask(), AFTER);
      clearTimeout(this.late);
      this.late = setTimeout(() => this.#ask(), AGAIN);
    };
    setInterval(turn, AFTER);
  }

  /**
   * Answer the own vote of a step.
   *
   * @param {number} n the step, from 0
   * @param {string} answer its key
   * @returns {Promise<string | null>} why that was refused; "" where it was not, null where nobody answered
   */
  async answer(n, answer) {
    const [place] = this.address.split(".json");
    const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ answer }) };
    const said = await fetch(`${place}/${n + 1}`, sent).catch(() => null);
    if (said?.ok) await this.#ask();
    return said?.ok ? "" : ((await said?.json().catch(() => null))?.why ?? null);
  }

  async #ask() {
    const answer = await fetch(this.address).catch(() => null);
    if (!answer?.ok) return; // the strip goes on with what it knows
    const { steps, votes } = await answer.json();
    if (JSON.stringify([steps, votes]) === JSON.stringify([this.steps, this.votes])) return;
    this.steps = steps;
    this.votes = votes;
    this.dispatchEvent(new CustomEvent("known"));
  }
}
