// A lane's latent plane: the canvas's own plane with every test code, and on top of it the sample, its posterior and the glass.

import { el } from "../../browser/js/dom.js";
import { clamp } from "../../browser/js/numbers.js";
import { fill } from "../../browser/js/words.js";
import { axesPlane } from "../../canvas/js/geometry.js";
import { drawSample, magnification } from "./lens.js";
import { Plane } from "../../canvas/js/plane.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

const GLASS = 0.25; // its radius, as a share of the plane's smaller side
const MARGIN = 7; // CSS pixels between glass and rim
const INSIDE = 4; // CSS pixels from the rim that a dragged sample keeps
const ZOOM = 1.25; // of one key
const STEPS_ACROSS = 120; // arrow keys from one side of a plane to the other
const SIGMA_STEP = 0.1; // of an arrow key where there is a posterior: in standard deviations
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Scene {
  /** `moved(z)` is called while the hand moves the sample, `rested()` when it lets go, `changed()` when a frame is wanted. */
  constructor({ model, classes, colours, words }, { moved, rested, changed }, signal) {
    this.model = model;
    this.classes = classes;
    this.colours = colours;
    this.moved = moved;
    this.rested = rested;
    this.changed = changed;
    this.on = null;
    this.corner = null;
    this.held = null;
    const zoom = (factor, x, y) => {
      this.plane.view.zoom(factor, x, y);
      this.#viewChanged();
    };
    const hooks = {
      hover: () => {},
      leave: () => {},
      resized: () => this.#viewChanged(),
      grab: (x, y) => (this.on ? this.#grab(x, y) : null),
      drag: (_, x, y) => this.#drag(x, y),
      drop: () => this.#drop(),
      pick: () => {},
      pan: (dx, dy) => {
        this.plane.view.pan(dx, dy);
        this.#viewChanged();
      },
      zoom,
      key: (event) => this.#key(event, zoom),
    };
    const label = fill(words["plane-alt"], { model: model.label });
    this.plane = new Plane({ label, role: words["plane-role"] }, hooks, signal);
    this.top = el("canvas", { className: "layer" });
    this.note = el("span", { className: "plane-note" });
    this.plane.element.append(this.top, this.note);
  }

  /** Show these codes; from then on there is a plane to draw on. */
  load(codes) {
    const { model, classes, colours, plane } = this;
    plane.layers = new Set(model.kind === "vae" ? ["points", "prior"] : ["points"]);
    plane.show({ codes, plane: axesPlane(2, 0, 1), bounds: [model.bounds[0], model.bounds[1]], classes, colours });
  }

  /** Draw what has changed: `on` is { mean, std, z, trace }; `times` is the glass's magnification. */
  draw(on, times, ink) {
    this.on = on;
    const { plane, top } = this;
    plane.draw(on.z);
    if (!plane.below.width) return;
    if (top.width !== plane.below.width || top.height !== plane.below.height) {
      Object.assign(top, { width: plane.below.width, height: plane.below.height });
    }
    this.glass = { ...this.#glassPlace(), times };
    const context = top.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, top.width, top.height);
    context.setTransform(plane.ratio, 0, 0, plane.ratio, 0, 0);
    drawSample(context, { ...on, plane, glass: this.glass }, ink);
  }

  /** The magnification that suits a posterior here. */
  magnification(std) {
    const { view } = this.plane;
    return magnification(std, view.scale, this.radius);
  }

  get radius() {
    const { width, height } = this.plane.view;
    return GLASS * Math.min(width, height);
  }

  /** The corner farthest from mean and sample; it stays while nothing comes under the glass, and while the hand is in it. */
  #glassPlace() {
    const { view } = this.plane;
    const { radius } = this;
    const reach = radius + MARGIN;
    /** @type {Pair[]} */
    const places = [
      [view.width - reach, reach],
      [reach, reach],
      [view.width - reach, view.height - reach - 14],
      [reach, view.height - reach - 14],
    ];
    const subjects = [this.on.mean, this.on.z].map((code) => view.toScreen(...code));
    /** @type {(place: Pair) => number} */
    const room = ([x, y]) => Math.min(...subjects.map(([a, b]) => Math.hypot(a - x, b - y)));
    const stays = this.corner !== null && (this.held === "glass" || room(places[this.corner]) > radius + 12);
    if (!stays) this.corner = places.reduce((best, place, i) => (room(place) > room(places[best]) ? i : best), 0);
    const [x, y] = places[this.corner];
    return { x, y, radius };
  }

  #grab(x, y) {
    const { glass } = this;
    this.held = glass && Math.hypot(x - glass.x, y - glass.y) < glass.radius ? "glass" : "plane";
    this.#drag(x, y);
    return this.held;
  }

  #drag(x, y) {
    const { glass, plane, on } = this;
    const near = plane.view.scale * (glass?.times ?? 1);
    if (this.held === "glass") this.moved([on.mean[0] + (x - glass.x) / near, on.mean[1] - (y - glass.y) / near]);
    else this.moved(plane.view.toPlane(clamp(x, INSIDE, plane.view.width - INSIDE), clamp(y, INSIDE, plane.view.height - INSIDE))); // what is held stays in sight
  }

  #drop() {
    this.held = null;
    this.rested();
  }

  #key(event, zoom) {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.#step(ARROWS[event.key], event.shiftKey ? 0.1 : 1);
    else if (event.key === "+" || event.key === "=") zoom(ZOOM);
    else if (event.key === "-") zoom(1 / ZOOM);
    else if (event.key === "0") {
      this.plane.view.home();
      this.#viewChanged();
    } else return;
    event.preventDefault();
  }

  /** One arrow key: a tenth of sigma near the posterior, so that the sample can be steered in it; farther out in plain steps. */
  #step([across, up], share) {
    const { z, mean, std } = this.on;
    const { view } = this.plane;
    const [[left, right]] = view.bounds;
    const plain = ((right - left) / STEPS_ACROSS) * Math.min(1, view.homeScale / view.scale);
    const inside = std[0] > 0 && z.every((value, d) => Math.abs(value - mean[d]) <= 3.5 * std[d]);
    const steps = inside ? std.map((value) => SIGMA_STEP * value) : [plain, plain];
    const next = [z[0] + across * steps[0] * share, z[1] + up * steps[1] * share];
    this.on = { ...this.on, z: next }; // keys may outrun frames
    if (view.reveal(...next)) this.#viewChanged();
    this.moved(next);
    this.rested();
  }

  #viewChanged() {
    this.plane.viewChanged();
    this.changed();
  }
}
