// A game, without a screen: which dart comes next, what the classifier makes of a picture, and which slots are filled.

import { Decoder } from "../../browser/js/decoder.js";
import { torchNoise } from "../../browser/js/noise.js";

/** Dart `dart` of game `game` (both from 1), of `darts` a game: two numbers from N(0, 1), torch's with that seed. */
export function dartOf(game, dart, darts) {
  return torchNoise((game - 1) * darts + dart - 1);
}

export class Classifier {
  /** @param {import("../../browser/js/decoder.js").Served} payload */
  constructor(payload) {
    this.network = new Decoder(payload);
  }

  /** p(class | image) for an image (pixels in [0, 1]). */
  probabilities(image) {
    const logits = Array.from(this.network.parameters(image));
    const highest = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp(logit - highest));
    const sum = weights.reduce((total, weight) => total + weight);
    return weights.map((weight) => weight / sum);
  }
}

/** The most probable class: { label, share, sure }; it counts where its share is at least `least`. */
export function verdict(probabilities, least) {
  const share = Math.max(...probabilities);
  return { label: probabilities.indexOf(share), share, sure: share >= least };
}

/** The slots of one model in a game. */
export class Tally {
  constructor(classes) {
    /** @type {({ image: Float32Array, count: number, byHand: boolean } | null)[]} */
    this.slots = Array.from({ length: classes }, () => null);
  }

  /** How many slots darts have filled; what the hand has found is not counted. */
  get filled() {
    return this.slots.filter((slot) => slot && !slot.byHand).length;
  }

  /** A picture that is a digit for sure; true where its slot was empty, or only the hand's, which a dart takes over. */
  take(label, image, byHand) {
    const slot = this.slots[label];
    if (slot && (byHand || !slot.byHand)) {
      if (!byHand) slot.count += 1;
      return false;
    }
    this.slots[label] = { image, count: byHand ? 0 : 1, byHand };
    return true;
  }
}
