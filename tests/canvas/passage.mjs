// What the machine computes in the browser, for a comparison with torch.

import { Decoder } from "../../explorer/browser/js/decoder.js";
import { bernoulliNll, klOf, noiseOf, sampleOf, stdOf } from "../../explorer/home/js/maths.js";
import { torchNoise } from "../../explorer/browser/js/noise.js";
import { parse } from "../../explorer/browser/js/payload.js";

/** Of decoders as they are served (base64) and cases { model, pixels (0..255), mean, logVariance, seed }: the numbers of each case. */
export function passages(payloads, cases) {
  const decoders = payloads.map((payload) => new Decoder(parse(Uint8Array.from(Buffer.from(payload, "base64")))));
  return cases.map(({ model, pixels, seed, ...posterior }) => {
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
  });
}
