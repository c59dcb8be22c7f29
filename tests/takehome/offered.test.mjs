// The link that takes a view home, against a stand-in for the page: where it leads, what it says, and what the browser is given. Run by `node --test`.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const SAID = { making: "being made", made: "it is there", failed: "no answer" };
/** @type {Record<string, Function[]>} */
const heard = {};
/** What was asked for, and the files that the browser was given. */
let asked = [];
let given = [];

class Element {
  constructor(address, data) {
    Object.assign(this, { url: new URL(address, "http://app/a/b/explore"), dataset: { ...SAID, ...data }, said: { textContent: "" }, ariaBusy: null });
    this.parentElement = { querySelector: () => this.said };
  }

  get href() {
    return this.url.href;
  }

  set search(text) {
    this.url.search = text;
  }

  closest(selector) {
    return selector === "a.le-take-home" ? this : null;
  }
}

Object.assign(globalThis, {
  Element,
  location: { search: "?z1=1" },
  addEventListener: (kind, act) => (heard[kind] ??= []).push(act),
  document: { createElement: () => ({ click() { given.push([this.download, this.href]); } }) },
});
URL.createObjectURL = (blob) => `blob:${blob.size}`;
URL.revokeObjectURL = () => {};
const later = globalThis.setTimeout;
globalThis.setTimeout = (act, ms) => later(act, ms).unref(); // nothing waits for what lets go of a file

const { takeHome } = await import("../../explorer/takehome/js/offered.js");
takeHome();

function answer(body, status = 200, disposition = 'attachment; filename="vae-2-latents.html"') {
  globalThis.fetch = async (address) => {
    asked.push(address);
    return new Response(body, { status, headers: { "Content-Disposition": disposition } });
  };
}

/** Use the link; whether the browser was kept from following it. */
function press(target, more = {}) {
  let kept = false;
  for (const act of heard.click) act({ target, button: 0, preventDefault: () => (kept = true), ...more });
  return kept;
}

/** Until the link has done what it was asked for. */
async function settled(link) {
  while (link.ariaBusy !== "false") await new Promise((resolve) => later(resolve, 1));
}

beforeEach(() => {
  asked = [];
  given = [];
  globalThis.location.search = "?z1=1";
  answer("a file");
});

test("a link leads to what the address says when it is used, below any folder", async () => {
  const link = new Element("takehome/explore", { follows: "" });
  globalThis.location.search = "?z1=2&z2=0.5"; // the hand has moved
  assert.equal(press(link), true);
  await settled(link);
  assert.deepEqual(asked, ["http://app/a/b/takehome/explore?z1=2&z2=0.5"]);
  assert.deepEqual(given, [["vae-2-latents.html", "blob:6"]]);
  assert.equal(link.said.textContent, SAID.made);
});

test("before it is used as browsers use links it says the same, and then is left to the browser", () => {
  const link = new Element("takehome/explore", { follows: "" });
  for (const act of heard.focusin) act({ target: link });
  assert.equal(link.href, "http://app/a/b/takehome/explore?z1=1");
  assert.equal(press(link, { ctrlKey: true }), false);
  assert.deepEqual(asked, []);
});

test("the link of a run in a list keeps its own address", async () => {
  const link = new Element("takehome/train?run=abc");
  press(link);
  await settled(link);
  assert.deepEqual(asked, ["http://app/a/b/takehome/train?run=abc"]);
});

test("what the server refuses is said in its sentence, and nothing is given", async () => {
  answer("There is no such run.", 404, "");
  const link = new Element("takehome/train?run=abc");
  press(link);
  assert.equal(link.said.textContent, SAID.making);
  await settled(link);
  assert.equal(link.said.textContent, "There is no such run.");
  assert.deepEqual(given, []);
});

test("a lost connection is said, and the next press asks again", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("network");
  };
  const link = new Element("takehome/explore", { follows: "" });
  press(link);
  await settled(link);
  assert.equal(link.said.textContent, SAID.failed);
  answer("a file");
  press(link);
  await settled(link);
  assert.equal(given.length, 1);
});

test("pressing twice asks once", async () => {
  const link = new Element("takehome/explore", { follows: "" });
  press(link);
  press(link);
  await settled(link);
  assert.deepEqual([asked.length, given.length], [1, 1]);
});

test("what is no such link is none of its business", () => {
  const other = Object.assign(new Element("kl"), { closest: () => null });
  assert.equal(press(other), false);
});
