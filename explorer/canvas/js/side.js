// One model's half of the board: its decoded image, its plane, and what is said of both in words and numbers.

import { breath } from "../../browser/js/breath.js";
import { Codes } from "./codes.js";
import { Decoder } from "../../browser/js/decoder.js";
import { el, number } from "../../browser/js/dom.js";
import { axesPlane, principalPlane, project } from "./geometry.js";
import { load, Trouble } from "../../browser/js/payload.js";
import { Picture } from "../../browser/js/picture.js";
import { Plane } from "./plane.js";

const MOST_DIMS = 64;
const FLAT = [-3.6, 3.6]; // the height of the plane of a model with one latent
const FAR = 2; // times the usual distance between neighbours: off the map

export class Side {
  /** `facts` are { model, classes, colours }; `hooks` make the plane's gestures for this side. */
  constructor(facts, i, hooks, signal) {
    Object.assign(this, { ...facts, i, signal, live: null, trouble: null, decoder: null, codes: null });
    const { model } = facts;
    this.pinned = new Float64Array(model.dims);
    this.picture = new Picture(`Decoded by ${model.label}`);
    this.where = el("span", { className: "where" });
    this.near = el("span", { className: "near" });
    this.alarm = el("p", { className: "trouble", role: "alert", hidden: true });
    this.name = el("p", { className: `name ${model.kind}`, textContent: model.label });
    const words = el("div", { className: "facts" }, this.name, this.where, this.near);
    this.head = el("div", { className: "head" }, this.picture.canvas, this.alarm, words);
    this.plane = new Plane(`Latent plane of ${model.label}`, model.kind, hooks(this), signal);
  }

  /** The code shown now. */
  get code() {
    return this.live ?? this.pinned;
  }

  /** Has everything come that moving needs? */
  get ready() {
    return this.decoder !== null && this.plane.plane !== null;
  }

  /** Fetch decoder and codes; false where the reader was told of trouble instead. */
  async fetch() {
    const { model } = this;
    return this.#attempt(async () => {
      if (model.trouble) throw new Trouble(model.trouble);
      if (model.dims > MOST_DIMS) {
        throw new Trouble(`This model has ${model.dims} latent dimensions; the canvas has sliders for up to ${MOST_DIMS}.`);
      }
      const wanted = [load(model.weights, "decoder of this model"), load(model.codes, "table of this model's codes")];
      const [weights, codes] = await Promise.all(wanted);
      if (codes.dims !== model.dims || weights.dims !== model.dims) {
        throw new Trouble("The decoder and the codes belong to models of different size. Reload the page.");
      }
      this.decoder = new Decoder(weights);
      await breath();
      this.codes = Codes.from(codes);
      await breath();
      void this.codes.reach; // some milliseconds, which the first frame then need not spend
      await breath();
    });
  }

  /** Posterior widths and thumbnails come only when something shows them. */
  async fetchExtras(widthsWanted) {
    const { model, plane, codes } = this;
    return this.#attempt(async () => {
      if (model.stds && !codes.stds && widthsWanted) codes.addStds(await load(model.stds, "table of posterior widths"));
      if (plane.layers.has("digits") && !plane.thumbs) {
        const { arrays, ...facts } = await load(model.pictures, "thumbnails");
        plane.thumbs = { ...facts, grey: arrays.grey };
      }
      plane.staleBelow = true;
    });
  }

  async #attempt(act) {
    try {
      await act();
    } catch (error) {
      if (!this.signal.aborted) this.say(error);
      return false;
    }
    return !this.signal.aborted;
  }

  /** The code of a test image that Python knows exactly, where the table has it in steps. */
  learn(index, code) {
    if (!this.codes || !(index >= 0)) return;
    this.codes.code(index).set(code);
    if (this.plane.plane) this.plane.placesChanged();
  }

  /** Show layers; an autoencoder has no prior. */
  setLayers(layers) {
    this.plane.layers = new Set(layers);
    if (this.model.kind !== "vae") this.plane.layers.delete("prior");
    this.plane.staleBelow = true;
  }

  /** Show the plane of two dimensions, or of the principal components. */
  showPlane(across, up, principal) {
    const { model, codes, classes, colours } = this;
    const components = principal && model.principal;
    const plane = components ? principalPlane(components) : axesPlane(model.dims, across, up);
    const bounds = components ? components.bounds : [model.bounds[across], model.dims > 1 ? model.bounds[up] : FLAT];
    this.plane.show({ codes, plane, bounds, classes, colours });
    this.stale = true;
  }

  /** A sentence in place of the picture. */
  say(error) {
    if (!(error instanceof Trouble)) console.warn(error);
    this.trouble = error instanceof Trouble ? error.message : "The canvas could not draw this model. Reload the page.";
    this.alarm.textContent = this.trouble;
    this.alarm.hidden = false;
    this.picture.canvas.hidden = true;
  }

  /** The picture again, where the trouble was with a place and not with the model. */
  recover() {
    if (!this.trouble || !this.ready) return;
    this.trouble = null;
    this.alarm.hidden = true;
    this.picture.canvas.hidden = false;
  }

  /** Decode the code shown now, and say what is near it. */
  decode() {
    this.stale = false;
    const z = this.code;
    this.image = this.decoder.decode(z, this.image);
    if (!Number.isFinite(this.image[0])) {
      this.say(new Trouble("The decoder's answer is not a number here. Its weights may have diverged in training."));
      return;
    }
    this.picture.show(this.image, this.decoder.shape);
    const { index, distance } = this.codes.nearest(z);
    const few = z.length <= 3;
    const shown = Array.from(few ? z : project(this.plane.plane, z), (value) => number(value)).join(", ");
    const off = distance > FAR * this.codes.reach;
    this.where.textContent = few ? `z = (${shown})` : `on the plane (${shown})`;
    const nearest = this.classes[this.codes.labels[index]];
    this.near.textContent = `nearest code: ${nearest}, ${number(distance)} away${off ? ": off the map" : ""}`;
    this.near.classList.toggle("off", off);
    this.plane.staleAbove = true;
  }

  /** What a screen reader hears. */
  get sentence() {
    return this.trouble ?? `${this.model.label}: ${this.where.textContent}, ${this.near.textContent}.`;
  }

  /** Another moment of a series: its decoder and name, and codes on their way to the next. */
  setMoment(decoder, codes, label) {
    this.name.textContent = label;
    Object.assign(this, { decoder, codes, image: undefined, stale: true });
    this.plane.codes = codes;
    this.plane.placesChanged();
  }
}
