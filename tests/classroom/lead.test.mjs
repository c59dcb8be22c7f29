// Leading, in a small world of its own: a clock that is moved by hand, and an address.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/* global history, location, HTMLElement */
let now = 0;
let script = "notRunning";
let timers = [];
const world = new EventTarget();

Object.assign(globalThis, {
  performance: { now: () => now },
  setTimeout: (act, ms = 0) => (timers.push({ at: now + ms, act }), timers.at(-1)),
  clearTimeout: (timer) => (timers = timers.filter((each) => each !== timer)),
  addEventListener: world.addEventListener.bind(world),
  location: { pathname: "/", search: "" },
});
globalThis.history = { pushState: (_, __, url) => go(url), replaceState: (_, __, url) => go(url) };
globalThis.HTMLElement = class {};
globalThis.document = Object.assign(new EventTarget(), {
  visibilityState: "visible",
  hasFocus: () => false,
  querySelector: () => Object.assign(new HTMLElement(), { dataset: { testScriptState: script } }),
});

function go(url) {
  const { pathname, search } = new URL(url, "http://here/");
  Object.assign(location, { pathname, search });
}

const { Leader } = await import("../../explorer/classroom/js/lead.js");

class Link extends EventTarget {
  state = { follow: { on: true, pointer: true }, show: null };
  up = true;
  sent = [];
  answer = { ok: true, why: "" };
  late = false; // whether the answer comes before the event
  on(name, act) {
    this.addEventListener(name, ({ detail }) => act(detail));
  }
  hear(kind, change = {}) {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new CustomEvent("state", { detail: { kind } }));
  }
  send(kind, { address }) {
    this.sent.push(address);
    if (this.answer.ok && !this.late) this.hear("show", { show: { n: this.sent.length, address } });
    return Promise.resolve(this.answer);
  }
}

/** Let so much time pass. */
async function pass(ms) {
  for (const until = now + ms; now < until; now += 10) {
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers = timers.filter((each) => each !== timer);
      timer.act();
    }
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

let link, notes;
beforeEach(() => {
  timers = [];
  go("/blur");
  link = new Link();
  const own = (notes = []);
  new Leader(link, "", (why) => own.push(why));
});

test("a window that comes leads to where it is, and after a connection that was lost it says where it has gone since", async () => {
  link.hear("hello");
  await pass(200);
  assert.deepEqual(link.sent, ["blur"]);
  link.up = false;
  history.pushState(null, "", "/shape");
  await pass(200);
  link.up = true;
  link.hear("hello");
  await pass(200);
  assert.deepEqual(link.sent, ["blur", "shape"]);
});

test("a window that only rests carries nobody away when its connection comes back, or when following is switched on elsewhere", async () => {
  link.hear("hello");
  await pass(200);
  link.hear("show", { show: { n: 7, address: "kl?kl_mu=1.5" } }); // from another window
  link.hear("hello");
  link.hear("follow");
  await pass(5_000);
  assert.deepEqual(link.sent, ["blur"]);
  history.pushState(null, "", "/shape");
  await pass(200);
  assert.deepEqual(link.sent, ["blur", "shape"]);
});

test("a place that is refused is said, and told again until the class is there", async () => {
  link.answer = { ok: false, why: "The database does not answer." };
  link.hear("hello");
  await pass(200);
  assert.deepEqual(notes, ["The database does not answer."]);
  link.answer = { ok: true, why: "" };
  await pass(3_000);
  assert.deepEqual(link.sent, ["blur", "blur"]);
  assert.deepEqual(notes, ["The database does not answer.", ""]);
});

test("who comes back before the class has heard of the way there leads it back, too", async () => {
  link.hear("hello");
  await pass(200);
  link.late = true;
  history.pushState(null, "", "/shape");
  await pass(200);
  history.pushState(null, "", "/blur");
  await pass(200);
  link.late = false;
  link.hear("show", { show: { n: 2, address: "shape" } });
  await pass(200);
  assert.deepEqual(link.sent, ["blur", "shape", "blur"]);
});

test("what a part writes on the page where the class is goes out at once, what a page writes when it has come to rest", async () => {
  link.hear("hello");
  await pass(200);
  history.replaceState(null, "", "/blur?blur_a=1");
  await pass(40);
  assert.deepEqual(link.sent, ["blur", "blur?blur_a=1"]);
  history.pushState(null, "", "/shape");
  await pass(60);
  history.replaceState(null, "", "/shape?shape_dims=2");
  await pass(60);
  assert.equal(link.sent.length, 2);
  await pass(60);
  assert.equal(link.sent.at(-1), "shape?shape_dims=2");
  history.replaceState(null, "", "/shape?shape_dims=3");
  script = "running"; // it was Back, say
  await pass(60);
  history.replaceState(null, "", "/shape?shape_dims=4");
  script = "notRunning";
  await pass(200);
  assert.deepEqual(link.sent.slice(2), ["shape?shape_dims=2", "shape?shape_dims=4"]);
});
