// Notes and a stage, each at its end: of the channel between two windows, whose stage's end is the stage's own, and of a class.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { ClassEnd, WindowEnd } from "../../explorer/plans/js/notes_ends.js";
import { stageEnd } from "../../explorer/plans/js/stage/channel.js";

/** @type {(() => void)[]} */
const closing = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A stage, which does what it is asked. */
function stage(plan, step = 0, name = `${plan}-${step}`) {
  const at = { plan, stage: name, step, began: 1000, blank: false, revealed: false, vote: null };
  const asked = [];
  const end = stageEnd(
    () => at,
    (what, value) => {
      asked.push([what, value]);
      if (what === "go") at.step = value;
      if (what === "began") at.began = value;
      end.tell();
    },
  );
  closing.push(end.close);
  return { at, asked, tell: end.tell, close: end.close };
}

function notes(plan) {
  const end = new WindowEnd(plan);
  closing.push(() => end.close());
  return end;
}

const later = setTimeout; // where a test holds the clock, too

/** Wait until something holds. */
async function until(holds) {
  for (const since = Date.now(); !holds(); ) {
    assert.ok(Date.now() - since < 5_000, `never: ${holds}`);
    await new Promise((done) => later(done, 2));
  }
}

test("notes find a stage that plays, turn it, wish and set its clock, and hear of what it does by itself", async () => {
  const played = stage("45", 2);
  const end = notes("45");
  assert.equal(end.known, false);
  await until(() => end.known);
  assert.deepEqual([end.place.plan, end.place.step, end.place.began], ["45", 2, 1000]);
  end.go(4);
  await until(() => end.place.step === 4);
  end.wish("reveal");
  end.begin(5000);
  await until(() => end.place.began === 5000);
  assert.deepEqual(played.asked, [["go", 4], ["reveal", undefined], ["began", 5000]]);
  Object.assign(played.at, { step: 5, vote: { answered: 3, of: 9, state: "open" } });
  played.tell();
  await until(() => end.place.step === 5);
  assert.deepEqual(end.place.vote, { answered: 3, of: 9, state: "open" });
});

test("where no stage answers within a second the notes know that there is none, and find the one that comes later", async () => {
  const end = notes("45");
  const asked = Date.now();
  await until(() => end.known);
  assert.ok(Date.now() - asked >= 950);
  assert.equal(end.place, null);
  stage("45", 1);
  await until(() => end.place?.step === 1);
});

test("of two stages the one that plays the plan of the notes counts, in whatever order they speak", async () => {
  const own = stage("45", 3);
  const other = stage("90", 7);
  const end = notes("45");
  await until(() => end.place?.plan === "45");
  other.at.step = 8;
  other.tell();
  own.at.step = 4;
  own.tell();
  await until(() => end.place.step === 4);
  assert.equal(end.place.plan, "45");
});

test("of two stages of one plan the newer hears the notes alone, until it is gone", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  const older = stage("45", 3, "a");
  const newer = stage("45", 5, "b");
  const end = notes("45");
  await until(() => end.place?.stage === "b");
  older.at.step = 4;
  older.tell();
  end.go(7);
  await until(() => newer.asked.length);
  end.go(8);
  await until(() => end.place.step === 8);
  assert.deepEqual([older.asked, end.place.stage], [[], "b"]);
  newer.close();
  context.mock.timers.tick(5_000); // it is asked again
  await until(() => end.other);
  context.mock.timers.tick(1_000);
  await until(() => end.place?.stage === "a");
});

/** A class's link as notes know it. */
class Link extends EventTarget {
  up = true;
  n = 1;
  said = [];
  state = { plan: { id: "45", stage: "a", step: 2, began: 1000, wish: null, wished: 0 }, ballot: null };
  on(name, heard) {
    this.addEventListener(name, ({ detail }) => heard(detail));
  }
  say(kind, body) {
    if (this.up) this.said.push(body);
  }
  tell(name, change = {}) {
    Object.assign(this.state, change);
    this.dispatchEvent(new CustomEvent(name, { detail: {} }));
  }
  now() {
    return 9000;
  }
  close() {}
}

test("a turn is shown at once and stands when the class tells it; two quick ones are two steps", () => {
  const link = new Link();
  const end = new ClassEnd(link);
  closing.push(() => end.close());
  end.go(end.place.step + 1);
  end.go(end.place.step + 1);
  assert.equal(end.place.step, 4);
  assert.deepEqual(link.said.map(({ step }) => step), [3, 4]);
  link.tell("state", { plan: { ...link.state.plan, step: 3 } });
  assert.equal(end.place.step, 4);
  link.tell("state", { plan: { ...link.state.plan, step: 4 } });
  link.tell("state", { plan: { ...link.state.plan, step: 1 } });
  assert.equal(end.place.step, 1);
});

test("a turn that was lost on its way is taken back, so that the next one starts where the stage is", async () => {
  const link = new Link();
  link.up = false;
  const end = new ClassEnd(link);
  closing.push(() => end.close());
  end.go(3);
  assert.equal(end.place.step, 3);
  await until(() => end.place.step === 2);
  assert.deepEqual(link.said, []);
});

test("a wish and the clock say nothing of the step, and nothing is repeated: the words have no id", () => {
  const link = new Link();
  const end = new ClassEnd(link);
  closing.push(() => end.close());
  end.wish("vote");
  end.begin(1234.5);
  assert.deepEqual(link.said, [
    { what: "plan", stage: "a", wish: "vote" },
    { what: "plan", stage: "a", began: 1235 },
  ]);
  link.tell("state", { plan: null });
  assert.equal(end.place, null);
});
