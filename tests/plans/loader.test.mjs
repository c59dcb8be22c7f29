// Beginning to play a plan, in a small world: what a window keeps, and a server that may be away.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/* global document, location */
const kept = new Map();
const answers = [];
let way = "reload";
const part = () => ({ style: {}, dataset: {}, append: (...parts) => said.push(...parts), remove() {}, setAttribute() {} });
const said = [];
Object.assign(globalThis, {
  location: { href: "" },
  history: { state: null, replaceState() {} },
  sessionStorage: { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text), removeItem: (name) => kept.delete(name) },
  document: { baseURI: "http://here/", documentElement: part(), createElement: part },
  fetch: async (url) => (url === "./plans/45.json?for=stage" || url === "./plans/45.json?for=alone" ? answers.shift() : reply(200, { words: { "no-plan": "No: {why}" } })),
  setTimeout: (act) => queueMicrotask(act),
});
globalThis.performance.getEntriesByType = () => [{ type: way }];
const reply = (status, body) => ({ status, json: async () => body });

const { play } = await import("../../explorer/plans/js/loader.js");

const CODE = "data:text/javascript,export const begin = (told) => globalThis.begun(told)";
const opened = (search) => {
  location.href = `http://here/kl${search}`;
  return new Promise((begun) => {
    globalThis.begun = begun;
    play({ stage: { code: CODE, data: "./own" }, alone: { code: CODE, data: "./own" } });
    setImmediate(() => setImmediate(() => begun(null)));
  });
};
const plays = (mode = "stage") => kept.set("le-play", JSON.stringify({ mode, plan: "45", step: 2, began: 1 }));

beforeEach(() => {
  kept.clear();
  answers.length = 0;
  said.length = 0;
  way = "reload";
});

test("a server that cannot give the plan is asked again, and the play goes on where it was", async () => {
  plays();
  answers.push(reply(503, { why: "busy" }), reply(503, { why: "busy" }), reply(200, { id: "45" }));
  const { plan, kept: now } = await opened("");
  assert.deepEqual([plan.id, now.step], ["45", 2]);
  assert.equal(said[0].textContent, "No: busy");
  assert.ok(kept.has("le-play"));
});

test("a plan that is no more is forgotten, and that is said", async () => {
  plays();
  answers.push(reply(404, { why: "gone" }));
  assert.equal(await opened(""), null);
  assert.equal(said[0].textContent, "No: gone");
  assert.equal(kept.has("le-play"), false);
  assert.equal(document.documentElement.dataset.play, undefined);
});

test("an address that is typed leaves the stage, an order begins it, and who goes alone goes on", async () => {
  way = "navigate";
  plays();
  assert.equal(await opened("?kl_mu=1"), null);
  assert.equal(kept.has("le-play"), false);
  answers.push(reply(200, { id: "45" }), reply(200, { id: "45" }));
  assert.equal((await opened("?_stage=45.3")).kept.step, 2);
  plays("alone");
  assert.equal((await opened("")).kept.mode, "alone");
});
