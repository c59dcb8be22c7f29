// The canvas as a whole: one model or two side by side, and one cursor for all of them.
//
// The hand moves `live`, a code for each side; a click, a released slider or Enter makes it `pinned`, and it stands in the address at
// once. Python hears of it when the hand turns to something else on the page, and at once where Python has to answer. All drawing
// happens in one frame function, at most once a frame.

import { Background } from "./background.js";
import { writeAddress } from "../../browser/js/address.js";
import { el } from "../../browser/js/dom.js";
import { Draws } from "./draws.js";
import { Choice, NumberField } from "../../browser/js/fields.js";
import { common, lift, project } from "./geometry.js";
import { hooks } from "./hand.js";
import { whenLeft } from "../../browser/js/leaving.js";
import { Morph } from "./morph.js";
import { torchNoise } from "../../browser/js/noise.js";
import { clamp } from "../../browser/js/numbers.js";
import { Pad } from "../../browser/js/pad.js";
import { Trouble } from "../../browser/js/payload.js";
import { Run } from "./run.js";
import { Series } from "./series.js";
import { Side } from "./side.js";
import { Sliders } from "./sliders.js";
import { readTheme } from "../../browser/js/theme.js";
import { toldOf } from "./told.js";
import { layerButtons, planeChoice, planeMenus, planeText } from "./toolbar.js";

const SPEAK_REST = 700; // ms without a move before the live region speaks
const NEIGHBOURS = 60; // codes whose posteriors are shown around the hand
const PATIENCE = 2_000; // ms for Python to hear
const EXACT = 2; // dimensions up to which the browser's table has codes as fine as an address writes them

export class Board {
  constructor(root) {
    this.root = root;
    /** @type {Side[]} */
    this.sides = [];
    /** @type {Set<string> | undefined} */
    this.layers = undefined; // those that are shown, on every plane
    this.choices = {}; // of the controls, by the names under which they are told
    this.reports = 0;
    this.untold = false;
    this.heard = () => {}; // called once Python has heard
    this.timers = {};
  }

  /** Take what Python says now. The structure is rebuilt only when it differs from what stands. */
  update(data, setStateValue) {
    this.setStateValue = setStateValue;
    const { position, digit, followed, drawn, morph, heard, run, look, choices, ...rest } = data;
    const signature = JSON.stringify({ ...rest, morph: morph && [morph.controls], series: rest.series?.moments, run: Boolean(run) });
    if (signature !== this.signature) this.#build(data);
    else if (this.series instanceof Run) this.series.update(run);
    this.signature = signature;
    this.#wear(readTheme(this.root, data.ink));
    this.#hear(data);
    this.pad?.update(drawn);
    this.changed();
    return this.filled;
  }

  /** Leave nothing behind: every listener, timer and frame. */
  end() {
    this.ended?.abort();
    this.heard();
    cancelAnimationFrame(this.frameAsked);
    this.frameAsked = 0;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.sides = [];
    this.root.replaceChildren();
  }

  #build(data) {
    const names = data.models.map((model) => model.name).join();
    const same = names === this.names; // then what the reader chose stays
    const pinned = same ? this.sides.map((side) => side.pinned) : [];
    this.end();
    this.ended = new AbortController();
    const { signal } = this.ended;
    const { models, classes, colours, words, look, controls } = data;
    const [first] = models;
    if (!same) {
      this.wish = undefined;
      this.choice = planeChoice(look.plane, first);
      this.picked = -1;
    }
    this.names = names;
    this.address = data.address;
    this.words = words;
    this.layers ??= new Set(look.layers);
    this.digit = -1;
    this.source = null;
    this.ink = null;
    const facts = { classes, colours, words, drawn: Boolean(controls.draws) };
    this.sides = models.map((model, i) => new Side({ model, ...facts }, i, (side) => hooks(this, side), signal));
    this.sides.forEach((side, i) => {
      side.setLayers(this.layers);
      side.pinned = pinned[i] ?? side.pinned;
    });
    this.background = new Background(this);
    this.linked = models.every((model) => model.dims === first.dims);
    if (!same) this.choices = { ...data.choices };

    const leader = models.find((model) => model.kl) ?? first;
    const sliders = this.linked && first.dims <= leader.ranges.length;
    this.sliders = sliders ? new Sliders(leader, words, (d, value) => this.#slide(d, value), () => this.commit(), signal) : null;
    this.pad = data.draw ? new Pad(this, signal) : null;
    this.draws = controls.draws ? new Draws(this, controls.draws, signal) : null;
    this.morph = data.morph ? new Morph(this, data.morph, signal) : null;
    this.series = data.series ? new Series(this, data.series, signal) : data.run ? new Run(this, data.run, signal) : null;
    this.speaker = el("div", { className: "unseen", "aria-live": "polite", role: "status" });
    this.root.append(...this.#layout(this.#tools(models, controls, signal)));
    whenLeft(this.root, () => (this.untold ? this.#tell() : null), signal);
    this.root.classList.toggle("pair", this.sides.length > 1);
    this.root.classList.toggle("morphing", Boolean(this.morph));
    this.root.classList.toggle("drawing-on", Boolean(this.pad));
    this.filled = Promise.all(this.sides.map((side) => this.#fill(side)));
  }

  #tools(models, controls, signal) {
    const { said } = this.words;
    const vae = models.some((model) => model.kind === "vae");
    const has = { ellipses: vae && !this.series, prior: vae }; // the moments of a series come without posterior widths
    const offered = ["points", "digits", "decoded", "ellipses", "prior", "distance"].filter((name) => has[name] ?? true);
    const home = el("button", { type: "button", textContent: said.home, title: said.home_help });
    home.addEventListener("click", () => this.home(), { signal });
    const menus = this.#planesDiffer ? planeMenus(models[0], this.choice, this.words, () => this.#planesChanged(), signal) : null;
    const layers = layerButtons(offered, this.layers, this.words, () => this.#layersChanged(), signal);
    const jumps = controls.jumps ? this.#jumps(controls.jumps, signal) : [];
    const fields = [this.#follow(controls.follow, signal), this.#axesChoice(controls.axes, signal)];
    return el("div", { className: "tools" }, ...fields, layers, menus, el("div", { className: "buttons" }, ...jumps, home));
  }

  /** Buttons that jump: to a draw from N(0, I), and to 0. */
  #jumps({ prior, zero }, signal) {
    const places = {
      prior: (dims) => torchNoise(Math.floor(Math.random() * 2 ** 32), dims),
      zero: (dims) => new Array(dims).fill(0),
    };
    return Object.entries({ prior, zero }).map(([name, [textContent, title]]) => {
      const button = el("button", { type: "button", textContent, title });
      button.addEventListener("click", () => this.#jump(places[name]), { signal });
      return button;
    });
  }

  /** A test image by its number, whose codes both planes show. */
  #follow(what, signal) {
    this.following = what ? new NumberField(what, (index) => this.#goTo(index), () => this.commit(), signal) : null;
    return this.following?.element;
  }

  /** Whether each plane shows its own intervals, or both the same. */
  #axesChoice(what, signal) {
    const choose = (axes) => {
      this.#choose({ axes });
      this.commit();
    };
    this.axes = what ? new Choice(what, choose, signal) : null;
    return this.axes?.element;
  }

  /** What the page's controls stand at: the draws from the prior, the axes; some of them, or all. */
  #choose(choices) {
    const before = this.choices.axes;
    Object.assign(this.choices, choices);
    this.axes?.show(this.choices.axes);
    for (const side of this.sides) {
      if (this.choices.axes !== before && side.codes) this.#showPlane(side);
      this.draws?.show(side);
    }
  }

  /** Pictures, planes and what they answer with come first; what one chooses by stands below, or beside a single plane. */
  #layout(tools) {
    const [{ head, plane }, other] = this.sides;
    const sliders = this.sliders?.element;
    const row = ({ i }) => this.morph?.rows[i] ?? this.draws?.rows[i];
    const half = (side) => el("section", { "aria-label": side.model.label }, ...[side.head, side.plane.element, row(side)].filter(Boolean));
    const pair = () => el("div", { className: "planes" }, ...this.sides.map(half));
    const many = this.sides[0].model.dims > 2; // latents that only their sliders move, so these come first
    const single = () => el("div", { className: many ? "single many" : "single" }, head, plane.element, el("div", { className: "aside" }, ...(many ? [sliders, tools] : [tools, sliders])));
    const summary = el("summary", { textContent: this.words.said.sliders });
    const more = other && sliders && !this.morph ? el("details", { className: "more" }, summary, sliders) : null;
    const above = [this.series?.element, other ? pair() : single(), this.morph?.element, this.draws?.element];
    const below = [other ? tools : null, this.morph?.controls?.element, this.pad?.element, more, this.morph?.files];
    return [...above, ...below, this.speaker].filter(Boolean);
  }

  async #fill(side) {
    if (!(await side.fetch())) return;
    side.learn(this.picked, side.pinned);
    this.#showPlane(side);
    this.#fetchExtras(side);
    this.series?.show();
    this.morph?.show();
    this.draws?.show(side);
    this.stir(side);
  }

  async #fetchExtras(side) {
    if (!side.codes) return;
    if (await side.fetchExtras(this.layers.has("ellipses") || this.sides.length > 1)) this.changed();
  }

  #wear(ink) {
    const worn = JSON.stringify(ink);
    if (worn === this.ink) return;
    this.ink = worn;
    for (const side of this.sides) side.plane.theme(ink);
    this.pad?.theme(ink);
    this.background.stale();
  }

  // ---- where one is

  /**
   * What Python says counts where it is something new, and where Python has heard of all that was done: an answer to an older report
   * would throw a fast hand back.
   */
  #hear({ position, digit, followed, choices, morph, heard }) {
    if (heard < this.reports) return;
    this.heard();
    const wish = JSON.stringify([position ?? null, digit ?? null, choices, morph]);
    if (wish === this.wish) return;
    this.reports = heard;
    this.wish = wish;
    this.#choose(choices);
    this.following?.show(followed);
    this.morph?.change(morph);
    const moved = position && JSON.stringify(position) !== JSON.stringify(this.#position);
    if (moved) this.#obey(position);
    if (moved || digit >= 0) this.picked = digit ?? -1;
    for (const side of this.sides) side.learn(this.picked, side.pinned);
  }

  /** Go where Python says: a code for each side. Anything else is said in a sentence. */
  #obey(position) {
    const fits = (side) => position[side.i]?.length === side.model.dims && position[side.i].every(Number.isFinite);
    if (!this.sides.every(fits)) {
      for (const side of this.sides) side.say(new Trouble(this.words.troubles.nowhere));
      return;
    }
    for (const side of this.sides) {
      side.pinned = Float64Array.from(position[side.i]);
      side.live = null;
      this.stir(side);
    }
  }

  /** Another code: what lies off the plane may have changed, and with it background and shade. */
  stir(side) {
    side.stale = true;
    if (side.model.dims > 2) {
      side.plane.shade = null;
      if (side.plane.layers.has("distance")) side.plane.staleBelow = true;
    }
    this.background.stale();
    this.changed();
  }

  /** Hover at (a, b) on one side's plane; the other side follows to the same coordinate. */
  moveTo(side, a, b, field = "live") {
    side[field] = lift(side.plane.plane, side.pinned, a, b);
    for (const other of this.sides) {
      if (other !== side && other.ready) {
        const there = () => lift(other.plane.plane, other.pinned, ...project(side.plane.plane, side[field]));
        other[field] = this.linked ? Float64Array.from(side[field]) : there();
      }
      other.recover();
      other.stale = true;
    }
    this.changed();
  }

  /** The same, and stay there. */
  pinAt(side, a, b) {
    for (const each of this.sides) each.live = null;
    this.source = side;
    this.picked = -1;
    this.moveTo(side, a, b, "pinned");
  }

  /** A test image under the hand: both planes show where it lives. With one plane, only where ellipses are shown. */
  pointOut(side, index) {
    this.source = side;
    this.digit = this.sides.length > 1 || side.plane.layers.has("ellipses") ? index : -1;
  }

  /** A click keeps the place. A click on a point goes to that digit's whole code, in each model its own. */
  pick(side, index, a, b) {
    this.pinAt(side, a, b);
    if (index >= 0) {
      for (const each of this.sides) {
        each.pinned = Float64Array.from(each.codes?.code(index) ?? each.pinned);
        this.stir(each);
      }
      this.picked = index;
    }
    this.commit();
  }

  /** The hand is gone: back to where one was pinned. */
  release() {
    this.digit = -1;
    for (const side of this.sides) {
      if (side.live) side.stale = true;
      side.live = null;
    }
    this.changed();
  }

  /** Enter: stay where the hand is. */
  keep() {
    if (this.sides.some((side) => side.live)) this.picked = -1;
    for (const side of this.sides) side.pinned = side.code;
    this.commit();
  }

  /** Where the codes of a test image are, as far as they have come. */
  #goTo(index) {
    if (!this.sides.every((side) => side.codes && index < side.codes.count)) return;
    this.picked = index;
    this.source = null;
    for (const side of this.sides) this.#put(side, side.codes.code(index));
  }

  /** To a place that `of` gives for a number of dimensions, as far as the sliders reach. */
  #jump(of) {
    this.picked = -1;
    for (const side of this.sides) this.#put(side, of(side.model.dims));
    this.commit();
  }

  #put(side, code) {
    side.pinned = Float64Array.from(code);
    side.live = null;
    side.recover();
    this.stir(side);
  }

  #slide(d, value) {
    this.picked = -1;
    for (const side of this.sides) {
      side.pinned = side.pinned.map((old, i) => (i === d ? value : old));
      side.live = null;
      side.recover();
      this.stir(side);
    }
  }

  /**
   * Stay where one is now, and be exactly there: a link to it then opens the same picture. The address says it at once; `extra` is
   * for Python alone, which answers it.
   */
  commit(extra = {}) {
    for (const side of this.sides) {
      side.pinned = side.pinned.map((value, d) => Math.round(this.#within(side, d, value) * 1e4) / 1e4);
      side.stale = true;
    }
    this.changed();
    this.reports += 1;
    const digit = this.picked >= 0 ? this.picked : null;
    const plane = this.#planesDiffer ? planeText(this.choice) : null;
    const ways = { ends: this.morph ? [...this.morph.ends] : null, moment: this.series?.resting ?? null };
    if (digit !== null) this.following?.show(digit);
    const choices = { ...this.choices, ...this.morph?.choices };
    const shown = { digit, position: this.#position, layers: [...this.layers], plane, choices, ...ways };
    this.report = { ...this.report, ...shown, ...extra, count: this.reports };
    if (this.address) writeAddress(this.address, toldOf(this.report));
    const coarse = digit !== null && this.sides.some(({ model }) => model.dims > EXACT); // Python knows the code better
    if (!this.address || coarse || Object.keys(extra).length) this.#tell();
    else this.untold = true;
  }

  /** Let Python know, which runs this part of the page; a promise that it has heard, or that one need not wait for it any longer. */
  #tell() {
    this.untold = false;
    /** @type {Promise<void>} */
    const heard = new Promise((resolve) => {
      this.heard = () => resolve();
      this.later("heard", PATIENCE, this.heard);
    });
    this.setStateValue("report", this.report);
    return heard;
  }

  /** A number of a position that the address carries lies within its slider's ends. */
  #within(side, d, value) {
    return this.address?.rows[`z${d + 1}`] ? clamp(value, ...side.model.ranges[d]) : value;
  }

  /** Is there a choice of planes? */
  get #planesDiffer() {
    return this.linked && this.sides[0].model.dims > 2;
  }

  /** The pinned codes as Python is told them. */
  get #position() {
    return this.sides.map((side) => Array.from(side.pinned));
  }

  // ---- what is shown

  home() {
    for (const side of this.sides) {
      side.plane.view.home();
      this.viewChanged(side);
    }
  }

  viewChanged(side) {
    side.plane.viewChanged();
    this.background.stale();
    this.changed();
  }

  #layersChanged() {
    for (const side of this.sides) {
      side.setLayers(this.layers);
      this.#fetchExtras(side);
    }
    this.background.stale(0);
    this.commit();
  }

  #planesChanged() {
    for (const side of this.sides) if (side.codes) this.#showPlane(side);
    this.commit();
  }

  #showPlane(side) {
    const chosen = ({ model: { axes } }) => (this.linked ? this.choice : { across: axes[0], up: axes[1], principal: false });
    const bounds = this.sides.map((each) => each.boundsOf(chosen(each)));
    side.showPlane(chosen(side), this.choices.axes === "equal" ? common(bounds) : bounds[side.i]);
    this.background.stale(0);
  }

  /** Ask for one frame. */
  changed() {
    if (this.frameAsked || !this.ended || this.ended.signal.aborted) return;
    this.frameAsked = requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    this.frameAsked = 0;
    this.morph?.tick();
    const around = this.#around;
    for (const side of this.sides) {
      if (side.stale && side.ready) {
        side.decode();
        this.later("speak", SPEAK_REST, () => this.#speak());
      }
      this.#mark(side, around);
      side.plane.draw(side.code);
    }
    if (this.sides.length) this.sliders?.show(this.sides[0].code);
  }

  #speak() {
    this.speaker.textContent = this.sides.map((side) => side.sentence).join(" ");
    for (const side of this.sides) side.picture.describe(side.near.textContent);
  }

  /** The test images nearest to the hand on the plane it is on, or to the digit it points at; the other plane shows the same ones. */
  get #around() {
    const side = this.source ?? this.sides.find(({ model }) => model.kind === "vae");
    if (!this.layers.has("ellipses") || !side?.ready || this.series) return null;
    const { feet, plane } = side.plane;
    const centre = this.digit >= 0 ? feet.subarray(2 * this.digit, 2 * this.digit + 2) : project(plane, side.code);
    return side.plane.nearest(...centre, NEIGHBOURS);
  }

  #mark(side, around) {
    const { plane } = side;
    const marks = {
      pinned: this.morph ? null : side.pinned,
      live: side.live,
      around,
      digit: this.digit,
      picked: this.morph ? -1 : this.picked,
      nameless: side === this.source, // where the hand is, a name would cover what it points at
      drawn: this.pad?.drawnFor(side) ?? null,
      ...this.morph?.marks(side),
    };
    if (Object.keys(marks).some((name) => marks[name] !== plane.marks[name])) plane.staleAbove = true;
    plane.marks = marks;
  }

  later(name, ms, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, ms);
  }
}
