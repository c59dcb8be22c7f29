// Reads { payloads (base64), cases } as JSON from standard input and prints what the machine computes, for a comparison with torch.
// A case: { model, pixels (0..255), mean, logVariance, seed }.

import { readFileSync } from "node:fs";

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { bernoulliNll, klOf, noiseOf, sampleOf, stdOf } from "../../explorer/home/js/maths.js";
import { torchNoise } from "../../explorer/home/js/noise.js";
import { parse } from "../../explorer/browser/js/payload.js";

const { payloads, cases } = JSON.parse(readFileSync(0, "utf8"));
const decoders = payloads.map((payload) => new Decoder(parse(Uint8Array.from(Buffer.from(payload, "base64")))));
const passage = ({ model, pixels, seed, ...posterior }) => {
  const epsilon = torchNoise(seed);
  const z = sampleOf(posterior, epsilon);
  const parameters = decoders[model].parameters(z);
  return {
    epsilon,
    std: stdOf(posterior),
    z,
    back: posterior.logVariance ? noiseOf(posterior, z) : epsilon,
    reconstruction: bernoulliNll(parameters, Float32Array.from(pixels, (value) => value / 255)),
    kl: posterior.logVariance ? klOf(posterior).reduce((sum, value) => sum + value) : null,
  };
};
console.log(JSON.stringify(cases.map(passage)));
