// The stage's parts that need no page: its keys, its clock, who asks, and how high a figure is.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.addEventListener ??= () => {};

const { actOf } = await import("../../explorer/plans/js/stage/keys.js");
const { clock } = await import("../../explorer/plans/js/stage/clock.js");
const { asked } = await import("../../explorer/plans/js/stage/head.js");
const { largest } = await import("../../explorer/plans/js/stage/fit.js");

const act = (key, target = "", more = {}) => actOf({ key, ...more }, target);

test("arrows and a clicker turn, letters act in either case", () => {
  assert.deepEqual(["ArrowRight", "PageDown", "ArrowLeft", "PageUp"].map((key) => act(key)), ["next", "next", "back", "back"]);
  assert.deepEqual([..."rRvDb.z?"].map((key) => act(key)), ["reveal", "reveal", "vote", "discuss", "blank", "blank", "zoom", "keys"]);
  assert.equal(act("Escape"), "out");
  assert.equal(act("x"), null);
  assert.equal(act("toString"), null);
});

test("a slider and a plane keep their arrows, and a clicker turns there too", () => {
  assert.equal(act("ArrowRight", "hand"), null);
  assert.equal(act("PageDown", "hand"), "next");
  assert.equal(act("r", "hand"), "reveal");
});

test("who types keeps every key", () => {
  for (const key of ["ArrowRight", "PageDown", "r", ".", "?", "Escape"]) assert.equal(act(key, "text"), null, key);
});

test("a key that something on the page has used is not the stage's, but for a clicker's", () => {
  assert.equal(act("ArrowRight", "", { defaultPrevented: true }), null);
  assert.equal(act("Escape", "", { defaultPrevented: true }), null);
  assert.equal(act("PageDown", "", { defaultPrevented: true }), "next");
});

test("the browser's own keys stay its own", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(act("r", "", { [held]: true }), null);
});

const PLAN = { steps: [{ from: 0, minutes: 3 }, { from: 3, minutes: 5 }, { from: 8, minutes: 2 }] };
const at = (step, minutes) => clock(PLAN, step, 1_000, 1_000 + minutes * 60_000);

test("the clock says where the plan is, and by how much the step is late or early", () => {
  assert.deepEqual(at(0, 0), { minute: 0, due: 0, late: 0 });
  assert.deepEqual(at(1, 7.9), { minute: 7, due: 1, late: 0 });
  assert.deepEqual(at(0, 7), { minute: 7, due: 1, late: 4 });
  assert.deepEqual(at(2, 1.5), { minute: 1, due: 0, late: -6 });
  assert.deepEqual(at(2, 30), { minute: 30, due: 2, late: 20 });
});

test("at no minute is a step late that is the one of this minute", () => {
  for (let minutes = 0; minutes < 10; minutes += 0.25) assert.equal(at(at(0, minutes).due, minutes).late, 0);
});

const OWN = { of: "own", question: "Which?", options: [{ key: "a", text: "This" }] };
const by = (step, own = "", check = false) => {
  const { by: who, question } = asked({ vote: null, ask: "", ...step }, own, check);
  return [who, question];
};

test("one question is asked at a time: the page's, the plan's, or the check's", () => {
  assert.deepEqual(by({ ask: "Why?" }), ["plan", "Why?"]);
  assert.deepEqual(by({ ask: "Why?" }, "Where?"), ["plan", "Why?"]);
  assert.deepEqual(by({ ask: "Where’s  it?" }, "Where's it?"), ["page", ""]);
  assert.deepEqual(by({}, "Where?"), ["page", ""]);
  assert.deepEqual(by({ vote: OWN, ask: "Why?" }, "Where?"), ["plan", "Which?"]);
  assert.deepEqual(by({ vote: { of: "check" }, ask: "Why?" }, "Where?", true), ["check", ""]);
  assert.deepEqual(by({ vote: { of: "check" }, ask: "Why?" }, "Where?"), ["plan", "Why?"]);
});

test("the plan's question stands with the page's where it is another one", () => {
  const step = { vote: { of: "prediction" }, ask: "Why?" };
  assert.deepEqual(by(step, "Where?"), ["page", "Why?"]);
  for (const own of ["why?", "One of six runs failed. Why?", "Why did it fail?"]) assert.deepEqual(by(step, own), ["page", ""]);
});

/** What is left of 500 pixels by what does not grow, by so many figures below one another, and by one beside others that are 200 high. */
const left = (controls, times) => (height) => 500 - controls - Math.max(times * height, 200);

test("a figure is as high as the room lets it be, and no higher", () => {
  for (const [controls, times] of [[120, 1], [90, 2], [0, 3], [290, 1], [10.5, 1.37]]) {
    const room = left(controls, times);
    const height = largest(room, 500);
    assert.ok(room(height) >= 0 && room(height + 3) < 0, `${controls} ${times} ${height}`);
  }
  assert.equal(largest(() => 10, 500), 500); // its height is not what fills the room
  assert.equal(largest(() => -1, 500), 0); // nothing helps
});
