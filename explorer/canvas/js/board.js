// The canvas as a whole: one model or two side by side, and one cursor for all of them.
//
// The hand moves `live`, a code for each side; a click, a released slider or Enter makes it `pinned` (cursor.js), and that is told
// (reports.js). All drawing happens in one frame function, at most once a frame.

import { Background } from "./background.js";
import { el } from "../../browser/js/dom.js";
import { Cursor } from "./cursor.js";
import { Decoder } from "../../browser/js/decoder.js";
import { Draws } from "./draws.js";
import { Choice, NumberField } from "../../browser/js/fields.js";
import { common, project } from "./geometry.js";
import { hooks } from "./hand.js";
import { Morph } from "./morph.js";
import { torchNoise } from "../../browser/js/noise.js";
import { Pad } from "../../browser/js/pad.js";
import { load } from "../../browser/js/payload.js";
import { Reports } from "./reports.js";
import { Run } from "./run.js";
import { Series } from "./series.js";
import { Side } from "./side.js";
import { Sliders } from "./sliders.js";
import { readTheme } from "../../browser/js/theme.js";
import { layerButtons, planeChoice, planeMenus, planeText } from "./toolbar.js";

const SPEAK_REST = 700; // ms without a move before the live region speaks
const SIGHT_REST = 400; // ms without a move of the view before the address says it
const SIGHT = 3; // numbers that say what part of one plane is in sight
const NEIGHBOURS = 60; // codes whose posteriors are shown around the hand

/** The decoder whose weights are at a model's address. A board may be given another: one that asks elsewhere for each picture. */
const served = async ({ weights }, what) => new Decoder(await load(weights, what));

export class Board {
  /** @param {(model: any, what: string) => Promise<any>} decoderOf gives the decoder of a model */
  constructor(root, decoderOf = served) {
    this.root = root;
    this.decoderOf = decoderOf;
    /** @type {Side[]} */
    this.sides = [];
    /** @type {Set<string> | undefined} */
    this.layers = undefined; // those that are shown, on every plane
    this.choices = {}; // of the controls, by the names under which they are told
    /** @type {number[]} */
    this.selected = []; // test images that stand out, by their indices
    this.reports = new Reports(this);
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
    this.reports.hear(data);
    this.pad?.update(drawn);
    this.changed();
    return this.filled;
  }

  /** Leave nothing behind: every listener, timer and frame. */
  end() {
    this.ended?.abort();
    this.reports.heard();
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
    const picked = same ? this.cursor.picked : -1;
    this.end();
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.cursor = new Cursor(this, picked, signal);
    const { models, classes, colours, words, look, controls } = data;
    const [first] = models;
    if (!same) {
      this.reports.forget();
      this.choice = planeChoice(look.plane, first);
    }
    this.names = names;
    this.reports.begin(data.address, signal);
    this.words = words;
    this.layers ??= new Set(look.layers);
    this.ink = null;
    const facts = { classes, colours, words, drawn: Boolean(controls.draws), decoderOf: this.decoderOf };
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
    this.sliders = sliders ? new Sliders(leader, words, (d, value) => this.cursor.slide(d, value), () => this.commit(), signal) : null;
    this.pad = data.draw ? new Pad(this, signal) : null;
    this.draws = controls.draws ? new Draws(this, controls.draws, signal) : null;
    this.morph = data.morph ? new Morph(this, data.morph, signal) : null;
    this.series = data.series ? new Series(this, data.series, signal) : data.run ? new Run(this, data.run, signal) : null;
    this.speaker = el("div", { className: "unseen", "aria-live": "polite", role: "status" });
    this.root.append(...this.#layout(this.#tools(models, controls, signal)));
    this.root.classList.toggle("pair", this.sides.length > 1);
    this.root.classList.toggle("morphing", Boolean(this.morph));
    this.root.classList.toggle("drawing-on", Boolean(this.pad));
    this.filled = Promise.all(this.sides.map((side) => this.#fill(side)));
  }

  #tools(models, controls, signal) {
    const { said } = this.words;
    const vae = models.some((model) => model.kind === "vae");
    const has = {
      ellipses: vae && !this.series, // the moments of a series come without posterior widths
      prior: vae,
      decoded: this.decoderOf === served, // whoever asks elsewhere asks for one place at a time
    };
    const offered = ["points", "digits", "decoded", "ellipses", "prior", "distance"].filter((name) => has[name] ?? true);
    const home = el("button", { type: "button", textContent: said.home, title: said.home_help });
    home.addEventListener("click", () => this.home(), { signal });
    this.menus = this.#planesDiffer ? planeMenus(models[0], this.choice, this.words, () => this.#planesChanged(), signal) : null;
    this.buttons = layerButtons(offered, this.layers, this.words, () => this.#layersChanged(), signal);
    const jumps = controls.jumps ? this.#jumps(controls.jumps, signal) : [];
    const fields = [this.#follow(controls.follow, signal), this.#axesChoice(controls.axes, signal)];
    return el("div", { className: "tools" }, ...fields, this.buttons.element, this.menus?.element, el("div", { className: "buttons" }, ...jumps, home));
  }

  /** Buttons that jump: to a draw from N(0, I), and to 0. */
  #jumps({ prior, zero }, signal) {
    const places = {
      prior: (dims) => torchNoise(Math.floor(Math.random() * 2 ** 32), dims),
      zero: (dims) => new Array(dims).fill(0),
    };
    return Object.entries({ prior, zero }).map(([name, [textContent, title]]) => {
      const button = el("button", { type: "button", textContent, title });
      button.addEventListener("click", () => this.cursor.jump(places[name]), { signal });
      return button;
    });
  }

  /** A test image by its number, whose codes both planes show. */
  #follow(what, signal) {
    this.following = what ? new NumberField(what, (index) => this.cursor.goTo(index), () => this.commit(), signal) : null;
    return this.following?.element;
  }

  /** Whether each plane shows its own intervals, or both the same. */
  #axesChoice(what, signal) {
    const choose = (axes) => {
      this.choose({ axes });
      this.commit();
    };
    this.axes = what ? new Choice(what, choose, signal) : null;
    return this.axes?.element;
  }

  /** What the page's controls stand at: the draws from the prior, the axes; some of them, or all. */
  choose(choices) {
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
    side.learn(this.cursor.picked, side.pinned);
    this.#showPlane(side);
    this.#turn(side);
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

  // ---- what is shown

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

  /** What is shown of the planes, by the names under which it is told. */
  get looks() {
    const views = this.sides.map(({ plane }) => plane.view);
    const sight = views.every(({ homely }) => homely) ? null : views.flatMap((view) => view.sight);
    return { layers: [...this.layers], plane: this.#planesDiffer ? planeText(this.choice) : null, sight };
  }

  /** Show what Python names, as far as it is not what one sees. A page that keeps nothing of the sight names none. */
  look({ layers, plane, sight }) {
    const choice = planeChoice(plane, this.sides[0].model);
    if (layers.length !== this.layers.size || !layers.every((name) => this.layers.has(name))) {
      this.layers.clear();
      for (const name of layers) this.layers.add(name);
      this.buttons.show();
      this.#showLayers();
    }
    if (JSON.stringify(choice) !== JSON.stringify(this.choice)) {
      Object.assign(this.choice, choice);
      this.menus?.show();
      for (const side of this.sides) if (side.codes) this.#showPlane(side);
    }
    if (sight === undefined || JSON.stringify(sight) === JSON.stringify(this.looks.sight)) return;
    for (const side of this.sides) {
      side.sight = sight?.slice(SIGHT * side.i, SIGHT * (side.i + 1)) ?? [];
      if (side.codes) this.#turn(side);
    }
  }

  /** Show the part of a side's plane that it waits to show, now that the plane is there; no part is the whole. */
  #turn(side) {
    const { view } = side.plane;
    if (side.sight?.length) view.look(side.sight);
    else if (side.sight) view.home();
    side.sight = null;
    this.viewChanged(side);
  }

  home() {
    for (const side of this.sides) {
      side.plane.view.home();
      this.turned(side);
    }
  }

  /** The hand has moved a view: where it rests, it is exactly where the address says, if that says anything of the sight. */
  turned(side) {
    this.viewChanged(side);
    if (!this.reports.address?.rows.sight) return;
    this.later("commit", SIGHT_REST, () => {
      const { view } = side.plane;
      if (!view.homely) view.look(view.sight);
      this.viewChanged(side);
      this.commit();
    });
  }

  viewChanged(side) {
    side.plane.viewChanged();
    this.background.stale();
    this.changed();
  }

  #layersChanged() {
    this.#showLayers();
    this.commit();
  }

  #showLayers() {
    for (const side of this.sides) {
      side.setLayers(this.layers);
      this.#fetchExtras(side);
    }
    this.background.stale(0);
    this.changed();
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

  /** Is there a choice of planes? */
  get #planesDiffer() {
    return this.linked && this.sides[0].model.dims > 2;
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
    const { source, digit } = this.cursor;
    const side = source ?? this.sides.find(({ model }) => model.kind === "vae");
    if (!this.layers.has("ellipses") || !side?.ready || this.series) return null;
    const { feet, plane } = side.plane;
    const centre = digit >= 0 ? feet.subarray(2 * digit, 2 * digit + 2) : project(plane, side.code);
    return side.plane.nearest(...centre, NEIGHBOURS);
  }

  #mark(side, around) {
    const { plane } = side;
    const { digit, picked, source } = this.cursor;
    const marks = {
      pinned: this.morph ? null : side.pinned,
      live: side.live,
      guest: side.guest,
      around,
      digit,
      picked: this.morph ? -1 : picked,
      nameless: side === source, // where the hand is, a name would cover what it points at
      drawn: this.pad?.drawnFor(side) ?? null,
      selected: this.selected,
      ...this.morph?.marks(side),
    };
    if (Object.keys(marks).some((name) => marks[name] !== plane.marks[name])) plane.staleAbove = true;
    plane.marks = marks;
  }

  /** Stay where one is now, and tell it; `extra` is for Python alone. */
  commit(extra) {
    this.reports.commit(extra);
  }

  later(name, ms, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, ms);
  }
}
