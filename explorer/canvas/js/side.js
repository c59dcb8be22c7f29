// One model's half of the board: its decoded image, its plane, and what is said of both in words and numbers.

import { breath } from "../../browser/js/breath.js";
import { Codes } from "./codes.js";
import { el, number } from "../../browser/js/dom.js";
import { axesPlane, principalPlane, project } from "./geometry.js";
import { load, Trouble } from "../../browser/js/payload.js";
import { Picture } from "../../browser/js/picture.js";
import { Plane } from "./plane.js";
import { fill } from "../../browser/js/words.js";

const MOST_DIMS = 64;
const FLAT = [-3.6, 3.6]; // the height of the plane of a model with one latent
const FAR = 2; // times the usual distance between neighbours: off the map,
const APART = 12; // where it is not just these CSS pixels, as with all codes in one heap before training

export class Side {
  /**
   * `facts` are { model, classes, colours, words, drawn: whether it decodes draws from N(0, I), decoderOf: which decoder a model has };
   * `hooks` make the plane's gestures for this side.
   */
  constructor(facts, i, hooks, signal) {
    const { model, classes, colours, words, drawn, decoderOf } = facts;
    const { said } = words;
    this.model = model;
    this.classes = classes;
    this.colours = colours;
    this.words = words;
    this.drawn = drawn;
    this.decoderOf = decoderOf;
    this.i = i;
    this.signal = signal;
    /** @type {Float64Array | null} */
    this.live = null; // the code under the hand
    /** @type {Float64Array | null} */
    this.guest = null; // the code under a teacher's hand
    this.own = false; // whether the reader's own hand was here a moment ago: then a teacher's is only a mark
    /** @type {number[] | null} */
    this.sight = null; // the part of the plane that waits to be shown
    this.trouble = null; // the sentence that stands for the picture
    /** @type {import("../../browser/js/decoder.js").Decoder | null} */
    this.decoder = null;
    /** @type {Codes | null} */
    this.codes = null;
    this.pinned = new Float64Array(model.dims);
    this.picture = new Picture(fill(said.decoded, { model: model.label }));
    this.where = el("span", { className: "where" });
    this.near = el("span", { className: "near" });
    this.alarm = el("p", { className: "trouble", role: "alert", hidden: true });
    this.name = el("p", { className: `name ${model.kind}`, textContent: model.label });
    const text = el("div", { className: "facts" }, this.name, this.where, this.near);
    this.head = el("div", { className: "head" }, this.picture.canvas, this.alarm, text);
    const label = fill(said.plane, { model: model.label });
    this.plane = new Plane({ label, role: said.plane_role }, hooks(this), signal);
  }

  /** The code shown now. */
  get code() {
    return this.live ?? (this.own ? null : this.guest) ?? this.pinned;
  }

  /** Has everything come that moving needs? */
  get ready() {
    return this.decoder !== null && this.plane.plane !== null;
  }

  /** Fetch decoder and codes; false where the reader was told of trouble instead. */
  async fetch() {
    const { model, words } = this;
    const { files, troubles } = words;
    return this.#attempt(async () => {
      if (model.trouble) throw new Trouble(model.trouble);
      if (model.dims > MOST_DIMS) {
        throw new Trouble(fill(troubles.too_wide, { dims: model.dims, most: MOST_DIMS }));
      }
      const [decoder, codes] = await Promise.all([this.decoderOf(model, files.weights), load(model.codes, files.codes)]);
      if (codes.dims !== model.dims || decoder.dims !== model.dims) {
        throw new Trouble(troubles.unlike);
      }
      this.decoder = decoder;
      await breath();
      this.codes = Codes.from(codes);
      await breath();
      void this.codes.reach; // some milliseconds, which the first frame then need not spend
      await breath();
    });
  }

  /** Posterior widths and thumbnails come only when something shows them. */
  async fetchExtras(widthsWanted) {
    const { model, plane, codes, words } = this;
    return this.#attempt(async () => {
      if (model.stds && !codes.stds && widthsWanted) codes.addStds(await load(model.stds, words.files.stds));
      if (plane.layers.has("digits") && !plane.thumbs) {
        const { arrays, ...facts } = await load(model.pictures, words.files.pictures);
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

  /** Show layers. An autoencoder has no prior: N(0, I) is shown where its draws are decoded. */
  setLayers(layers) {
    this.plane.layers = new Set(layers);
    if (this.model.kind !== "vae" && !this.drawn) this.plane.layers.delete("prior");
    this.plane.staleBelow = true;
  }

  /** The intervals that hold the codes on the plane of two dimensions, or of the principal components. */
  boundsOf({ across, up, principal }) {
    const { model } = this;
    if (principal && model.principal) return model.principal.bounds;
    return [model.bounds[across], model.dims > 1 ? model.bounds[up] : FLAT];
  }

  /** Show the plane of two dimensions, or of the principal components, within these intervals. */
  showPlane({ across, up, principal }, bounds) {
    const { model, codes, classes, colours } = this;
    const { said } = this.words;
    const components = principal && model.principal;
    const plane = components
      ? principalPlane(components, (which, share) => fill(said.component, { which, share: 100 * share }))
      : axesPlane(model.dims, across, up, said.by_class);
    this.plane.show({ codes, plane, bounds, classes, colours });
    this.stale = true;
  }

  /** A sentence in place of the picture. */
  say(error) {
    if (!(error instanceof Trouble)) console.warn(error);
    this.trouble = error instanceof Trouble ? error.message : this.words.troubles.broken;
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
    const { said } = this.words;
    this.image = this.decoder.decode(z, this.image);
    if (!Number.isFinite(this.image[0])) {
      this.say(new Trouble(this.words.troubles.diverged));
      return;
    }
    this.picture.show(this.image, this.decoder.shape);
    const { index, distance } = this.codes.nearest(z);
    const few = z.length <= 3;
    const shown = Array.from(few ? z : project(this.plane.plane, z), (value) => number(value)).join(", ");
    const off = distance > FAR * this.codes.reach && distance * this.plane.view.scale > APART;
    this.where.textContent = fill(few ? said.at : said.on_plane, { z: shown });
    const name = this.classes[this.codes.labels[index]];
    this.near.textContent = fill(off ? said.off : said.near, { name, distance: number(distance) });
    this.near.classList.toggle("off", off);
    this.plane.staleAbove = true;
  }

  /** What a screen reader hears. */
  get sentence() {
    const [where, near] = [this.where.textContent, this.near.textContent];
    return this.trouble ?? fill(this.words.said.sentence, { model: this.model.label, where, near });
  }

  /** Another moment of a series: its decoder and name, and codes on their way to the next. */
  setMoment(decoder, codes, label) {
    this.name.textContent = label;
    this.decoder = decoder;
    this.codes = codes;
    this.image = undefined;
    this.stale = true;
    this.plane.codes = codes;
    this.plane.placesChanged();
  }
}
