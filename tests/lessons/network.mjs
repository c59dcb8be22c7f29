// The numbers of a network in the browser, for a comparison with torch.

import { parse } from "../../explorer/browser/js/payload.js";
import { Network } from "../../lessons/inside/network.js";

/** Of a network as it is served (base64): every layer's numbers for an input, and those of the units asked for, [[layer, unit]]. */
export function numbers(payload, input, ask) {
  const network = new Network(parse(Uint8Array.from(Buffer.from(payload, "base64"))));
  const found = network.run(Float64Array.from(input));
  const list = (values) => Array.from(values);
  return {
    layers: found.map(({ pre, post }) => ({ pre: list(pre), post: list(post) })),
    units: ask.map(([layer, unit]) => ({
      one: network.one(layer, unit, found[layer].input),
      weights: list(network.weights(layer, unit)),
      gradient: list(network.gradient(layer, unit, found)),
      without: list(network.without(layer, unit, found)),
    })),
  };
}
