// A model whose decoder draws on Home: the decoder, the picture, and the sentence that stands in the picture's place where there is trouble.

import { breath } from "../../browser/js/breath.js";
import { Decoder } from "../../browser/js/decoder.js";
import { el } from "../../browser/js/dom.js";
import { load, Trouble } from "../../browser/js/payload.js";
import { Picture } from "../../browser/js/picture.js";
import { fill } from "../../browser/js/words.js";
import { Codes } from "../../canvas/js/codes.js";

export class DrawnModel {
  /** `model` as Python describes it; of its `words` "ae" or "vae" is its name; `alt` is the key of what its picture shows. */
  constructor(model, words, alt, signal) {
    this.model = model;
    this.words = words;
    this.signal = signal;
    this.kind = model.kind;
    this.title = words[model.kind];
    this.picture = new Picture(fill(words[alt], { model: this.title }));
    this.alarm = el("p", { className: "trouble", role: "alert", hidden: true });
    /** @type {Decoder | null} */
    this.decoder = null;
    /** @type {string | null} */
    this.trouble = null;
  }

  /** Fetch the decoder, and meanwhile what `besides` promises; with the decoder the model is ready. */
  async fetch(besides = () => {}) {
    try {
      if (this.model.trouble) throw new Trouble(this.model.trouble);
      const [weights] = await Promise.all([load(this.model.weights, this.words["decoder-file"]), besides()]);
      if (weights.dims !== 2) throw new Trouble(this.words["no-plane"]);
      await breath();
      this.decoder = new Decoder(weights);
    } catch (error) {
      if (!this.signal.aborted) this.say(error);
    }
  }

  /** The codes of the test digits. */
  async fetchCodes() {
    const codes = await load(this.model.codes, this.words["codes-file"]);
    if (codes.dims !== 2) throw new Trouble(this.words["no-plane"]);
    return Codes.from(codes);
  }

  /** A sentence in place of the picture. */
  say(error) {
    if (!(error instanceof Trouble)) console.warn(error);
    this.trouble = error instanceof Trouble ? error.message : this.words["no-model"];
    this.alarm.textContent = this.trouble;
    this.alarm.hidden = false;
    this.picture.canvas.hidden = true;
    this.decoder = null;
  }
}
