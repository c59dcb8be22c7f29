// How a model sees a drawing, as explorer/canvas/drawn.py answers it in the app: its posterior, and the classes of the codes around it.

import { Codes } from "../../canvas/js/codes.js";
import { Decoder } from "../../browser/js/decoder.js";
import { load } from "../../browser/js/payload.js";
import { torchDraws } from "../../browser/js/noise.js";
import { centred } from "../../browser/js/strokes.js";

/**
 * What a pad is told of strokes.
 *
 * @param {number[][][]} strokes
 * @param {{ models: any[], classes: string[], words: any, sampling: { seed: number, draws: number, neighbours: number } }} view
 */
export async function answer(strokes, { models, classes, words, sampling }) {
  const image = centred(strokes);
  if (!image) return null;
  const pixels = Float32Array.from(image, (grey) => grey / 255);
  const each = models.map(async ({ encoder, codes, dims }) => {
    const [weights, table] = await Promise.all([load(encoder, words.files.encoder), load(codes, words.files.codes)]);
    return seen(new Decoder(weights), Codes.from(table), pixels, dims, classes.length, sampling);
  });
  return { strokes, models: await Promise.all(each) };
}

/** Mean, standard deviations (null for an autoencoder) and each class's share of the codes around draws from that posterior. */
export function seen(encoder, codes, pixels, dims, classes, { seed, draws, neighbours }) {
  const told = Array.from(encoder.parameters(pixels));
  const mean = told.slice(0, dims);
  const std = told.length > dims ? told.slice(dims).map((logVariance) => Math.exp(logVariance / 2)) : null;
  const places = std ? torchDraws(seed, draws, dims).map((noise) => noise.map((e, d) => mean[d] + std[d] * e)) : [mean];
  const counts = new Array(classes).fill(0);
  for (const place of places) for (const i of nearest(codes, place, neighbours)) counts[codes.labels[i]] += 1;
  const all = counts.reduce((sum, count) => sum + count);
  return { mean, std, shares: counts.map((count) => count / all) };
}

/** The indices of the codes nearest to a place, `most` of them. */
export function nearest(codes, place, most) {
  const found = []; // [distance, index], the nearest first
  for (let i = 0; i < codes.count; i++) {
    const limit = found.length < most ? Infinity : found[most - 1][0];
    let distance = 0;
    for (let d = 0; d < codes.dims && distance < limit; d++) distance += (codes.means[i * codes.dims + d] - place[d]) ** 2;
    if (distance >= limit) continue;
    let at = found.length;
    while (at > 0 && found[at - 1][0] > distance) at--;
    found.splice(at, 0, [distance, i]);
    found.length = Math.min(found.length, most);
  }
  return found.map(([, index]) => index);
}
