// A node unfolded: its sentence, its equation with this moment's numbers, and the line of code that computes it.

import { el } from "../../browser/js/dom.js";
import { clamp } from "../../browser/js/numbers.js";
import { fill } from "../../browser/js/words.js";
import { equationOf, sayingOf } from "./equations.js";

const GAP = 8; // CSS pixels between a node and its card

export class Card {
  /** `words` are the machine's, `nodes` what it says of each node: { title, sentence }. */
  constructor(words, nodes, signal) {
    this.words = words;
    this.nodes = nodes;
    this.shown = null; // shown: { node, lane }
    this.title = el("h3", { id: "card-title" });
    this.sentence = el("p");
    this.math = el("div", { className: "equation" });
    this.live = el("div", { className: "live" });
    this.where = el("p", { className: "where-code" });
    this.code = el("code");
    const close = el("button", { type: "button", className: "close", textContent: "\u00d7", "aria-label": words.close, title: words["close-help"] });
    close.addEventListener("click", () => this.close(true), { signal });
    const head = el("div", { className: "card-head" }, this.title, close);
    const facts = { className: "card", role: "region", "aria-labelledby": "card-title", hidden: true, "data-testid": "node-card" };
    const parts = [head, this.sentence, this.math, this.live, this.where, el("pre", {}, this.code)];
    this.element = el("div", facts, ...parts);
  }

  /** Open a node's card, or close it where it is open. */
  toggle(node, lane) {
    const same = this.shown?.node === node;
    this.close();
    if (same) return;
    this.shown = { node, lane };
    const { title, sentence } = sayingOf(this.nodes, node.id, lane.kind);
    const quote = lane.quotes[node.id];
    this.title.textContent = title;
    this.sentence.textContent = sentence;
    this.math.innerHTML = equationOf(node.id, lane.kind).math;
    this.where.textContent = fill(this.words.where, { file: quote.file, line: quote.number, where: quote.function });
    this.code.textContent = quote.code;
    this.element.className = `card ${[...node.element.classList].filter((name) => name !== "node").join(" ")}`;
    this.element.hidden = false;
    node.element.setAttribute("aria-expanded", "true");
    node.element.after(this.element); // next for Tab, too
    this.update();
    this.place();
  }

  /** Close; `back` puts the keyboard on the node again. */
  close(back = false) {
    if (!this.shown) return;
    const { element } = this.shown.node;
    element.setAttribute("aria-expanded", "false");
    this.element.hidden = true;
    this.shown = null;
    if (back) element.focus();
  }

  /** This moment's numbers. */
  update() {
    if (!this.shown?.lane.ready) return;
    const { node, lane } = this.shown;
    const text = equationOf(node.id, lane.kind).live(lane, this.words).join("\n");
    if (text !== this.live.textContent) this.live.textContent = text;
  }

  /** Below the node or, where that would leave the body and above it is more room, above it; always inside the body. */
  place() {
    if (!this.shown) return;
    const body = this.element.offsetParent.getBoundingClientRect();
    const box = this.shown.node.element.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const [above, below] = [box.top - body.top - GAP, body.bottom - box.bottom - GAP];
    const top = height <= below || below >= above ? box.bottom - body.top + GAP : box.top - body.top - height - GAP;
    const left = clamp(box.left - body.left + box.width / 2 - width / 2, 0, Math.max(0, body.width - width));
    Object.assign(this.element.style, { left: `${left}px`, top: `${clamp(top, 0, Math.max(0, body.height - height))}px` });
  }
}
