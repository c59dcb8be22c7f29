// A training run as it grows, and afterwards: the codes of the test images at each of its moments. Points travel to the newest moment
// as it arrives; the slider goes back through those that have come. Moments are fetched once each, decoders only for the moment at
// which one rests, since a decoder weighs ten times as much as the codes.

import { Codes } from "./codes.js";
import { Decoder } from "../../browser/js/decoder.js";
import { calm, el } from "../../browser/js/dom.js";
import { load } from "../../browser/js/payload.js";
import { fill } from "../../browser/js/words.js";

const TRAVEL_MS = 900; // to the newest moment: a little less than the time between two
const PLAY_MS = 350; // from one moment to the next in a replay
const EASE = 0.12; // of the way to where the view should be, in each frame
const AT_HOME = 1e-3; // of the view's width: near enough to stop

export class Run {
  /** `run` is { title, live, at: the index of the moment to begin at or null, moments: [{ index, label, caption, models: [{ codes, bounds }] }], decoders: { index, label, weights } }. */
  constructor(board, run, signal) {
    this.board = board;
    this.signal = signal;
    this.at = 0;
    this.shown = [];
    this.known = new Set();
    this.frame = 0;
    this.decoded = null;
    this.slider = el("input", { type: "range", min: 0, "aria-label": run.title, "data-testid": "run-slider" });
    this.label = el("output", { className: "where", "data-testid": "run-moment" });
    this.caption = el("span", { className: "near" });
    this.button = el("button", { type: "button" });
    this.slider.addEventListener("input", () => this.#byHand(Number(this.slider.value)), { signal });
    this.slider.addEventListener("change", () => this.#rest(), { signal });
    this.button.addEventListener("click", () => (this.following ? this.#halt() : this.#follow()), { signal });
    signal.addEventListener("abort", () => cancelAnimationFrame(this.frame));
    this.element = el("div", { className: "series run" }, this.button, this.slider, el("div", { className: "facts" }, this.label, this.caption));
    this.goal = run.at ?? null;
    this.following = run.live && this.goal === null;
    this.update(run);
  }

  /** Take in what is new; a moment that has come is not fetched again. */
  update(run) {
    this.live = run.live;
    const fresh = run.moments.filter(({ index }) => !this.known.has(index));
    for (const { index } of fresh) this.known.add(index);
    this.queue = (this.queue ?? Promise.resolve()).then(() => this.#fetch(fresh));
    if (run.decoders && run.decoders.index !== this.decoded) this.#fetchDecoders(run.decoders);
    this.#move();
  }

  /** The newest first: it is what one waits for. */
  async #fetch(fresh) {
    for (const moment of [...fresh].reverse()) {
      try {
        const bodies = await Promise.all(moment.models.map(({ codes }) => load(codes, this.board.words.files.moment_codes)));
        if (this.signal.aborted) return;
        this.#insert({ ...moment, codes: bodies.map(Codes.from) });
      } catch (error) {
        this.known.delete(moment.index); // the next update asks again
        if (!this.signal.aborted) this.caption.textContent = error.message;
      }
    }
  }

  #insert(moment) {
    const place = this.shown.findIndex(({ index }) => index > moment.index);
    const k = place < 0 ? this.shown.length : place;
    this.shown.splice(k, 0, moment);
    if (k <= this.at && this.shown.length > 1 && place >= 0) this.at += 1; // stay at the moment one is looking at
    if (moment.index === this.goal) {
      this.at = k;
      this.goal = null;
    }
    this.slider.max = String(this.shown.length - 1);
    this.slider.step = calm() ? "1" : "0.02";
    if (this.following && this.live && calm()) this.at = this.shown.length - 1;
    this.#move();
  }

  /** One fetch at a time, so that a slow line skips moments rather than falling behind. */
  async #fetchDecoders(decoders) {
    this.wanted = decoders;
    if (this.fetching) return;
    this.fetching = true;
    try {
      while (this.wanted && !this.signal.aborted) {
        const { index, label, weights } = this.wanted;
        this.wanted = null;
        const bodies = await Promise.all(weights.map((address) => load(address, this.board.words.files.moment_weights)));
        if (this.signal.aborted) return;
        this.decoded = index;
        this.decoders = { label, of: bodies.map((body) => new Decoder(body)) };
        this.show();
      }
    } catch (error) {
      if (!this.signal.aborted) this.caption.textContent = error.message;
    } finally {
      this.fetching = false;
    }
  }

  #byHand(at) {
    this.following = false;
    this.at = at;
    this.#say();
    this.show();
  }

  /** Go with the run while it goes on; play it from the start when it has ended. */
  #follow() {
    this.following = true;
    if (!this.live && this.at >= this.shown.length - 1) this.at = 0;
    this.#say();
    this.#move();
  }

  #halt() {
    this.following = false;
    this.#rest();
  }

  /** On release: settle on the nearest moment and tell Python which it is, which then offers its decoders. */
  #rest() {
    this.at = Math.round(this.at);
    if (this.live && this.at === this.shown.length - 1) this.following = true;
    this.#say();
    this.show();
    if (this.shown.length) this.board.commit();
  }

  /** The index of the moment at which one rests, for Python; null where one goes with the run. */
  get resting() {
    return this.following ? null : (this.shown[Math.round(this.at)]?.index ?? null);
  }

  /** Keep moving, frame by frame, until points and view are where they should be. */
  #move() {
    if (this.frame || this.signal.aborted) return;
    let before = performance.now();
    const step = (now) => {
      this.frame = 0;
      const last = this.shown.length - 1;
      const left = last - this.at;
      if (this.following && left > 0) {
        const pace = this.live ? Math.max(1, left) / TRAVEL_MS : 1 / PLAY_MS; // what has queued up is caught up with
        this.at = Math.min(last, this.at + (calm() && !this.live ? left : (now - before) * pace));
      }
      if (this.following && !this.live && left <= 0) this.#halt();
      before = now;
      const settled = this.#look();
      this.show();
      this.#say();
      if ((this.following && this.at < last) || !settled) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  /** Ease each view towards what holds every moment that has come; true when it is there. A view the reader has moved stays. */
  #look() {
    let settled = true;
    this.board.sides.forEach((side, i) => {
      if (!side.plane.plane || !this.shown.length) return;
      const { across, up } = this.board.linked ? this.board.choice : { across: side.model.axes[0], up: side.model.axes[1] };
      const wanted = side.model.dims > 1 ? [this.#union(i, across), this.#union(i, up)] : [this.#union(i, 0), side.plane.bounds[1]];
      const { view } = side.plane;
      const width = wanted[0][1] - wanted[0][0];
      const far = wanted.flat().some((end, k) => Math.abs(end - view.bounds.flat()[k]) > AT_HOME * width);
      const ease = calm() || !far ? 1 : EASE;
      view.bounds = wanted.map((pair, k) => pair.map((end, j) => view.bounds[k][j] + ease * (end - view.bounds[k][j])));
      side.plane.bounds = view.bounds;
      side.model.bounds = side.model.bounds.map((_, d) => this.#union(i, d));
      if (!view.homely) return;
      view.home();
      if (far) settled = ease === 1;
    });
    return settled;
  }

  /** The interval that holds dimension d of model i at every moment that has come. */
  #union(i, d) {
    const each = this.shown.map((moment) => moment.models[i].bounds[d]);
    return [Math.min(...each.map(([low]) => low)), Math.max(...each.map(([, high]) => high))];
  }

  #say() {
    const moment = this.shown[Math.round(this.at)];
    const { said } = this.board.words;
    const waiting = this.live ? [said.hold, said.follow] : [said.pause, said.replay];
    const words = { label: moment?.label ?? "", caption: moment?.caption ?? "", button: waiting[this.following ? 0 : 1] };
    for (const [name, text] of Object.entries(words)) if (this[name].textContent !== text) this[name].textContent = text;
    this.slider.setAttribute("aria-valuetext", `${words.label}, ${words.caption}`);
    if (Number(this.slider.value) !== this.at) this.slider.value = String(this.at);
  }

  show() {
    const low = Math.floor(this.at);
    const [before, after] = [this.shown[low], this.shown[Math.min(low + 1, this.shown.length - 1)]];
    if (!before) return;
    const { said } = this.board.words;
    this.board.sides.forEach((side, i) => {
      if (!side.plane.plane) return;
      if (this.decoders) side.decoder = this.decoders.of[i];
      const late = this.decoders && !this.following && this.decoders.label !== this.shown[Math.round(this.at)].label;
      const name = late ? fill(said.at_moment, { model: side.model.label, moment: this.decoders.label }) : side.model.label;
      if (side.name.textContent !== name) side.name.textContent = name;
      side.image = undefined;
      side.codes = side.plane.codes = before.codes[i].towards(after.codes[i], this.at - low);
      side.plane.placesChanged();
      this.board.stir(side);
    });
  }
}
