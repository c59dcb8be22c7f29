// One model's way through the machine: its stations, the live number on each, and what they compute.

import { el, number } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { bernoulliNll, inkOf, klOf, sampleOf, shareWithin, stdOf } from "./maths.js";
import { DrawnModel } from "./drawn_model.js";
import { MANY } from "./draws.js";
import { funnel, Node } from "./node.js";
import { NoisePad } from "./noise_pad.js";
import { Scene } from "./scene.js";
import { Trouble } from "../../browser/js/payload.js";

const FAR = 2000; // a place counts as far out where fewer than one draw in so many falls beyond it
const MOST_NATS = 300; // the bars' full length

export class Lane extends DrawnModel {
  /** `machine` has open(node, lane), moved(lane, z), noise(epsilon), still(lane), dropped(), drawNoise(), drawMany(), changed(). */
  constructor(model, i, data, machine, signal) {
    const { words } = data;
    super(model, words, "output-alt", signal);
    this.i = i;
    this.machine = machine;
    this.quotes = data.quotes[i];
    this.moved = null;
    this.image = null;
    const node = (facts) => new Node(facts, (opened) => machine.open(opened, this), signal);
    this.nodes = {
      encoder: node({ id: "encoder", word: words.encoder, idea: this.kind, figure: funnel(model.layers.encoder) }),
      mean: node({ id: "mean", symbol: "\u03bc", word: words.mean, idea: "mu", values: 2 }),
      z: node({ id: "z", symbol: "z", word: this.kind === "vae" ? "= \u03bc + \u03c3 \u00b7 \u03b5" : "= \u03bc", idea: "z", values: 2 }),
      decoder: node({ id: "decoder", word: words.decoder, idea: this.kind, figure: funnel(model.layers.decoder) }),
      output: node({ id: "output", symbol: "x\u0302", word: words.output, idea: this.kind, figure: this.picture.canvas, values: 1, before: `${words.ink} ` }),
      reconstruction: node({ id: "reconstruction", word: words.reconstruction, idea: "reconstruction", values: 1 }),
      loss: node({ id: "loss", word: this.kind === "vae" ? words.elbo : words.loss, idea: "total", values: 1 }),
    };
    if (this.kind === "vae") {
      Object.assign(this.nodes, {
        log_variance: node({ id: "log_variance", symbol: "log \u03c3\u00b2", word: "", idea: "sigma", values: 2 }),
        std: node({ id: "std", symbol: "\u03c3", word: words.std, idea: "sigma", values: 2 }),
        noise: node({ id: "noise", symbol: "\u03b5", word: words.noise, idea: "epsilon", values: 2 }),
        kl: node({ id: "kl", word: words.kl, idea: "kl", values: 1 }),
      });
    }
    this.bars = { reconstruction: el("i", { className: "reconstruction" }), kl: el("i", { className: "kl" }) };
    this.nodes.loss.element.append(el("span", { className: "bars", "aria-hidden": "true" }, this.bars.reconstruction, this.bars.kl));
    this.expected = el("small", { className: "expected" });
    this.nodes.reconstruction.element.append(this.expected);
    const hooks = { moved: (z) => machine.moved(this, z), rested: () => machine.dropped(), changed: () => this.#redraw() };
    this.scene = new Scene({ model, words, classes: data.classes, colours: data.colours }, hooks, signal);
    this.element = this.#layout(signal);
  }

  #layout(signal) {
    const { nodes, kind, machine, scene, words } = this;
    const button = (textContent, className, title, act) => {
      const made = el("button", { type: "button", textContent, className, title });
      made.addEventListener("click", act, { signal });
      return made;
    };
    const place = (name, ...children) => el("div", { className: `station at-${name}` }, ...children);
    const still = button(words.back, "small", words["back-help"], () => machine.still(this));
    this.still = still;
    const code = place("plane", el("div", { className: "z-row" }, nodes.z.element, still), scene.element, this.alarm);
    const at = (name) => place(name.replace("_", "-"), nodes[name].element);
    const before = [at("encoder"), at("mean")];
    if (kind === "vae") {
      this.pad = new NoisePad(words["pad-alt"], (epsilon) => machine.noise(epsilon), () => machine.dropped(), signal);
      const fresh = button(words.fresh, "primary", words["fresh-help"], () => machine.drawNoise());
      const many = button(fill(words.many, { draws: MANY }), "small", fill(words["many-help"], { draws: MANY }), () => machine.drawMany());
      const left = el("div", { className: "noise-left" }, nodes.noise.element, fresh, many);
      before.push(at("log_variance"), at("std"), place("noise", left, this.pad.canvas));
      before.push(el("div", { className: "region at-region" }, el("small", { textContent: words.sampled })));
    } else {
      before.push(el("div", { className: "region absent at-region" }, el("span", { textContent: words.unsampled })));
    }
    const noKl = el("div", { className: "station at-kl absent" }, el("small", { textContent: words["no-kl"] }));
    const after = [at("decoder"), at("output"), at("reconstruction"), kind === "vae" ? at("kl") : noKl, at("loss")];
    const title = el("h2", { className: `name ${kind}`, textContent: this.title });
    /** @type {Record<string, HTMLElement>} */
    this.stations = Object.fromEntries(Object.entries(nodes).map(([name, each]) => [name, each.element]));
    Object.assign(this.stations, { plane: scene.element, picture: this.picture.canvas });
    if (this.pad) this.stations.pad = this.pad.canvas;
    this.order = [...before, code, ...after].filter((part) => part.classList.contains("station") && !part.classList.contains("absent"));
    const group = (name, children) => el("div", { className: name }, ...children);
    const all = [title, group("before", before), code, group("after", after)];
    return el("section", { className: `lane ${kind}`, "aria-label": this.title }, ...all);
  }

  /** Fetch decoder and codes. */
  fetch() {
    return super.fetch(async () => this.scene.load(await this.fetchCodes()));
  }

  #redraw() {
    this.undrawn = true;
    this.machine.changed();
  }

  get ready() {
    return this.decoder !== null && Boolean(this.posterior);
  }

  /** Compute the whole way for an input and an epsilon. */
  compute(input, epsilon) {
    if (!this.decoder) return;
    const posterior = input.posteriors[this.i];
    const z = posterior.logVariance ? sampleOf(posterior, epsilon) : (this.moved ?? posterior.mean);
    const parameters = this.decoder.parameters(z);
    this.image = Float32Array.from(parameters, this.decoder.finish);
    if (!Number.isFinite(this.image[0])) {
      this.say(new Trouble(this.words["no-number"]));
      return;
    }
    const reconstruction = bernoulliNll(parameters, input.pixels);
    const kl = posterior.logVariance ? klOf(posterior).reduce((sum, value) => sum + value) : null;
    this.input = input;
    this.posterior = posterior;
    this.epsilon = epsilon;
    this.z = z;
    this.std = stdOf(posterior);
    this.ink = inkOf(input.pixels);
    this.outputInk = inkOf(this.image);
    this.losses = { reconstruction, kl, total: reconstruction + (kl ?? 0), draws: 0, expected: null };
  }

  /** Write the numbers and the picture. */
  show(draws) {
    if (!this.ready) return;
    const { nodes, posterior, losses, std, words } = this;
    const unit = ` ${words.nats}`;
    Object.assign(losses, draws);
    nodes.mean.show(posterior.mean);
    nodes.z.show(this.z);
    nodes.output.show([this.outputInk], 1);
    nodes.reconstruction.show([losses.reconstruction], 1, unit);
    nodes.loss.show([losses.total], 1, unit);
    if (posterior.logVariance) {
      nodes.log_variance.show(posterior.logVariance);
      nodes.std.show(std, 3);
      nodes.noise.show(this.epsilon);
      nodes.kl.show([losses.kl], 1, unit);
      this.expected.textContent = losses.draws > 1 ? fill(words.average, { draws: losses.draws, nats: losses.expected }) : "";
    }
    const width = (nats) => `${Math.min(100, (100 * nats) / MOST_NATS)}%`;
    this.bars.reconstruction.style.width = width(losses.reconstruction);
    this.bars.kl.style.width = width(losses.kl ?? 0);
    this.picture.show(this.image, this.decoder.shape);
    const away = posterior.logVariance ? this.epsilon.some((value) => value !== 0) : this.moved !== null;
    this.still.hidden = !away;
    const out = 1 - shareWithin(this.epsilon) < 1 / FAR ? fill(words["far-out"], { odds: FAR }) : "";
    const note = posterior.logVariance ? out : this.moved ? words["by-hand"] : "";
    if (note !== this.scene.note.textContent) this.scene.note.textContent = note;
  }

  /** Draw plane, glass and noise. */
  draw(times, trace, ink) {
    if (!this.ready) return;
    const { posterior, std, z, epsilon } = this;
    const codes = posterior.logVariance ? trace.map((each) => sampleOf(posterior, each)) : [];
    this.scene.draw({ mean: posterior.mean, std, z, trace: codes }, times, ink);
    this.pad?.draw(epsilon, trace, ink);
  }

  /** What a screen reader hears. */
  get sentence() {
    if (!this.ready) return this.trouble ?? "";
    const { losses, z } = this;
    const vector = z.map((value) => number(value)).join(", ");
    const heard = { model: this.title, z: vector, reconstruction: losses.reconstruction };
    if (losses.kl === null) return fill(this.words["heard-ae"], heard);
    return fill(this.words["heard-vae"], { ...heard, kl: losses.kl, total: losses.total });
  }
}
