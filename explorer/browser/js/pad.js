// A pad to draw a digit on with mouse, finger, pen or keys. On pen-up the strokes go to Python, which makes MNIST's image of them and
// answers with each model's posterior and how the classes share the codes around it.

import { el } from "./dom.js";
import { clamp } from "./numbers.js";
import { Picture } from "./picture.js";
import { centred, thinned } from "./strokes.js";
import { fill } from "./words.js";

const NEXT_STROKE = 350; // ms to begin another stroke before Python is asked
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEY_STEP = 0.03;
const SHARES_SHOWN = 3;
const SURE = 0.6; // share of one class, from which on the model may look certain

export class Pad {
  /** `board` has sides, words.pad (explorer/canvas/words.md) and commit({ drawing }). */
  constructor(board, signal) {
    const { pad } = board.words;
    this.board = board;
    this.words = pad;
    /** @type {number[][][]} */
    this.strokes = [];
    this.stroke = null; // the one that is being drawn
    this.pen = null; // where keys have moved it
    this.answer = null;
    this.canvas = el("canvas", {
      className: "pad",
      width: 336,
      height: 336,
      tabIndex: 0,
      role: "application",
      "aria-label": pad.board,
      "data-testid": "drawing-pad",
    });
    const button = (textContent, act) => {
      const made = el("button", { type: "button", textContent });
      made.addEventListener("click", act, { signal });
      return made;
    };
    const buttons = el("div", { className: "buttons" }, button(pad.undo, () => this.#undo()), button(pad.clear, () => this.#clear()));
    this.seen = new Picture(pad.seen);
    this.seen.canvas.dataset.testid = "drawn-image";
    this.replies = board.sides.map((side) => {
      const picture = new Picture(fill(pad.decoded, { model: side.model.label }));
      picture.canvas.dataset.testid = "drawn-decoded";
      const shares = el("div", { className: "shares" });
      const name = el("p", { className: `name ${side.model.kind}`, textContent: side.model.label });
      return { picture, shares, element: el("div", { className: "reply" }, picture.canvas, el("div", {}, name, shares)) };
    });
    this.results = el(
      "div",
      { className: "results", hidden: true },
      el("figure", {}, this.seen.canvas, el("figcaption", { textContent: pad.caption })),
      ...this.replies.map((reply) => reply.element),
    );
    this.note = el("p", { className: "note", textContent: pad.empty });
    const answers = el("div", { className: "answers", "aria-live": "polite" }, this.note, this.results);
    this.box = el("div", {}, this.canvas, buttons);
    this.element = el("div", { className: "drawing" }, this.box, answers);
    this.#listen(signal);
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  #listen(signal) {
    const { canvas } = this;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    /** @type {(name: string, act: (event: PointerEvent) => void) => void} */
    const listen = (name, act) => canvas.addEventListener(name, act, { signal });
    listen("pointerdown", (event) => {
      if (event.button !== 0 || this.stroke) return;
      canvas.setPointerCapture(event.pointerId); // the stroke goes on where the hand leaves the pad
      this.id = event.pointerId;
      this.#begin(at(event));
    });
    listen("pointermove", (event) => {
      if (!this.stroke || event.pointerId !== this.id) return;
      const passed = event.getCoalescedEvents?.() ?? []; // places between two frames: fast strokes stay round
      this.stroke.push(...(passed.length ? passed : [event]).map(at));
      this.#draw();
    });
    for (const name of ["pointerup", "pointercancel"]) listen(name, (event) => event.pointerId === this.id && this.#finish());
    canvas.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  #begin(point) {
    clearTimeout(this.timer);
    this.stroke = [point];
    this.strokes.push(this.stroke);
    this.#draw();
  }

  #finish() {
    if (!this.stroke) return;
    this.stroke = null;
    this.#draw();
    this.#ask();
  }

  #key(event) {
    const move = KEYS[event.key];
    if (move) {
      this.pen = (this.pen ?? [0.5, 0.5]).map((value, k) => clamp(value + KEY_STEP * move[k], 0.03, 0.97));
      if (this.stroke) this.stroke.push(this.pen);
    } else if (event.key === " " || event.key === "Enter") {
      this.pen ??= [0.5, 0.5];
      if (this.stroke) this.#finish();
      else this.#begin(this.pen);
    } else if (event.key === "Backspace") {
      this.#undo();
    } else {
      return;
    }
    event.preventDefault();
    this.#draw();
  }

  #undo() {
    this.stroke = null;
    this.strokes.pop();
    this.#draw();
    this.#ask();
  }

  #clear() {
    this.empty();
    this.#ask();
  }

  /** Wipe the pad without a word to anybody. */
  empty() {
    this.stroke = null;
    this.strokes = [];
    this.#draw();
  }

  /** Send the strokes once the hand has rested, thinned to what an address can carry. */
  #ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.strokes = thinned(this.strokes);
      this.sentText = JSON.stringify(this.strokes);
      this.board.commit({ drawing: this.strokes.length ? this.strokes : null });
    }, NEXT_STROKE);
  }

  /** Take Python's answer: { strokes, models: [{ mean, std, shares }] }, or null where nothing is drawn. */
  update(drawn) {
    const text = JSON.stringify(drawn ?? null);
    if (text === this.text) return;
    this.text = text;
    const elsewhere = drawn && JSON.stringify(drawn.strokes) !== this.sentText; // drawn before a change of page
    if (elsewhere && !this.stroke) this.strokes = drawn.strokes;
    this.answer = drawn ?? null;
    this.fresh = true;
    this.#draw();
    this.#reply();
  }

  /** Show the answer; again when a decoder has come. */
  #reply() {
    const image = centred(this.strokes);
    this.results.hidden = !this.answer || !image;
    this.note.hidden = !this.results.hidden;
    if (this.results.hidden) return;
    this.seen.show(Float32Array.from(image, (grey) => grey / 255), [1, 28, 28]);
    this.fresh = !this.board.sides.every((side) => side.decoder);
    this.board.sides.forEach((side, i) => {
      const { picture, shares } = this.replies[i];
      const { mean, shares: by } = this.answer.models[i];
      if (side.decoder) picture.show(side.decoder.decode(mean), side.decoder.shape);
      shares.replaceChildren(...sharesOf(by, side, this.words));
    });
  }

  /** The drawing on a side's plane, for its marks. */
  drawnFor(side) {
    if (this.fresh && this.answer) this.#reply();
    return this.answer?.models[side.i] ?? null;
  }

  theme(ink) {
    this.ink = ink;
    this.#draw();
  }

  #draw() {
    const context = this.canvas.getContext("2d");
    const side = this.canvas.width;
    context.fillStyle = "#000000";
    context.fillRect(0, 0, side, side);
    Object.assign(context, { strokeStyle: "#ffffff", lineWidth: side / 13, lineCap: "round", lineJoin: "round" });
    for (const stroke of this.strokes) {
      context.beginPath();
      const points = stroke.length > 1 ? stroke : [stroke[0], stroke[0]]; // a tap is a dot
      for (const [x, y] of points) context.lineTo(x * side, y * side);
      context.stroke();
    }
    if (this.pen) {
      context.strokeStyle = this.ink?.mark ?? "#ffffff";
      context.lineWidth = 3;
      context.strokeRect(this.pen[0] * side - 8, this.pen[1] * side - 8, 16, 16);
    }
  }
}

/** Whose codes lie around a drawing, in a sentence and as bars; `by` are the classes' shares. */
function sharesOf(by, { classes, colours }, pad) {
  const ranked = by.map((share, label) => ({ share, label })).sort((a, b) => b.share - a.share);
  const [first, second] = ranked;
  const names = { first: classes[first.label], second: classes[second.label] };
  const verdict = first.share < SURE ? fill(pad.unsure, names) : fill(pad.mostly, { first: names.first });
  const rows = ranked.slice(0, SHARES_SHOWN).filter(({ share }) => share >= 0.005);
  return [
    el("p", { className: "note", textContent: fill(pad.around, { verdict }) }),
    ...rows.map(({ share, label }) => {
      const bar = el("span", { className: "bar" });
      bar.style.width = `${100 * share}%`;
      bar.style.background = colours[label % colours.length];
      const percent = el("span", { textContent: fill(pad.share, { share: 100 * share }) });
      return el("div", { className: "share" }, el("b", { textContent: classes[label] }), el("span", { className: "track" }, bar), percent);
    }),
  ];
}
