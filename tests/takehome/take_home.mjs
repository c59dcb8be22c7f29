// What a file that is taken home makes of its texts, of images and of drawings, for a comparison with Python.

import { Codes } from "../../explorer/canvas/js/codes.js";
import { Decoder } from "../../explorer/browser/js/decoder.js";
import { parse } from "../../explorer/browser/js/payload.js";
import { bytesOf } from "../../explorer/takehome/js/carried.js";
import { nearest, seen } from "../../explorer/takehome/js/drawn.js";

const body = (text) => parse(Uint8Array.from(Buffer.from(text, "base64")));

/** The bytes of a text. */
export function bytes(text, count) {
  return bytesOf(text, count);
}

/** Means, and log variances where there are any, of images by an encoder as it is carried (base64). */
export function encoded(encoder, images) {
  const layers = new Decoder(body(encoder));
  return images.map((image) => Array.from(layers.parameters(image)));
}

/** What an encoder sees in an image: mean, std and the classes' shares. */
export function shares(encoder, codes, image, dims, classes, sampling) {
  return seen(new Decoder(body(encoder)), Codes.from(body(codes)), image, dims, classes, sampling);
}

/** The codes nearest to each place. */
export function neighbours(count, dims, means, places, most) {
  const codes = new Codes({ count, dims, labels: new Uint8Array(count), means: Float32Array.from(means) });
  return places.map((place) => nearest(codes, place, most));
}
