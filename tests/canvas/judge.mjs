// What the game on Home makes of darts: which codes they are, what a decoder draws there, and what the judge sees.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { parse } from "../../explorer/browser/js/payload.js";
import { Classifier, dartOf, Tally, verdict } from "../../explorer/home/js/tally.js";

const body = (text) => parse(Uint8Array.from(Buffer.from(text, "base64")));

/** Of each dart [game, dart], `darts` a game: its code, what is sure to be seen at `least`, and the probabilities. */
export function judged(decoder, classifier, thrown, darts, least) {
  const [draws, judge] = [new Decoder(body(decoder)), new Classifier(body(classifier))];
  return thrown.map(([game, dart]) => {
    const z = dartOf(game, dart, darts);
    const probabilities = judge.probabilities(draws.decode(z));
    return { z, probabilities, ...verdict(probabilities, least) };
  });
}

/** p(class | image) of images as they are. */
export function probabilities(classifier, images) {
  const judge = new Classifier(body(classifier));
  return images.map((image) => judge.probabilities(image));
}

/** A game of takes [label, byHand]: after each whether its slot was filled, how many darts have filled, and each slot's count. */
export function tallied(classes, takes) {
  const tally = new Tally(classes);
  return takes.map(([label, byHand]) => ({
    fresh: tally.take(label, Float32Array.of(label), byHand),
    filled: tally.filled,
    counts: tally.slots.map((slot) => (slot ? slot.count : null)),
  }));
}
