// A row of models to walk through: the moments of one training run, or one model at several betas. Points travel smoothly from
// each moment to the next; every picture is decoded by a real model, the nearest moment's.

import { Codes } from "./codes.js";
import { Decoder } from "../../browser/js/decoder.js";
import { calm, el } from "../../browser/js/dom.js";
import { load } from "../../browser/js/payload.js";

const PLAY_MS = 700; // from one moment to the next

export class Series {
  /** `moments` are { label, caption, models: [{ weights, codes }] }, one model for each side of the board. */
  constructor(board, { title, moments, at }, signal) {
    this.board = board;
    this.moments = moments;
    this.at = at;
    this.ready = new Map();
    this.signal = signal;
    this.playing = 0;
    const last = moments.length - 1;
    const scale = { type: "range", min: 0, max: last, step: calm() ? 1 : 0.02, value: at };
    this.slider = el("input", { ...scale, "aria-label": title, "data-testid": "series-slider" });
    this.label = el("output", { className: "where" });
    this.caption = el("span", { className: "near" });
    this.button = el("button", { type: "button", textContent: board.words.said.play });
    this.slider.addEventListener("input", () => this.#goTo(Number(this.slider.value), true), { signal });
    this.slider.addEventListener("change", () => this.#rest(), { signal });
    this.button.addEventListener("click", () => this.#play(), { signal });
    signal.addEventListener("abort", () => cancelAnimationFrame(this.playing));
    const words = el("div", { className: "facts" }, this.label, this.caption);
    this.element = el("div", { className: "series" }, this.button, this.slider, words);
    this.#say();
    this.#fetchAll();
  }

  /** Fetch the moments one after another, those near the one shown first; each is some 40 kB of codes and its decoder. */
  async #fetchAll() {
    const { files } = this.board.words;
    const order = this.moments.map((_, k) => k).sort((a, b) => Math.abs(a - this.at) - Math.abs(b - this.at));
    for (const k of order) {
      try {
        const models = await Promise.all(
          this.moments[k].models.map(async ({ weights, codes }) => {
            const [w, c] = await Promise.all([load(weights, files.moment_weights), load(codes, files.moment_codes)]);
            return { decoder: new Decoder(w), codes: Codes.from(c) };
          }),
        );
        if (this.signal.aborted) return;
        this.ready.set(k, models);
        if (Math.abs(k - this.at) <= 1) this.show();
      } catch (error) {
        if (this.signal.aborted) return;
        this.caption.textContent = error.message;
        return;
      }
    }
  }

  #play() {
    const { said } = this.board.words;
    if (this.playing) {
      cancelAnimationFrame(this.playing);
      this.playing = 0;
      this.button.textContent = said.play;
      this.#rest();
      return;
    }
    const from = this.at >= this.moments.length - 1 ? 0 : this.at;
    const started = performance.now();
    this.button.textContent = said.pause;
    const step = () => {
      const elapsed = (performance.now() - started) / PLAY_MS;
      const at = Math.min(this.moments.length - 1, from + (calm() ? Math.floor(elapsed) : elapsed));
      this.slider.value = String(at);
      this.#goTo(at);
      if (at < this.moments.length - 1) this.playing = requestAnimationFrame(step);
      else this.#play();
    };
    this.playing = requestAnimationFrame(step);
  }

  #goTo(at, byHand = false) {
    if (byHand && this.playing) this.#play();
    this.at = at;
    this.#say();
    this.show();
  }

  /** The moment at which one rests, for Python. */
  get resting() {
    return Math.round(this.at);
  }

  /** On release: settle on the nearest moment and tell Python which it is. */
  #rest() {
    this.#goTo(Math.round(this.at));
    this.slider.value = String(this.at);
    this.board.commit();
  }

  #say() {
    const { label, caption } = this.moments[Math.round(this.at)];
    this.label.textContent = label;
    this.caption.textContent = caption;
    this.slider.setAttribute("aria-valuetext", `${label}, ${caption}`);
  }

  show() {
    const low = Math.floor(this.at);
    const high = Math.min(low + 1, this.moments.length - 1);
    const [before, after, nearest] = [low, high, Math.round(this.at)].map((k) => this.ready.get(k));
    if (!before || !after) return;
    const { label } = this.moments[Math.round(this.at)];
    this.board.sides.forEach((side, i) => {
      if (!side.plane.plane) return;
      const name = this.board.sides.length > 1 ? side.model.label : label; // two models must stay told apart
      side.setMoment(nearest[i].decoder, before[i].codes.towards(after[i].codes, this.at - low), name);
      this.board.stir(side);
    });
  }
}
