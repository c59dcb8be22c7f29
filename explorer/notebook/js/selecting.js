// Images that are selected: with a box, one by one, or from Python.

import { el } from "../../browser/js/dom.js";
import { pointed } from "../../browser/js/size.js";
import { fill } from "../../browser/js/words.js";

const CLICK = 4; // pixels that a press may wander

export class Selecting {
  /** `changed` hears of each new selection of the hand: indices in order. */
  constructor(words, changed) {
    this.words = words;
    this.changed = changed;
    /** @type {number[]} */
    this.indices = [];
    /** @type {import("../../canvas/js/side.js").Side | null} */
    this.side = null;
    /** @type {{ id: number, x: number, y: number } | null} */
    this.from = null; // where the press of a box began
    this.button = el("button", { type: "button", textContent: words.select, title: words.select_help, "aria-pressed": "false" });
    this.count = el("span", { role: "status" });
    this.clear = el("button", { type: "button", textContent: words.clear, hidden: true });
    this.element = el("div", { className: "buttons" }, this.button, this.count, this.clear);
    this.button.addEventListener("click", () => this.button.setAttribute("aria-pressed", String(!this.#on)));
    this.clear.addEventListener("click", () => this.#select([]));
  }

  get #on() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  /** Stand on a board that was built: its tools, and its one plane. */
  join(board) {
    if (this.board === board && this.element.isConnected) return;
    this.board = board;
    board.root.querySelector(".tools").append(this.element);
    [this.side] = board.sides;
    const { signal } = board.ended;
    const { element } = this.side.plane;
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      element.addEventListener(kind, (event) => this.#pointer(event), { capture: true, signal });
    }
    element.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  /** Show what is selected; it is told to nobody. */
  show(indices) {
    this.indices = indices;
    this.board.selected = indices;
    this.board.changed();
    this.count.textContent = indices.length ? fill(this.words.selected, { count: indices.length }) : "";
    this.clear.hidden = !indices.length;
  }

  #select(indices) {
    const sorted = [...new Set(indices)].sort((a, b) => a - b);
    this.show(sorted);
    this.changed(sorted);
  }

  #toggle(index) {
    if (index < 0) return;
    const without = this.indices.filter((other) => other !== index);
    this.#select(without.length < this.indices.length ? without : [...without, index]);
  }

  #key(event) {
    if (event.key !== "s" || event.ctrlKey || event.metaKey || event.altKey || !this.side.ready) return;
    event.preventDefault();
    this.#toggle(this.side.codes.nearest(this.side.code).index);
  }

  /** A press with Shift, or while the button is on, draws a box instead of moving the plane. */
  #pointer(event) {
    const { plane } = this.side;
    const starts = event.type === "pointerdown" && event.button === 0 && (this.#on || event.shiftKey) && this.side.ready;
    if (!starts && event.pointerId !== this.from?.id) return;
    event.stopImmediatePropagation();
    const [x, y] = pointed(event, plane.element);
    if (starts) {
      this.box?.remove();
      this.from = { id: event.pointerId, x, y };
      this.box = el("div", { className: "box" });
      plane.element.append(this.box);
      plane.element.setPointerCapture(event.pointerId);
      plane.element.focus();
    }
    const { from } = this;
    const [left, right] = [Math.min(from.x, x), Math.max(from.x, x)];
    const [top, bottom] = [Math.min(from.y, y), Math.max(from.y, y)];
    Object.assign(this.box.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    if (event.type !== "pointerup" && event.type !== "pointercancel") return;
    this.box.remove();
    this.from = null;
    if (event.type === "pointercancel") return;
    if (Math.hypot(x - from.x, y - from.y) <= CLICK) this.#toggle(plane.pointAt(x, y));
    else this.#select(within(plane, [left, right], [top, bottom]));
  }
}

/** Indices of the images whose points lie in a box on the screen. */
export function within(plane, [left, right], [top, bottom]) {
  return Array.from({ length: plane.codes.count }, (_, i) => i).filter((i) => {
    const [x, y] = plane.screenOf(i);
    return x >= left && x <= right && y >= top && y <= bottom;
  });
}
