// What each node of the machine says when it is opened: a sentence, its equation in MathML, and the equation with this moment's numbers.

import { number } from "../../browser/js/dom.js";
import { klOf, shareWithin, stdOf } from "./maths.js";

const nats = (value) => `${number(value, 1)} nats`;
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

/** For each node: { title, sentence, math, live(lane) }; live gives lines of text. */
export const EQUATIONS = {
  input: {
    title: "x, the input",
    sentence: "One digit: 28 \u00d7 28 grey levels between 0 (black) and 1 (white).",
    math: row(x, mo("&isin;"), `<msup>${row(mo("["), mn(0), mo(","), mn(1), mo("]"))}${mn(784)}</msup>`),
    live: ({ input, ink }) => [`sum of the ${input.pixels.length} pixels = ${number(ink, 1)}`],
  },
  encoder: {
    title: "Encoder",
    sentence: "Two layers turn 784 pixels into 96 features h; what follows reads them off.",
    math: row(h, mo("="), layer(2, layer(1, x))),
    live: ({ model }) => [model.layers.encoder.slice(0, -1).join(" \u2192 ")],
  },
  mean: {
    title: "\u03bc, the mean",
    sentence: { ae: "The autoencoder's whole answer: one point.", vae: "The middle of the Gaussian that the encoder writes down." },
    math: row(mu, mo("="), linear(mu)),
    live: ({ posterior }) => each(posterior.mean.length, (d) => `${below("\u03bc", d)} = ${number(posterior.mean[d], 3)}`),
  },
  log_variance: {
    title: "log \u03c3\u00b2, the log variance",
    sentence: "The second head. A logarithm may be any number, so the network cannot answer with a negative width.",
    math: row(logVariance, mo("="), linear(sigma)),
    live: ({ posterior }) => each(2, (d) => `log ${below("\u03c3", d)}\u00b2 = ${number(posterior.logVariance[d], 3)}`),
  },
  std: {
    title: "\u03c3, the standard deviation",
    sentence: "How wide the Gaussian is in each dimension: how unsure the encoder is of the code.",
    math: row(sigma, mo("="), mi("exp"), mo("("), half, logVariance, mo(")")),
    live: ({ posterior }) =>
      each(2, (d) => `${below("\u03c3", d)} = exp(\u00bd \u00b7 ${signed(posterior.logVariance[d])}) = ${number(stdOf(posterior)[d], 4)}`),
  },
  noise: {
    title: "\u03b5, the noise",
    sentence: "Chance enters here and nowhere else: two numbers from the standard normal distribution, new for every pass.",
    math: row(epsilon, mo("~"), `<mi mathvariant="script">N</mi>`, mo("("), mn(0), mo(","), mi("I"), mo(")")),
    live: ({ epsilon: values }) => [
      ...each(2, (d) => `${below("\u03b5", d)} = ${number(values[d], 3)}`),
      `${number(100 * shareWithin(values), 1)} % of draws fall nearer to the middle`,
    ],
  },
  z: {
    title: "z, the code",
    sentence: {
      ae: "The code is the mean itself: nothing is drawn, and the same digit always lands on the same point.",
      vae: "The noise is stretched by \u03c3 and moved to \u03bc. Written so, gradients pass through \u03bc and \u03c3 (reparameterization).",
    },
    math: { ae: row(z, mo("="), mu), vae: row(z, mo("="), mu, mo("+"), sigma, mo("&odot;"), epsilon) },
    live: ({ posterior, epsilon: values, z: code, moved }) =>
      each(2, (d) => {
        const mean = number(posterior.mean[d]);
        if (!posterior.logVariance) return `${below("z", d)} = ${moved ? `${number(code[d])} (moved by hand; \u03bc is ${mean})` : mean}`;
        return `${below("z", d)} = ${mean} + ${number(stdOf(posterior)[d], 3)} \u00b7 ${signed(values[d])} = ${number(code[d])}`;
      }),
  },
  decoder: {
    title: "Decoder",
    sentence: "The same layers in both models: two numbers become a logit for each of 784 pixels.",
    math: row(mi("&ell;"), mo("="), sub(mi("f"), mi("&theta;")), mo("("), z, mo(")")),
    live: ({ model }) => [model.layers.decoder.join(" \u2192 ")],
  },
  output: {
    title: "x\u0302, the output",
    sentence: "For each pixel the mean that the decoder predicts. It depends on z alone.",
    math: row(output, mo("="), mi("sigmoid"), mo("("), mi("&ell;"), mo(")")),
    live: ({ outputInk }) => [`sum of the 784 pixels = ${number(outputInk, 1)}`],
  },
  reconstruction: {
    title: "Reconstruction",
    sentence: "How surprised the decoder is by the true pixels: the cross-entropy, summed over all of them. Grey pixels keep it above zero.",
    math: row(reconstruction, mo("="), mo("&minus;"), sum("i"), mo("["), on, mo("+"), off, mo("]")),
    live: ({ losses }) => [
      `= ${nats(losses.reconstruction)} for this z`,
      ...(losses.draws > 1 ? [`${nats(losses.expected)} on average over ${losses.draws} draws`] : []),
    ],
  },
  kl: {
    title: "KL to the prior",
    sentence: "What it costs to say where the code is, against N(0, I). It knows \u03bc and \u03c3, not \u03b5: a new draw leaves it as it is.",
    math: row(kl, mo("="), sum("d"), half, mo("("), square(mu), mo("+"), square(sigma), mo("&minus;"), logVariance, mo("&minus;"), mn(1), mo(")")),
    live: ({ posterior, losses }) => [`= ${klOf(posterior).map((value) => number(value)).join(" + ")} = ${nats(losses.kl)}`],
  },
  loss: {
    title: { ae: "The autoencoder's loss", vae: "Negative ELBO" },
    sentence: {
      ae: "The autoencoder pays for reconstruction alone. Nothing pulls its codes together.",
      vae: "The sum is what training minimises, averaged over the images (Kingma and Welling 2014).",
    },
    math: {
      ae: row(mi("L"), mo("="), reconstruction),
      vae: row(mo("&minus;"), mi("ELBO"), mo("="), reconstruction, mo("+"), kl),
    },
    live: ({ losses }) => [
      losses.kl === null
        ? `= ${nats(losses.reconstruction)}`
        : `= ${number(losses.reconstruction, 1)} + ${number(losses.kl, 1)} = ${nats(losses.total)}`,
    ],
  },
};

/** One node's words for a kind of model. */
export function wordsOf(node, kind) {
  const pick = (value) => (typeof value === "object" ? value[kind] : value);
  const { title, sentence, math, live } = EQUATIONS[node];
  return { title: pick(title), sentence: pick(sentence), math: `<math display="block">${pick(math)}</math>`, live };
}
