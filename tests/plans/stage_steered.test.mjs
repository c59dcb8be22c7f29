// A stage and a phone in one class: a small server that numbers what is said and tells it to both a while later, as the class does.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { after, EMPTY } from "../../explorer/classroom/js/reducer.js";
import { Steered } from "../../explorer/plans/js/stage/steered.js";

const AHEAD = 60_000; // ms by which the server's clock is ahead of the stage's
let n, state, waiting, did, stage, steered;

/** What somebody says reaches the class; the stage hears of it with the next `told`. */
function say(what, body) {
  n += 1;
  state = after(state, what, body, n);
  const now = state;
  waiting.push(() => steered.hear({ role: "teacher", state: now, ahead: AHEAD }));
}

function told() {
  while (waiting.length) waiting.shift()();
}

/** The phone of the teacher, which knows what the class knows. */
const phone = (change) => say("plan", { stage: state.plan.stage, ...change });

function turn(step) {
  stage.step = step;
  steered.tell(stage);
}

beforeEach(() => {
  [n, state, waiting, did] = [0, EMPTY, [], []];
  stage = { plan: "45", stage: "b", step: 0, began: 1_000_000 };
  steered = new Steered(say, (what, value) => {
    did.push(value === undefined ? what : `${what} ${value}`);
    if (what === "go") stage.step = value;
    if (what === "began") stage.began = value;
    if (value !== undefined) steered.tell(stage);
  });
});

function come() {
  steered.tell(stage);
  steered.hear({ role: "teacher", state, ahead: AHEAD });
  told();
}

test("a stage tells where it is in the server's time, and again only when that is another place", () => {
  come();
  const { id, step, began, wish } = state.plan;
  assert.deepEqual([id, step, began, wish, n], ["45", 0, 1_060_000, null, 1]);
  turn(2);
  turn(2);
  told();
  turn(2);
  assert.deepEqual([n, state.plan.step, did], [2, 2, []]);
});

test("it obeys a step and a beginning that are not its own, and says nothing of what it was told", () => {
  come();
  phone({ step: 5 });
  told();
  phone({ began: 2_060_000 });
  told();
  assert.deepEqual(did, ["go 5", "began 2000000"]);
  assert.equal(n, 3);
});

test("a wish is performed once, whatever is told after it", () => {
  come();
  phone({ wish: "reveal" });
  told();
  say("stage", { stage: "map" });
  phone({ wish: "vote" });
  told();
  turn(1);
  told();
  assert.deepEqual(did, ["reveal", "vote"]);
});

test("a stage that comes late performs no old wish and goes to no old step: the class has its place", () => {
  say("plan", { id: "45", stage: "a", step: 7, began: 5 });
  phone({ wish: "blank" });
  waiting = [];
  come();
  assert.deepEqual([did, state.plan.step], [[], 0]);
  phone({ wish: "blank" });
  told();
  assert.deepEqual(did, ["blank"]);
});

test("two quick turns are not undone by the echo of the first", () => {
  come();
  turn(1);
  turn(2);
  told();
  assert.deepEqual([did, stage.step, state.plan.step], [[], 2, 2]);
});

test("where both turn at once, both end where the class heard it last", () => {
  for (const first of ["phone", "stage"]) {
    did = [];
    come();
    for (const who of first === "phone" ? ["phone", "stage"] : ["stage", "phone"]) {
      if (who === "phone") phone({ step: 7 });
      else turn(stage.step + 1);
    }
    told();
    assert.equal(stage.step, state.plan.step, first);
  }
});

test("a stage whose connection was away is where the class says when it is back", () => {
  come();
  phone({ step: 3 });
  phone({ step: 4 });
  phone({ began: 3_060_000 });
  phone({ wish: "vote" });
  waiting = waiting.slice(-1);
  told();
  assert.deepEqual(did, ["began 3000000", "go 4", "vote"]);
  assert.deepEqual([n, stage.step, stage.began], [5, 4, 3_000_000]); // half way there it told the class nothing
});

test("of two stages of different plans the one that turned last has the class; the other gives way and is silent until it turns", () => {
  come();
  say("plan", { id: "90", stage: "c", step: 3, began: 0 });
  told();
  for (let tick = 0; tick < 3; tick++) turn(0);
  assert.deepEqual([n, state.plan.id, steered.gaveWay], [2, "90", true]);
  turn(1);
  assert.deepEqual([n, state.plan.id, steered.gaveWay], [3, "45", false]);
  told();
  assert.deepEqual([did, steered.gaveWay], [[], false]);
});

test("of two stages of one plan both turn, and the newer alone does what is wished", () => {
  say("plan", { id: "45", stage: "a", step: 0, began: 1_060_000 });
  come();
  assert.equal(state.plan.stage, "b");
  say("plan", { id: "45", stage: "c", step: 0, began: 1_060_000 });
  phone({ step: 4 });
  phone({ wish: "vote" });
  told();
  assert.deepEqual(did, ["go 4"]);
  steered.leave();
  assert.equal(state.plan.stage, "c");
});

test("where the newer stage leaves, the class has the one that still plays", () => {
  come();
  say("plan", { id: "45", stage: "c", step: 3, began: 1_060_000 });
  told();
  say("plan", {});
  told();
  assert.deepEqual([state.plan.stage, state.plan.step, n], ["b", 3, 4]);
  told();
  assert.equal(n, 4);
});

test("a wish that crosses a turn of the stage does not turn it back", () => {
  come();
  const { stage: to } = state.plan;
  turn(1);
  say("plan", { stage: to, wish: "vote" });
  turn(2);
  told();
  phone({ wish: "reveal" });
  told();
  assert.deepEqual([did, stage.step, state.plan.step], [["vote", "reveal"], 2, 2]);
});

test("a word that the class refuses, or never tells, leaves the stage hearing, and where it is", async (context) => {
  come();
  context.mock.timers.enable({ apis: ["Date"] });
  const { steer } = steered;
  steered.steer = async () => false;
  turn(1);
  await null;
  say("stage", { stage: "map" });
  told();
  assert.deepEqual(did, []);
  phone({ step: 5 });
  told();
  assert.deepEqual(did, ["go 5"]);
  steered.steer = () => new Promise(() => {});
  turn(6);
  context.mock.timers.tick(6_000);
  phone({ step: 2 });
  told();
  assert.deepEqual(did, ["go 5", "go 2"]);
  steered.steer = steer;
});

test("another plan's stage, a member's window and a class that ends are not heard", () => {
  come();
  say("plan", { id: "90", stage: "c", step: 3, began: 0 });
  phone({ wish: "reveal" });
  told();
  steered.hear({ role: "member", state: { plan: { id: "45", stage: "b", step: 3, began: 0, wish: "reveal", wished: 99 } }, ahead: 0 });
  assert.deepEqual([did, state.plan.id], [[], "90"]);
  steered.leave();
  assert.equal(state.plan.id, "90");
  turn(1);
  told();
  steered.leave();
  assert.equal(state.plan, null);
});
