// A lane's latent plane, the canvas's own with every test code, and beside it a magnifying glass on the sample and its posterior.

import { el } from "../../browser/js/dom.js";
import { clamp } from "../../browser/js/numbers.js";
import { fill } from "../../browser/js/words.js";
import { axesPlane } from "../../canvas/js/geometry.js";
import { gestures } from "../../canvas/js/gestures.js";
import { drawSample, magnification } from "./lens.js";
import { Plane } from "../../canvas/js/plane.js";

const RIM = 2; // CSS pixels around the glass
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
    const zoom = (factor, x, y) => {
      this.plane.view.zoom(factor, x, y);
      this.#viewChanged();
    };
    const hooks = {
      hover: () => {},
      leave: () => {},
      resized: () => this.#viewChanged(),
      grab: (x, y) => this.#dragOnPlane(x, y),
      drag: (_, x, y) => this.#dragOnPlane(x, y),
      drop: () => this.rested(),
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
    this.plane.element.append(this.note);
    this.lens = el("div", { className: "lens" });
    const inLens = { ...hooks, grab: (x, y) => this.#dragInLens(x, y), drag: (_, x, y) => this.#dragInLens(x, y), pan: () => {}, zoom: null };
    gestures(this.lens, inLens, signal);
    this.element = el("div", { className: "map" }, this.plane.element, this.lens, this.top);
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
    const { plane, top, element, lens } = this;
    plane.draw(on.z);
    if (!plane.below.width) return;
    const { ratio } = plane;
    const [width, height] = [element.clientWidth, element.clientHeight].map((side) => Math.round(side * ratio));
    if (top.width !== width || top.height !== height) Object.assign(top, { width, height });
    const { offsetLeft, offsetTop, clientLeft, clientTop } = plane.element;
    const [left, up] = [offsetLeft + clientLeft, offsetTop + clientTop]; // from here on everything is where the plane says
    const glass = { x: lens.offsetLeft + lens.clientWidth / 2 - left, y: lens.offsetTop + lens.clientHeight / 2 - up, radius: this.radius, times };
    this.times = times;
    const context = top.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(ratio, 0, 0, ratio, ratio * left, ratio * up);
    drawSample(context, { ...on, plane, glass }, ink);
  }

  /** The magnification that suits a posterior here. */
  magnification(std) {
    return magnification(std, this.plane.view.scale, this.radius);
  }

  get radius() {
    return Math.max(1, Math.min(this.lens.clientWidth, this.lens.clientHeight) / 2 - RIM);
  }

  #dragOnPlane(x, y) {
    if (!this.on) return null;
    const { view } = this.plane;
    this.moved(view.toPlane(clamp(x, INSIDE, view.width - INSIDE), clamp(y, INSIDE, view.height - INSIDE))); // what is held stays in sight
    return "plane";
  }

  #dragInLens(x, y) {
    if (!this.on) return null;
    const near = this.plane.view.scale * this.times;
    const { mean } = this.on;
    this.moved([mean[0] + (x - this.lens.clientWidth / 2) / near, mean[1] - (y - this.lens.clientHeight / 2) / near]);
    return "lens";
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
