// Answers a question of the Python tests: { payload (base64), input, ask: [[layer, unit]] } on stdin; the network's numbers as JSON.

import { readFileSync } from "node:fs";

import { parse } from "../../explorer/browser/js/payload.js";
import { Network } from "../../lessons/inside/network.js";

const { payload, input, ask } = JSON.parse(readFileSync(0, "utf8"));
const network = new Network(parse(Uint8Array.from(Buffer.from(payload, "base64"))));
const numbers = network.run(Float64Array.from(input));
const list = (values) => Array.from(values);
console.log(
  JSON.stringify({
    layers: numbers.map(({ pre, post }) => ({ pre: list(pre), post: list(post) })),
    units: ask.map(([layer, unit]) => ({
      one: network.one(layer, unit, numbers[layer].input),
      weights: list(network.weights(layer, unit)),
      gradient: list(network.gradient(layer, unit, numbers)),
      without: list(network.without(layer, unit, numbers)),
    })),
  }),
);
