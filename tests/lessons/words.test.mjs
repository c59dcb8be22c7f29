// Slots are filled as in Python. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { compose, fill } from "../../explorer/browser/js/words.js";

test("slots take numbers in their form, and texts as they are", () => {
  const text = "{images:,} images, {share:.1%}, KL {kl:.2f} nats, {nats:,.1f} at {where}, step {step}";
  const values = { images: 1234567, share: 0.256, kl: -2.346, nats: -12345.64, where: "a-b", step: -3 };
  assert.equal(fill(text, values), "1,234,567 images, 25.6%, KL \u22122.35 nats, \u221212,345.6 at a-b, step \u22123");
});

test("nothing is negative that shows as zero", () => {
  assert.equal(fill("{a:.2f} {b:.0f}", { a: -0.001, b: -0 }), "0.00 0");
});

test("formulas keep their braces", () => {
  assert.equal(fill("$\\frac{a}{b}$ is {a}, $$x^{a}$$", { a: 1 }), "$\\frac{a}{b}$ is 1, $$x^{a}$$");
});

test("a text without slots needs no values", () => assert.equal(fill("Let go"), "Let go"));

test("elements stand where a text names them", () => {
  const bold = { tag: "b" };
  assert.deepEqual(compose("Drag {q} over it", { q: bold }), ["Drag ", bold, " over it"]);
});

test("a slot without a value and a value without a slot are errors", () => {
  assert.throws(() => fill("{kl:.1f} nats"), /Nothing fills the slot kl/);
  assert.throws(() => fill("{kl:.1f} nats", { kl: 1, elbo: 2, beta: 3 }), /no slot beta, elbo/);
});
