// The machine on Home: one input, two lanes, one epsilon. What moves, moves here; Python is told when things have come to rest.

import { el } from "../../browser/js/dom.js";
import { Card } from "./card.js";
import { Draws } from "./draws.js";
import { living } from "../../browser/js/life.js";
import { Input } from "./input.js";
import { Lane } from "./lane.js";
import { fill } from "../../browser/js/words.js";
import { noiseOf } from "./maths.js";
import { torchNoise } from "../../browser/js/noise.js";
import { Strip } from "./strip.js";
import { Wires } from "./wires.js";
import { load, Trouble } from "../../browser/js/payload.js";
import { readTheme } from "../../browser/js/theme.js";

const TELL_REST = 500; // ms without a change before Python is told
const SPEAK_REST = 700;
const GLOW = 900; // ms that the edges behind a new epsilon stay lit
const WIDE = 600; // CSS pixels from which on a lane's stations stand beside each other
const SURE = 0.6; // share of one class, from which on a drawing's neighbours agree

export const render = living(".latent-canvas", (root) => new Machine(root));

class Machine {
  constructor(root) {
    this.root = root;
    this.lanes = [];
    this.reports = 0;
    this.timers = {};
    this.album = null;
    this.input = null;
    this.epsilon = [];
  }

  /** Take what Python says now; the structure is built once for a pair of models. */
  update(data, setStateValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    const signature = JSON.stringify([data.models, data.classes, data.album]);
    if (signature !== this.signature) this.#build();
    this.signature = signature;
    this.#wear(readTheme(this.root, data.ink));
    this.entrance.pad.update(data.drawing);
    this.#hear();
    this.#stir();
    return this.filled;
  }

  /** The theme, and the ideas' colours as variables for the style sheet; points are drawn anew only where it changed. */
  #wear(ink) {
    const worn = JSON.stringify(ink);
    if (worn === this.worn) return;
    this.ink = ink;
    this.worn = worn;
    for (const [idea, colour] of Object.entries(ink)) this.root.style.setProperty(`--${idea}`, colour);
    for (const lane of this.lanes) lane.scene.plane.theme(ink);
    this.entrance.pad.theme(ink);
  }

  /** Leave nothing behind: every listener, timer and frame. */
  end() {
    this.ended?.abort();
    cancelAnimationFrame(this.frameAsked);
    this.frameAsked = 0;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.lanes = [];
    this.root.replaceChildren();
  }

  #build() {
    this.end();
    this.ended = new AbortController();
    const { signal } = this.ended;
    const { data } = this;
    this.wish = this.input = this.worn = null;
    this.draws = new Draws(data.draws);
    this.lanes = data.models.map((model, i) => new Lane(model, i, data, this, signal));
    this.entrance = new Input(data, this, signal);
    this.card = new Card(data.words, data.nodes, signal);
    this.wires = new Wires();
    this.speaker = el("div", { className: "unseen", "aria-live": "polite", role: "status" });
    const lanes = el("div", { className: "lanes" }, ...this.lanes.map((lane) => lane.element));
    this.strip = new Strip(this.#sampling[0], data.words);
    this.body = el("div", { className: "machine-body" }, this.wires.element, this.entrance.element, lanes, this.strip.element);
    this.root.append(this.body, this.speaker);
    const observer = new ResizeObserver(() => this.#arrange());
    observer.observe(this.body);
    signal.addEventListener("abort", () => observer.disconnect());
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    const coming = this.lanes.map(async (lane) => {
      await lane.fetch();
      if (!signal.aborted) this.#stir([lane]);
    });
    this.filled = Promise.all([...coming, this.#fetchAlbum()]);
  }

  async #fetchAlbum() {
    try {
      const { arrays, indices, posteriors } = await load(this.data.album, this.data.words["album-file"]);
      const size = arrays.pixels.length / indices.length;
      this.album = indices.map((index, i) => ({
        index,
        label: arrays.labels[i],
        pixels: grey(arrays.pixels.subarray(i * size, (i + 1) * size)),
        posteriors: posteriors.map((of) => of[i]),
      }));
    } catch (error) {
      this.entrance.about.textContent = error instanceof Trouble ? error.message : this.data.words["no-album"];
      if (!(error instanceof Trouble)) console.warn(error);
    }
  }

  /** Stations stand beside each other where there is room, else one below the other; the edges follow. */
  #arrange() {
    const wide = this.body.clientWidth >= WIDE;
    this.body.classList.toggle("wide", wide);
    this.wires.draw(this.body, this.entrance.node.element, this.lanes, wide);
    this.card.place();
  }

  /** Python's choice counts where it is new and where Python has heard of everything reported so far. */
  #hear() {
    const { digit, draw, epsilon, z, drawing, drawn, heard } = this.data;
    const wish = JSON.stringify([digit.index, draw, epsilon, z, drawn && drawing.pixels]);
    if (wish === this.wish || heard < this.reports) return;
    const first = this.wish === null;
    this.wish = wish;
    this.reports = heard;
    const input = drawn ? fromDrawing(drawing, this.data) : { ...digit, pixels: grey(digit.pixels) };
    if (drawn || this.input?.drawn || input.index !== this.input?.index) this.#send(input);
    const { draws } = this;
    if (draw !== draws.number || String(epsilon) !== String(this.epsilon)) {
      Object.assign(draws, { number: draw });
      this.epsilon = epsilon;
      const wanted = epsilon.length ? epsilon : torchNoise(draw);
      if (first) draws.put(wanted);
      else draws.go(wanted);
    }
    const still = this.lanes.find((lane) => lane.kind === "ae");
    if (String(z) !== String(still?.moved ?? [])) still.moved = z.length ? z : null;
  }

  /** Another input: what was drawn or moved by hand before belongs to the old one. */
  #send(input) {
    this.input = input;
    this.draws.forget();
    for (const lane of this.lanes) lane.moved = null;
    this.entrance.show(input);
    this.#glow("all");
    this.#stir();
  }

  // ---- what the reader does

  /** A digit of that class, another one than before; without a class, another one of the same. */
  pick(label = this.input?.label) {
    const others = (this.album ?? []).filter((page) => page.label === label && page.index !== this.input?.index);
    if (!others.length) return;
    this.#send(others[Math.floor(Math.random() * others.length)]);
    this.#tell();
  }

  /** The pad's drawing, or null where it was cleared: Python encodes it. */
  drew(drawing) {
    this.report = { ...this.report, drawing };
    this.#tell(0, Boolean(drawing));
  }

  /** A new epsilon; the sample travels to it. */
  drawNoise() {
    this.epsilon = [];
    this.draws.fresh();
    this.#sampled();
    this.#tell();
  }

  drawMany() {
    this.#hold(); // until the last
    this.epsilon = [];
    this.draws.many();
    this.#sampled();
  }

  /** Epsilon moved by hand. */
  noise(epsilon) {
    this.#hold();
    this.epsilon = rounded(epsilon);
    this.draws.put(this.epsilon);
    this.#sampled();
  }

  /** A lane's code moved by hand: for a VAE that is another epsilon. */
  moved(lane, z) {
    if (lane.posterior.logVariance) {
      this.noise(noiseOf(lane.posterior, z));
      return;
    }
    this.#hold();
    lane.moved = rounded(z);
    this.#stir([lane]);
  }

  /** The code on its mean again. */
  still(lane) {
    lane.moved = null;
    if (lane.posterior.logVariance) {
      this.epsilon = [0, 0];
      this.draws.go(this.epsilon);
      this.#sampled();
    } else this.#stir([lane]);
    this.#tell();
  }

  /** The hand has let go. */
  dropped() {
    this.#speakLater();
    this.#tell();
  }

  open(node, lane) {
    this.card.toggle(node, lane);
  }

  /** Space draws a new epsilon where a plane or the noise has the focus; elsewhere it is the game's. Escape closes the card. */
  #key(event) {
    const active = this.root.getRootNode().activeElement;
    if (event.key === "Escape" && this.card.shown) this.card.close(true);
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!active?.matches(".plane, .noise-pad")) return;
    event.preventDefault();
    if (!event.repeat) this.drawNoise();
  }

  // ---- what moves

  /** Epsilon moves: what is behind the sampling lights up, and is computed again. */
  #sampled() {
    this.#glow("sampled");
    this.#stir(this.#sampling);
  }

  get #sampling() {
    return this.lanes.filter((lane) => lane.kind === "vae");
  }

  /** Compute these lanes again in the next frame. */
  #stir(lanes = this.lanes) {
    for (const lane of lanes) lane.stale = true;
    this.changed();
    this.#speakLater();
  }

  changed() {
    if (this.frameAsked || !this.ended || this.ended.signal.aborted) return;
    this.frameAsked = requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now) {
    this.frameAsked = 0;
    if (!this.input) return;
    const many = this.draws.left > 0;
    if (this.draws.step(now)) this.#stir(this.#sampling);
    if (many && !this.draws.left) this.#tell();
    const { epsilon, trace } = this.draws;
    for (const lane of this.lanes.filter((each) => each.stale)) {
      lane.compute(this.input, epsilon);
      lane.show(lane.kind === "vae" ? this.draws.average(lane, this.input) : {});
      lane.undrawn = true;
      lane.stale = false;
    }
    this.strip.show(this.ink);
    this.card.update();
    const [vae] = this.#sampling;
    const times = vae?.ready ? vae.scene.magnification(vae.std) : 1;
    for (const lane of this.lanes.filter((each) => each.undrawn || times !== this.times)) {
      lane.draw(times, trace, this.ink);
      lane.undrawn = false;
    }
    this.times = times;
  }

  /** Light the edges that a change runs along: those behind the sampling, or all. */
  #glow(which) {
    this.body.dataset.glow = which;
    this.#later("glow", GLOW, () => delete this.body.dataset.glow);
  }

  #speakLater() {
    this.#later("speak", SPEAK_REST, () => this.#speak());
  }

  #speak() {
    this.speaker.textContent = this.lanes.map((lane) => lane.sentence).join(" ");
    for (const lane of this.lanes) lane.picture.describe(lane.sentence);
  }

  /** While a hand moves, Python is told nothing, and what it says now is out of date. */
  #hold() {
    this.reports += 1;
    clearTimeout(this.timers.tell);
  }

  /** Tell Python what goes through the machine, once things rest. */
  #tell(rest = TELL_REST, drawn = Boolean(this.input?.drawn)) {
    this.reports += 1;
    const count = this.reports;
    const digit = this.input?.index ?? this.data.digit.index;
    this.#later("tell", rest, () => {
      const still = this.lanes.find((lane) => lane.kind === "ae");
      const moved = { draw: this.draws.number, epsilon: this.epsilon, z: still?.moved ?? [] };
      this.report = { ...this.report, drawn, count, digit, ...moved };
      this.setStateValue("report", this.report);
    });
  }

  #later(name, ms, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, ms);
  }
}

/** Grey levels 0..255 to [0, 1]. */
function grey(levels) {
  return Float32Array.from(levels, (value) => value / 255);
}

/** Numbers as an address says them. */
function rounded(values) {
  return values.map((value) => Number(value.toPrecision(6)));
}

/** A drawing as Python answered it. The classes of the codes around it say how sure a model can be. */
function fromDrawing({ pixels, posteriors, models }, { classes, words }) {
  const ranked = models.at(-1).shares.map((share, label) => ({ share, label })).sort((a, b) => b.share - a.share);
  const [first, second] = ranked.slice(0, 2).map(({ label }) => classes[label]);
  const guess = ranked[0].share < SURE ? fill(words.unsure, { first, second }) : fill(words.sure, { first });
  return { drawn: true, index: null, label: ranked[0].label, pixels: grey(pixels), posteriors, guess };
}
