// Playing a plan in a small world of its own: an address, a history and what a window keeps.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/* global history, location */
const world = new EventTarget();
const kept = new Map();
const turned = [];
Object.assign(globalThis, {
  addEventListener: world.addEventListener.bind(world),
  dispatchEvent: world.dispatchEvent.bind(world),
  PopStateEvent: Event,
  location: { pathname: "/explorer/", search: "" },
  sessionStorage: { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text), removeItem: (name) => kept.delete(name) },
  history: { pushState: (_, __, url) => turned.push(new URL(url, "http://here/")), replaceState: () => {} },
});

const { Player, address } = await import("../../explorer/plans/js/player.js");
const { kept: read } = await import("../../explorer/plans/js/kept.js");

const MINUTE = 60_000;
const step = (from, open, cover = true) => ({ title: open, minutes: 3, from, open, cover });
const PLAN = { id: "45", title: "A lesson", minutes: 9, steps: [step(0, "home?game=1"), step(3, "kl?kl_mu=1.5"), step(6, "em?em_step=60&em_revealed=1", false)] };
const player = (at = {}) => new Player("/explorer", PLAN, { mode: "stage", plan: "45", step: 0, began: null, ...at });

beforeEach(() => {
  kept.clear();
  turned.length = 0;
});

test("a plan begins now, and one that is entered later has begun so many minutes ago", () => {
  const before = Date.now();
  assert.ok(player().began >= before);
  const late = player({ step: 2 });
  assert.ok(Math.abs(Date.now() - late.began - 6 * MINUTE) < 1_000);
  assert.equal(turned.length, 0); // the document was opened there
});

test("whoever plays without the class goes on without it", () => {
  player({ apart: true }).next();
  assert.equal(read().apart, true);
  player().next();
  assert.equal(read().apart, false);
});

test("it turns by orders, each one new, and the address says just what the step says", () => {
  const played = player();
  const told = [];
  played.addEventListener("step", ({ detail }) => told.push(detail));
  assert.ok(played.next() && played.next() && played.back());
  assert.deepEqual(told, [{ step: 1, before: 0 }, { step: 2, before: 1 }, { step: 1, before: 2 }]);
  assert.deepEqual(turned.map(({ pathname }) => pathname), ["/explorer/kl", "/explorer/em", "/explorer/kl"]);
  const orders = turned.map(({ searchParams }) => searchParams.get("_at"));
  assert.equal(new Set(orders).size, 3);
  turned[1].searchParams.delete("_at");
  assert.equal(turned[1].search, "?em_step=60&em_revealed=1");
});

test("there is nothing before the first step nor after the last", () => {
  const played = player();
  assert.equal(played.back(), false);
  assert.ok(played.go(2));
  assert.equal(played.following, undefined);
  assert.equal(played.next(), false);
  assert.equal(played.go(NaN), false);
  assert.equal(played.step, 2);
  assert.equal(turned.length, 1);
});

test("a step that is shown again is turned to again", () => {
  const played = player();
  assert.ok(played.go(0));
  assert.equal(turned[0].pathname, "/explorer/");
  assert.equal(turned[0].searchParams.get("game"), "1");
});

test("a reload goes on where it was, with the same clock; who leaves keeps nothing", () => {
  const played = player();
  played.next();
  const { mode, plan, step: at, began } = read();
  assert.deepEqual({ mode, plan, at, began }, { mode: "stage", plan: "45", at: 1, began: played.began });
  const again = player(read());
  assert.equal(again.began, played.began);
  let left = 0;
  again.addEventListener("left", () => (left += 1));
  again.leave();
  assert.equal(read(), null);
  assert.equal(left, 1);
  assert.equal(turned.length, 1);
});

test("a plan that has become shorter is played from its last step", () => {
  assert.equal(player({ step: 40 }).step, 2);
});

test("a covered step opens covered, whatever its address says", () => {
  assert.equal(address({ open: "kl?kl_mu=1&kl_revealed=1", cover: true }), "kl?kl_mu=1");
  assert.equal(address({ open: "em?em_revealed=1", cover: false }), "em?em_revealed=1");
  assert.equal(address({ open: "home", cover: true }), "");
});

test("a window that keeps nothing still plays", () => {
  const whole = sessionStorage.setItem;
  sessionStorage.setItem = () => {
    throw new Error("full");
  };
  const played = player();
  assert.ok(played.next());
  sessionStorage.setItem = whole;
  assert.equal(location.pathname, "/explorer/");
  assert.ok(history);
});
