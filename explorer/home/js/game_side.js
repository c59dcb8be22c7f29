// One model in the game: its plane with the darts, the picture that its decoder draws, and ten slots to fill.

import { el } from "../../browser/js/dom.js";
import { clamp } from "../../browser/js/numbers.js";
import { Trouble } from "../../browser/js/payload.js";
import { fill } from "../../browser/js/words.js";
import { Codes } from "../../canvas/js/codes.js";
import { axesPlane } from "../../canvas/js/geometry.js";
import { Plane } from "../../canvas/js/plane.js";
import { drawDarts } from "./darts.js";
import { DrawnModel } from "./drawn_model.js";
import { Tally, verdict } from "./tally.js";

const REACH = 3.5; // standard deviations from the middle that both planes show: fewer than one dart in four hundred falls beyond
const INSIDE = 4; // CSS pixels from the rim that a held dart keeps
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEPS_ACROSS = 70; // arrow keys from one side of a plane to the other
const NO_CODES = { count: 0, dims: 2, labels: new Uint8Array(), means: new Float32Array() };
/** @type {[number, number][]} */
const NEAR = [
  [-REACH, REACH],
  [-REACH, REACH],
];

export class Side extends DrawnModel {
  /** `hand` has held(z), rested() and changed(): what the reader does with the dart, and that a frame is wanted. */
  constructor(model, data, hand, signal) {
    const { words } = data;
    super(model, words, "picture-alt", signal);
    this.data = data;
    this.hand = hand;
    this.z = null;
    /** @type {ReturnType<typeof verdict> | null} */
    this.seen = null;
    this.landed = [];
    this.codes = new Codes(NO_CODES);
    this.fetched = null; // a promise of the codes, once they were asked for
    this.whole = this.shown = false; // whether all of the plane is in sight, and whether codes are
    const hooks = {
      hover: () => {},
      leave: () => {},
      resized: () => this.#redraw(),
      grab: (x, y) => this.#drag(x, y),
      drag: (_, x, y) => this.#drag(x, y),
      drop: () => this.hand.rested(),
      pick: () => {},
      pan: () => {},
      key: (event) => this.#key(event),
    };
    this.plane = new Plane({ label: fill(words["plane-alt"], { model: this.title }), role: words["plane-role"] }, hooks, signal);
    this.top = el("canvas", { className: "layer" });
    this.plane.element.append(this.top);
    this.said = el("p", { className: "said" });
    this.score = el("span", { className: "score" });
    this.slots = data.classes.map((name) => ({ name, picture: el("canvas", { "aria-hidden": "true" }), cell: el("li") }));
    for (const { name, picture, cell } of this.slots) cell.append(el("span", { textContent: name, "aria-hidden": "true" }), picture);
    this.forget();
    this.element = el(
      "section",
      { className: `side ${model.kind}`, "aria-label": this.title },
      el("h2", { className: "name" }, this.title, this.score),
      this.plane.element,
      el("div", { className: "shown" }, this.picture.canvas, this.alarm),
      this.said,
      el("ol", { className: "slots", "aria-label": fill(words.slots, { model: this.title }) }, ...this.slots.map(({ cell }) => cell)),
    );
  }

  async fetch() {
    await super.fetch();
    this.#show();
  }

  /** Show the part of the plane where darts land, with the test digits' codes or without, or the whole plane with all of them. */
  async look(whole, codes) {
    Object.assign(this, { whole, shown: whole || codes });
    if (this.shown) {
      this.fetched ??= this.fetchCodes().then((fetched) => (this.codes = fetched));
      try {
        await this.fetched;
      } catch (error) {
        this.fetched = null;
        if (!this.signal.aborted) this.say(error);
      }
    }
    this.#show();
  }

  #show() {
    if (!this.decoder) return;
    const { classes, colours } = this.data;
    const bounds = this.whole ? this.model.bounds : NEAR;
    this.plane.layers = new Set(this.shown ? ["points", "prior"] : ["prior"]);
    this.plane.show({ codes: this.codes, plane: axesPlane(2, 0, 1), bounds, classes, colours });
    this.#redraw();
  }

  /** A new game. */
  forget() {
    this.tally = new Tally(this.slots.length);
    this.landed = [];
    this.z = this.seen = null;
    this.slots.forEach((_, label) => this.#slot(label));
    this.#count();
  }

  /** Decode a code and let the classifier judge it; true where that fills a slot. */
  show(z, byHand, classifier) {
    if (!this.decoder) return false;
    const image = this.decoder.decode(z);
    if (!Number.isFinite(image[0])) {
      this.say(new Trouble(this.words["no-number"]));
      return false;
    }
    this.z = z;
    this.picture.show(image, this.decoder.shape);
    this.seen = classifier ? verdict(classifier.probabilities(image), this.data.sure) : null;
    const fresh = this.seen?.sure === true && this.tally.take(this.seen.label, image, byHand);
    if (this.seen?.sure) this.#slot(this.seen.label);
    if (!byHand) this.landed.push({ z, label: this.seen?.sure ? this.seen.label : null });
    const said = this.sight;
    if (said !== this.said.textContent) this.said.textContent = said;
    if (fresh) this.#count();
    return fresh;
  }

  /** What the classifier sees in the picture, in words. */
  get sight() {
    if (!this.seen) return "";
    const { label, share, sure } = this.seen;
    return fill(this.words[sure ? "sees" : "doubts"], { digit: this.data.classes[label], share });
  }

  /** What a screen reader hears of this side. */
  get sentence() {
    if (this.trouble) return this.trouble;
    const facts = { model: this.title, filled: this.tally.filled, slots: this.slots.length };
    return this.seen ? fill(this.words.heard, { ...facts, sight: this.sight }) : fill(this.words["heard-before"], facts);
  }

  theme(ink) {
    this.ink = ink;
    this.plane.theme(ink);
  }

  /** Draw what has changed; `landing` is how far the dart has come, from 0 to 1, and `held` whether it is in the hand. */
  draw(landing, held) {
    const { plane, top } = this;
    if (!this.decoder) return;
    plane.draw(this.z ?? [0, 0]);
    if (!plane.below.width) return;
    if (top.width !== plane.below.width || top.height !== plane.below.height) {
      Object.assign(top, { width: plane.below.width, height: plane.below.height });
    }
    const context = top.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, top.width, top.height);
    context.setTransform(plane.ratio, 0, 0, plane.ratio, 0, 0);
    const { classes, colours } = this.data;
    drawDarts(context, { view: plane.view, landed: this.landed, z: this.z, landing, held, classes, colours }, this.ink);
  }

  /** A slot as it is now: empty, filled by a dart, or found by hand. */
  #slot(label) {
    const { name, picture, cell } = this.slots[label];
    const slot = this.tally.slots[label];
    cell.className = !slot ? "" : slot.byHand ? "filled by-hand" : "filled";
    const key = !slot ? "slot-empty" : slot.byHand ? "slot-hand" : "slot-filled";
    cell.setAttribute("aria-label", fill(this.words[key], { digit: name, ...(key === "slot-filled" ? { count: slot.count } : {}) }));
    cell.title = cell.getAttribute("aria-label");
    if (!slot || slot.image === picture.shown) return;
    picture.shown = slot.image;
    const [, height, width] = this.decoder.shape;
    Object.assign(picture, { width, height });
    const pixels = new ImageData(width, height);
    slot.image.forEach((value, p) => pixels.data.set([255 * value, 255 * value, 255 * value, 255], 4 * p));
    picture.getContext("2d").putImageData(pixels, 0, 0);
  }

  #count() {
    this.score.textContent = fill(this.words.score, { filled: this.tally.filled, slots: this.slots.length });
  }

  #drag(x, y) {
    if (!this.decoder) return null;
    const { view } = this.plane;
    this.hand.held(view.toPlane(clamp(x, INSIDE, view.width - INSIDE), clamp(y, INSIDE, view.height - INSIDE)));
    return "dart";
  }

  #key(event) {
    if (!this.decoder || !(event.key in ARROWS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [[left, right]] = this.plane.view.bounds;
    const step = ((right - left) / STEPS_ACROSS) * (event.shiftKey ? 0.1 : 1);
    const [across, up] = ARROWS[event.key];
    const [a, b] = this.hand.z ?? [0, 0];
    const edge = (value, [low, high]) => clamp(value, low, high);
    const [acrossRange, upRange] = this.plane.view.bounds;
    this.hand.held([edge(a + across * step, acrossRange), edge(b + up * step, upRange)]);
    this.hand.rested();
  }

  #redraw() {
    this.plane.viewChanged();
    this.hand.changed();
  }
}
