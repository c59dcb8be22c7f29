// The lesson that looks inside: one digit through two networks, every unit under the hand.

import { el } from "../../explorer/browser/js/dom.js";
import { clamp } from "../../explorer/browser/js/numbers.js";
import { fill } from "../../explorer/browser/js/words.js";
import { Trouble } from "../../explorer/browser/js/payload.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";
import { Card, layerOf, wordsOf } from "./inside_card.js";
import { InsideNet } from "./inside_net.js";
import { HeadsView, LayerView, Tile } from "./inside_views.js";
import { shifted, windowOf } from "./network.js";

const SIDE = 28;
const FARTHEST = 8; // pixels that the digit can be moved
const INK = { plus: "vae", minus: "epsilon" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SHORT = { dense: "dense", convolution: "conv", "transposed convolution": "transposed" }; // names among the words

/**
 * What lessons/inside/screen.py hands over (live_facts).
 *
 * @typedef {object} Data
 * @property {import("./inside_net.js").Told[]} nets
 * @property {{ index: number, label: number, pixels: number[] }} digit grey levels
 * @property {{ unit: string, right: number, down: number }} start
 */

class InsidePart extends LivePart {
  /** @type {InsideNet[]} */
  nets = [];
  /** @type {{ net: InsideNet, views: (LayerView | HeadsView)[], element: HTMLElement }[]} */
  lanes = [];
  /** @type {{ name: string, index: number, unit: number }} */
  kept; // the unit that was chosen, by its network's name
  /** @type {{ n: number, index: number, unit: number } | null} */
  over = null; // the unit that the hand is over
  shift = [0, 0]; // of the digit, right and down
  asked = 0; // how often networks were fetched
  names = ""; // of the bodies that are on the page
  rest = this.atRest(() => this.#tell());
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.#build();
  }

  /** @param {Data} data */
  async update(data) {
    this.data = data;
    if (this.echo.asks(data.start)) {
      this.kept = read(data.start.unit);
      this.shift = [data.start.right, data.start.down];
    }
    const names = JSON.stringify(data.nets.map(({ encoder, decoder, favourites }) => [encoder, decoder, favourites]));
    if (names !== this.names) {
      const asked = ++this.asked;
      try {
        const nets = await Promise.all(data.nets.map((told) => InsideNet.fetch(told)));
        if (asked !== this.asked || this.signal.aborted) return;
        this.nets = nets;
        this.names = names;
        this.#lay();
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.rows.replaceChildren(el("p", { className: "note", role: "alert", textContent: error.message }));
        return;
      }
    }
    if (!this.nets.length) return;
    this.#digit();
    this.#say();
  }

  #build() {
    const { words } = this;
    this.input = new Tile("in-digit", words.digit);
    this.input.canvas.tabIndex = 0;
    this.input.canvas.setAttribute("role", "application");
    this.input.canvas.setAttribute("aria-label", words.digit_keys);
    this.where = el("span", { className: "in-where" });
    this.back = this.button(words.put_back, () => this.#move([0, 0], true));
    this.status = el("p", { className: "unseen", role: "status", "data-testid": "said" });
    this.card = new Card(words);
    this.rows = el("div", { className: "in-rows" }, el("p", { className: "note", textContent: words.fetching }));
    this.root.replaceChildren(
      el(
        "div",
        { className: "in-grid" },
        el("div", { className: "in-input" }, this.input.element, el("p", { className: "note" }, words.drag, " ", this.where), this.back),
        this.rows,
        this.card.element,
      ),
      this.status,
    );
    this.card.element.hidden = true;
    this.#hold(this.input.canvas);
  }

  /** The digit under a hand: drag, or arrow keys. */
  #hold(canvas) {
    const listen = (name, act) => canvas.addEventListener(name, act, { signal: this.signal });
    let from = null;
    listen("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, shift: this.shift };
    });
    listen("pointermove", (event) => {
      if (!from) return;
      const pixel = canvas.getBoundingClientRect().width / SIDE;
      this.#move([from.shift[0] + Math.round((event.clientX - from.x) / pixel), from.shift[1] + Math.round((event.clientY - from.y) / pixel)]);
    });
    const lift = () => {
      if (from) this.#tell();
      from = null;
    };
    listen("pointerup", lift);
    listen("pointercancel", lift);
    listen("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = event.key === "0" ? this.shift.map((value) => -value) : ARROWS[event.key];
      if (!by) return;
      event.preventDefault();
      this.#move(this.shift.map((value, i) => value + by[i]));
      this.rest();
    });
  }

  #move(shift, tell = false) {
    this.shift = shift.map((value) => clamp(value, -FARTHEST, FARTHEST));
    this.#digit();
    if (tell) this.#tell();
  }

  /** Send the digit, where it lies now, through both networks. */
  #digit() {
    if (!this.nets.length) return;
    const pixels = shifted(this.data.digit.pixels.map((level) => level / 255), SIDE, this.shift);
    for (const net of this.nets) net.run(pixels);
    this.pixels = pixels;
    this.stale = true;
    this.draw();
  }

  /** A lane for each network. */
  #lay() {
    this.lanes = this.nets.map((net, n) => {
      const views = net.stages.map((stage, index) => this.#view(net, n, stage, index));
      const title = el("p", { className: "title" }, `${net.title}: `, el("span", { className: "in-count", textContent: fill(this.words.weights, { count: net.parameters }) }));
      const row = el("div", { className: "in-lane", role: "group", "aria-label": fill(this.words.lane, { net: net.title }) }, ...views.map(({ element }) => element));
      net.explore(() => this.draw(), this.signal);
      return { net, views, element: el("div", {}, title, row) };
    });
    this.rows.replaceChildren(...this.lanes.map(({ element }) => element));
    this.card.element.hidden = false;
  }

  #view(net, n, stage, index) {
    const on = {
      hover: (unit) => this.#look({ n, index, unit }),
      leave: () => this.#look(null),
      pick: (unit) => this.#keep({ n, index, unit }, true),
      moved: (unit) => this.#keep({ n, index, unit }, false),
    };
    const { words } = this;
    const [count, height] = stage.shape;
    const output = net.isOutput(index);
    const heads = index === net.depth - 1;
    const named = { net: net.title };
    const kind = output && stage.kind !== "transposed convolution" ? "dense" : SHORT[stage.kind];
    const caption = [
      el("b", { textContent: output ? words.output : heads ? words.heads : fill(height ? words.maps : words.units, { count }) }),
      el("span", { textContent: words[kind] }),
      el("span", { textContent: stage.parameters.toLocaleString("en") }),
    ];
    if (heads) {
      const names = Array.from({ length: count }, (_, u) => `${u < net.latents ? "\u03bc" : "log \u03c3\u00b2"}${(u % net.latents) + 1} `);
      return new HeadsView(names, { title: fill(words.head_buttons, named), caption }, on, this.signal);
    }
    const title = output ? fill(words.output_layer, named) : layerOf(words, net, index);
    return new LayerView(stage, { title, caption, scale: output ? 4 : height ? 3 : 8 }, on, this.signal);
  }

  // ---- which unit

  #look(at) {
    this.over = at;
    this.draw();
  }

  #keep(at, now) {
    this.kept = { name: this.nets[at.n].name, index: at.index, unit: at.unit };
    this.over = null;
    this.draw();
    if (now) this.#tell();
    else this.rest();
  }

  #tell() {
    const { name, index, unit } = this.kept;
    const [right, down] = this.shift;
    this.report({ unit: `${name}.${index}.${unit}`, right, down });
    this.#say();
  }

  /** What is looked at: what the hand is over, else what was kept. */
  get #at() {
    if (this.over) return this.over;
    const n = Math.max(0, this.nets.findIndex(({ name }) => name === this.kept.name));
    const index = Math.min(this.kept.index, this.nets[n].stages.length - 1);
    return { n, index, unit: this.kept.unit };
  }

  #say() {
    const { n, index, unit } = this.#at;
    const { title, facts } = wordsOf(this.words, this.nets[n], index, unit);
    this.status.textContent = `${title}. ${facts.join(" ")}`;
  }

  paint() {
    if (!this.nets.length) return;
    if (this.stale) {
      this.input.grey(this.pixels, SIDE, SIDE);
      this.lanes.forEach(({ net, views }) => views.forEach((view, index) => view.show(net.shown(index), net.isOutput(index) ? 1 : net.stages[index].scale)));
      const [right, down] = this.shift;
      const { words } = this;
      const way = (value, plus, minus) => (value ? fill(value > 0 ? plus : minus, { by: Math.abs(value) }) : "");
      const moved = [way(right, words.right, words.left), way(down, words.down, words.up)].filter(Boolean).join(", ");
      this.where.textContent = moved || words.still;
      this.back.disabled = !moved;
      this.stale = false;
    }
    const at = this.#at;
    const net = this.nets[at.n];
    this.lanes.forEach(({ views }, n) =>
      views.forEach((view, index) => {
        const here = n === at.n && index === at.index;
        view.select(here ? at.unit : null, here ? wordsOf(this.words, net, index, at.unit).short : "");
      }),
    );
    this.#window(net, at);
    this.card.show(net, at.index, at.unit, this.ink(INK));
  }

  /** What of the image the unit sees or reaches: a box on the digit, or on what came out. */
  #window(net, { index, unit }) {
    const { field, shape } = net.stages[index];
    const [, , width = 1] = shape;
    const within = unit % net.places(index);
    const box = field && !net.isOutput(index) ? windowOf(field, Math.floor(within / width), within % width, SIDE) : null;
    this.input.box(net.inDecoder(index) ? null : box);
    this.lanes.forEach(({ net: each, views }) => {
      const output = views.at(-1);
      if (each === net && !net.isOutput(index) && output instanceof LayerView) output.frame(net.inDecoder(index) ? box : null);
    });
  }
}

/** "conv.1.700" -> { name, index, unit }. */
function read(text) {
  const [name, index, unit] = text.split(".");
  return { name, index: Number(index), unit: Number(unit) };
}

export const render = renderOf(InsidePart);
