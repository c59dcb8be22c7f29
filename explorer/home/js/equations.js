// What each node of the machine shows when it is opened: its equation in MathML, and the equation with this moment's numbers.

import { number } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { klOf, shareWithin, stdOf } from "./maths.js";

const nats = (words, value) => fill(words["live-nats"], { value });
const each = (dims, say) => Array.from({ length: dims }, (_, d) => say(d));
const below = (symbol, d) => `${symbol}${"\u2081\u2082\u2083\u2084"[d]}`;
const signed = (value) => (number(value).startsWith("\u2212") ? `(${number(value)})` : number(value));

const mi = (text, idea = "") => `<mi${text.length === 1 ? ' mathvariant="normal"' : ""} class="${idea}">${text}</mi>`;
const mo = (text) => `<mo>${text}</mo>`;
const mn = (text) => `<mn>${text}</mn>`;
const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
const gap = '<mspace width="0.17em"/>';
const square = (base) => `<msup>${base}${mn(2)}</msup>`;
const sub = (base, index) => `<msub>${base}${index}</msub>`;
const half = `<mfrac>${mn(1)}${mn(2)}</mfrac>`;
const [mu, sigma, epsilon, z] = [mi("&mu;", "mu"), mi("&sigma;", "sigma"), mi("&epsilon;", "epsilon"), mi("z", "z")];
const [x, h, output] = [mi("x"), mi("h"), `<mover>${mi("x")}<mo>^</mo></mover>`];
const logVariance = row(mi("log"), gap, square(sigma));
const sum = (index) => `<munder><mo>&sum;</mo>${mi(index)}</munder>`;
const at = (base) => sub(base, mi("i"));
const rest = (of) => row(mo("("), mn(1), mo("&minus;"), of, mo(")"));
const linear = (head) => row(sub(mi("W"), head), h, mo("+"), sub(mi("b"), head));
const layer = (i, of) => row(mi("GELU"), mo("("), sub(mi("W"), mn(i)), of, mo("+"), sub(mi("b"), mn(i)), mo(")"));
const reconstruction = row(mo("&minus;"), mi("log", "reconstruction"), gap, mi("p", "reconstruction"), mo("("), x, mo("|"), z, mo(")"));
const on = row(at(x), gap, mi("log"), gap, at(output)); // what a pixel adds that is on, and one that is off
const off = row(rest(at(x)), gap, mi("log"), rest(at(output)));
const kl = row(mi("KL", "kl"));

/** For each node: { math, live(lane, words) }; live gives lines of text. */
const EQUATIONS = {
  input: {
    math: row(x, mo("&isin;"), `<msup>${row(mo("["), mn(0), mo(","), mn(1), mo("]"))}${mn(784)}</msup>`),
    live: ({ input, ink }, words) => [fill(words["live-input"], { pixels: input.pixels.length, ink })],
  },
  encoder: {
    math: row(h, mo("="), layer(2, layer(1, x))),
    live: ({ model }) => [model.layers.encoder.slice(0, -1).join(" \u2192 ")],
  },
  mean: {
    math: row(mu, mo("="), linear(mu)),
    live: ({ posterior }) => each(posterior.mean.length, (d) => `${below("\u03bc", d)} = ${number(posterior.mean[d], 3)}`),
  },
  log_variance: {
    math: row(logVariance, mo("="), linear(sigma)),
    live: ({ posterior }) => each(2, (d) => `log ${below("\u03c3", d)}\u00b2 = ${number(posterior.logVariance[d], 3)}`),
  },
  std: {
    math: row(sigma, mo("="), mi("exp"), mo("("), half, logVariance, mo(")")),
    live: ({ posterior }) =>
      each(2, (d) => `${below("\u03c3", d)} = exp(\u00bd \u00b7 ${signed(posterior.logVariance[d])}) = ${number(stdOf(posterior)[d], 4)}`),
  },
  noise: {
    math: row(epsilon, mo("~"), `<mi mathvariant="script">N</mi>`, mo("("), mn(0), mo(","), mi("I"), mo(")")),
    live: ({ epsilon: values }, words) => [
      ...each(2, (d) => `${below("\u03b5", d)} = ${number(values[d], 3)}`),
      fill(words["live-share"], { share: 100 * shareWithin(values) }),
    ],
  },
  z: {
    math: { ae: row(z, mo("="), mu), vae: row(z, mo("="), mu, mo("+"), sigma, mo("&odot;"), epsilon) },
    live: ({ posterior, epsilon: values, z: code, moved }, words) =>
      each(2, (d) => {
        const mean = number(posterior.mean[d]);
        if (!posterior.logVariance) return `${below("z", d)} = ${moved ? fill(words["live-moved"], { z: code[d], mean: posterior.mean[d] }) : mean}`;
        return `${below("z", d)} = ${mean} + ${number(stdOf(posterior)[d], 3)} \u00b7 ${signed(values[d])} = ${number(code[d])}`;
      }),
  },
  decoder: {
    math: row(mi("&ell;"), mo("="), sub(mi("f"), mi("&theta;")), mo("("), z, mo(")")),
    live: ({ model }) => [model.layers.decoder.join(" \u2192 ")],
  },
  output: {
    math: row(output, mo("="), mi("sigmoid"), mo("("), mi("&ell;"), mo(")")),
    live: ({ image, outputInk }, words) => [fill(words["live-input"], { pixels: image.length, ink: outputInk })],
  },
  reconstruction: {
    math: row(reconstruction, mo("="), mo("&minus;"), sum("i"), mo("["), on, mo("+"), off, mo("]")),
    live: ({ losses }, words) => [
      fill(words["live-now"], { value: losses.reconstruction }),
      ...(losses.draws > 1 ? [fill(words["live-average"], { value: losses.expected, draws: losses.draws })] : []),
    ],
  },
  kl: {
    math: row(kl, mo("="), sum("d"), half, mo("("), square(mu), mo("+"), square(sigma), mo("&minus;"), logVariance, mo("&minus;"), mn(1), mo(")")),
    live: ({ posterior, losses }, words) => [`= ${klOf(posterior).map((value) => number(value)).join(" + ")} = ${nats(words, losses.kl)}`],
  },
  loss: {
    math: {
      ae: row(mi("L"), mo("="), reconstruction),
      vae: row(mo("&minus;"), mi("ELBO"), mo("="), reconstruction, mo("+"), kl),
    },
    live: ({ losses }, words) => [
      losses.kl === null
        ? `= ${nats(words, losses.reconstruction)}`
        : `= ${number(losses.reconstruction, 1)} + ${number(losses.kl, 1)} = ${nats(words, losses.total)}`,
    ],
  },
};

/** One node's equation for a kind of model. */
export function equationOf(node, kind) {
  const { math, live } = EQUATIONS[node];
  return { math: `<math display="block">${math[kind] ?? math}</math>`, live };
}

/** What is said of a node for a kind of model: { title, sentence }. */
export function sayingOf(nodes, node, kind) {
  return nodes[`${node}-${kind}`] ?? nodes[node];
}
