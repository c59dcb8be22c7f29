// The pad of a phone: draw a digit with a finger, a mouse or keys, say which one it is, and send it to the class's map. Below it stand the
// student's own drawings, each with a button that takes it back.

import { el } from "../../../browser/js/dom.js";
import { Pad } from "../../../browser/js/pad.js";
import { thinned } from "../../../browser/js/strokes.js";
import { fill } from "../../../browser/js/words.js";
import { inkOf, wear } from "./look.js";
import { bytes } from "./server.js";

const SIDE = 28;
const DIGITS = 10;
const ID_BYTES = 16;

export class ClassPad {
  /**
   * @param {HTMLElement} root
   * @param {Record<string, string>} words the block `pad` of explorer/classroom/words.md
   * @param {(kind: string, body: object) => Promise<{ ok: boolean, why?: string }>} send
   */
  constructor(root, words, send) {
    this.root = root;
    this.words = words;
    this.send = send;
    this.label = null; // which digit the student says it is
    this.wanted = null; // which the teacher asks for; null for any
    this.sending = false;
    this.pad = new Pad({ sides: [], words: { pad: words }, commit: () => this.#ready() }, new AbortController().signal);
    this.heading = el("p", { className: "class-heading" });
    this.digits = Array.from({ length: DIGITS }, (_, digit) => {
      const made = el("button", { type: "button", textContent: String(digit), "aria-pressed": false });
      made.addEventListener("click", () => this.#say(digit));
      return made;
    });
    this.which = el("fieldset", {}, el("legend", { textContent: words.which }), el("div", { className: "class-chips" }, ...this.digits));
    this.button = el("button", { type: "button", className: "send", textContent: words.send });
    this.button.addEventListener("click", () => this.#send());
    this.note = el("p", { role: "status" });
    this.mine = el("ul", {});
    this.own = el("section", { hidden: true }, el("p", { textContent: words.mine }), this.mine);
    this.drawing = el("div", { className: "drawing" }, this.pad.box, this.which);
    this.element = el("div", { className: "class-pad" }, this.heading, this.drawing, this.button, this.note, this.own);
    this.shown = "";
    root.append(this.element);
  }

  /** Show what is asked for and the student's own drawings; `me` is the student's number, where others' drawings are in the state as well. */
  show(state, me = null) {
    wear(this.root);
    const { map, drawings = {} } = state;
    this.pad.theme(inkOf(this.root));
    this.wanted = map?.label ?? null;
    this.approve = Boolean(map?.approve);
    const accepts = Boolean(map?.on && map.accepts);
    this.drawing.hidden = this.button.hidden = !accepts;
    this.which.hidden = this.wanted !== null;
    this.heading.textContent = !accepts ? this.words.closed : this.wanted === null ? this.words.any : fill(this.words.wanted, { digit: this.wanted });
    this.#ready();
    const own = Object.entries(drawings).filter(([, drawing]) => me === null || drawing.member === me);
    const ids = own.map(([id]) => id).join();
    if (ids === this.shown) return;
    this.shown = ids;
    this.own.hidden = !own.length;
    this.mine.replaceChildren(...own.map(([id, drawing]) => this.#item(id, drawing)));
  }

  #item(id, { label, image }) {
    const picture = el("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": fill(this.words.drawing, { digit: label }) });
    const context = picture.getContext("2d");
    const pixels = context.createImageData(SIDE, SIDE);
    bytes(image).forEach((grey, p) => pixels.data.set([grey, grey, grey, 255], 4 * p));
    context.putImageData(pixels, 0, 0);
    const remove = el("button", { type: "button", textContent: this.words.delete, "aria-label": fill(this.words.delete_one, { digit: label }) });
    remove.addEventListener("click", async () => {
      remove.disabled = true;
      const { ok, why } = await this.send("undraw", { drawing: id });
      remove.disabled = false;
      this.note.textContent = ok ? this.words.deleted : (why ?? "");
    });
    return el("li", {}, picture, remove);
  }

  #say(digit) {
    this.label = digit;
    this.digits.forEach((button, k) => button.setAttribute("aria-pressed", String(k === digit)));
    this.#ready();
  }

  /** Sending needs a drawing and its digit, and says what is missing. */
  #ready() {
    this.button.textContent = this.sending ? this.words.sending : this.words.send;
    this.button.setAttribute("aria-disabled", String(this.sending));
  }

  async #send() {
    if (this.sending) return;
    const strokes = thinned(this.pad.strokes).map((stroke) => stroke.map((point) => point.map((value) => Math.min(1.5, Math.max(-0.5, value)))));
    const label = this.wanted ?? this.label;
    if (!strokes.length || label === null) {
      this.note.textContent = strokes.length ? this.words.which_first : this.words.draw_first;
      return;
    }
    this.sending = true;
    this.note.textContent = "";
    this.#ready();
    const { ok, why } = await this.send("draw", { drawing: newId(), strokes, label });
    this.sending = false;
    this.#ready();
    this.note.textContent = ok ? (this.approve ? this.words.waits : this.words.sent) : (why ?? "");
    if (ok) this.pad.empty();
  }
}

/** A new name for a drawing, 22 signs. */
function newId() {
  const random = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return btoa(String.fromCharCode(...random)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
