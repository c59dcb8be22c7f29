// The stage in a class: what its keys have the teacher's bar do.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const world = new EventTarget();
const found = [];
Object.assign(globalThis, {
  addEventListener: world.addEventListener.bind(world),
  dispatchEvent: world.dispatchEvent.bind(world),
  location: { search: "" },
  document: { querySelectorAll: () => found, querySelector: () => null },
});

const { StageClass } = await import("../../explorer/plans/js/stage/class.js");

let steered = [];
world.addEventListener("class-steer", ({ detail }) => steered.push(detail));
const say = (ballot, counts = null, role = "teacher") =>
  world.dispatchEvent(Object.assign(new Event("class-state"), { detail: { role, counts, state: { ballot, count: 4 } } }));
const ballot = (state, round = 1) => ({ id: "b", state, round, topic: "kl_predicted" });
const question = (topic) => ({ dataset: { classTopic: topic, classQuestion: "Where?", classOptions: '[{"key":"a","text":"Here"}]', classRight: "a" } });
const STEP = { open: "kl?kl_mu=1", vote: { of: "prediction", rounds: 2 } };

const stage = new StageClass(() => {});
beforeEach(() => {
  steered = [];
  found.splice(0, found.length, question("kl_predicted"), question("kl_check"));
});

test("a vote of the page is on its prediction, or on its check; one of the plan is on the plan's question", () => {
  say(null);
  stage.go(STEP);
  stage.go({ ...STEP, vote: { of: "check", rounds: 1 } });
  stage.go({ ...STEP, vote: { of: "own", question: "Which?", options: [], right: "b", rounds: 1 } });
  assert.deepEqual(steered.map(({ what, do: act, topic, question: said, right }) => [what, act, topic, said, right]), [
    ["ballot", "open", "kl_predicted", "Where?", "a"],
    ["ballot", "open", "kl_check", "Where?", "a"],
    ["ballot", "open", "", "Which?", "b"],
  ]);
});

test("a step without a vote opens none, nor does a page whose question is not there", () => {
  say(null);
  stage.go({ ...STEP, vote: null });
  found.length = 0;
  stage.go(STEP);
  assert.deepEqual(steered, []);
});

test("a vote of another step is closed before this step's is opened", () => {
  say({ ...ballot("revealed"), topic: "blur_predicted" });
  stage.go(STEP);
  assert.deepEqual(steered.map(({ do: act, topic = "" }) => [act, topic]), [["close", ""], ["open", "kl_predicted"]]);
});

test("how the class has voted is seen in its own step, once everybody may see it", () => {
  const seen = (state, step = STEP) => {
    const now = { ...ballot(state), options: [{ key: "a", text: "Here" }], counts: { 1: { a: 3 } }, right: "a" };
    world.dispatchEvent(Object.assign(new Event("class-state"), { detail: { role: "teacher", counts: null, state: { ballot: now }, told: { words: { ballot: {} } } } }));
    return stage.result(step)?.rounds[0].total ?? 0;
  };
  assert.deepEqual(["open", "shut", "discuss", "shown", "revealed"].map((state) => seen(state)), [0, 0, 0, 3, 3]);
  assert.equal(seen("revealed", { ...STEP, open: "blur" }), 0);
  assert.equal(seen("revealed", { ...STEP, vote: null }), 0);
});

test("the same key closes the vote, and opens its second round where the plan has one", () => {
  const acts = [[ballot("open"), STEP], [ballot("discuss"), STEP], [ballot("shut", 2), STEP], [ballot("shut"), { ...STEP, vote: { of: "prediction", rounds: 1 } }]].map(([now, step]) => {
    steered = [];
    say(now);
    stage.go(step);
    return steered.map(({ do: act }) => act).join();
  });
  assert.deepEqual(acts, ["shut", "again", "", ""]);
});

test("a discussion and the reveal close what is open first", () => {
  say(ballot("open"));
  stage.discuss();
  assert.ok(stage.reveal());
  assert.deepEqual(steered.map(({ do: act }) => act), ["shut", "discuss", "shut", "reveal"]);
  say(ballot("revealed"));
  assert.equal(stage.reveal(), false);
});

test("what is left of a vote goes with its step", () => {
  say(ballot("revealed"));
  stage.end();
  assert.deepEqual(steered.map(({ do: act }) => act), ["close"]);
});

test("the strip's count is of this round, and of nobody before anyone was counted", () => {
  say(ballot("open", 2), { ballot: "b", round: 2, answered: 3, of: 4 });
  assert.deepEqual(stage.vote, { answered: 3, of: 4, state: "open" });
  say(ballot("open", 2), { ballot: "b", round: 1, answered: 3, of: 4 });
  assert.equal(stage.vote.answered, 0);
  say(ballot("revealed"));
  assert.equal(stage.vote, null);
});

test("what the class answers comes back to who steers", async () => {
  const answer = stage.steer("plan", {});
  steered[0].answered(false);
  assert.equal(await answer, false);
});

test("a member's window steers nothing", () => {
  say(null, null, "member");
  stage.go(STEP);
  stage.discuss();
  stage.reveal();
  stage.end();
  assert.deepEqual(steered, []);
});
