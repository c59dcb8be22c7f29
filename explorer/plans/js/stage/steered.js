// The stage and its class's word "plan": the stage tells the class where it is, and does what the notes of its teacher ask of it there.

const CLOSE = 1_000; // ms by which two beginnings differ that are the same: the server's clock is known about so well
const LOST = 5_000; // ms after which what the class has not told back counts as lost: the stage hears the class again

/** @typedef {{ plan: string, stage: string, step: number, began: number }} Place */

export class Steered {
  /**
   * @param {(what: string, body: object) => Promise<boolean>} steer says something to the class, and whether it was taken
   * @param {(what: string, value?: number) => void} act does what is asked: "go" with a step from 0, "began" with a time, or a wish
   */
  constructor(steer, act) {
    this.steer = steer;
    this.act = act;
    /** Where the stage is. @type {Place | null} */
    this.own = null;
    /** What the class was told last, until it says so itself: what it says before is older. @type {any} */
    this.telling = null;
    this.told = 0;
    /** What the class says; undefined before it was heard. @type {any} */
    this.heard = undefined;
    this.wished = 0;
    this.ahead = 0;
    this.obeying = false; // half done, its place is nobody's
  }

  /** Whether the class has another plan now: of two stages it has the one that turned last. */
  get gaveWay() {
    return Boolean(this.heard && this.own && !this.telling) && this.heard.id !== this.own.plan;
  }

  /** @param {{ role: string, state: any, ahead: number }} said what the class is to this window */
  hear({ role, state, ahead }) {
    if (role !== "teacher") return;
    this.ahead = ahead;
    const { plan } = state;
    const first = this.heard === undefined;
    const news = !same(plan, this.heard);
    this.heard = plan;
    const wish = !first && plan && plan.wished > this.wished && plan.stage === this.own?.stage ? plan.wish : null;
    this.wished = Math.max(this.wished, plan?.wished ?? 0);
    if (same(plan, this.telling) || Date.now() - this.told > LOST) this.telling = null;
    if (first || !plan) this.#tell(); // or the stage that it had has left
    else if (news && !this.telling && plan && plan.id === this.own?.plan) this.#obey(plan);
    if (wish) this.act(wish);
  }

  /** @param {Place} place where the stage is now; the class is told when that is another place, and not again when another stage has the class */
  tell({ plan, stage, step, began }) {
    const before = this.own;
    this.own = { plan, stage, step, began };
    const moved = !before || before.plan !== plan || before.step !== step || Math.abs(before.began - began) >= CLOSE;
    if (moved && this.heard !== undefined && !this.obeying) this.#tell();
  }

  /** No stage plays here any more. */
  leave() {
    if (this.heard && this.heard.stage === this.own?.stage) this.steer("plan", {});
    this.own = null;
  }

  #obey({ step, began }) {
    const { own, ahead } = this;
    this.obeying = true;
    if (Math.abs(began - ahead - own.began) >= CLOSE) this.act("began", began - ahead);
    if (step !== own.step) this.act("go", step);
    this.obeying = false;
  }

  async #tell() {
    const { own } = this;
    if (!own) return;
    const place = { id: own.plan, stage: own.stage, step: own.step, began: Math.round(own.began + this.ahead) };
    if (same(place, this.telling ?? this.heard)) return;
    this.telling = place;
    this.told = Date.now();
    const taken = await this.steer("plan", place);
    if (taken === false && this.telling === place) this.telling = null;
  }
}

function same(one, other) {
  return Boolean(one && other) && one.id === other.id && one.stage === other.stage && one.step === other.step && Math.abs(one.began - other.began) < CLOSE;
}
