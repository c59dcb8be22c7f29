// The clock of a lesson, against what the plan's own sums say.

import assert from "node:assert/strict";
import { test } from "node:test";

import { standing } from "../../explorer/plans/js/clock.js";

/** A plan of steps with so many minutes each. */
const plan = (...minutes) => minutes.map((each, i) => ({ minutes: each, from: minutes.slice(0, i).reduce((sum, one) => sum + one, 0) }));
const steps = plan(3, 2, 0.5, 7, 4);

test("whoever shows each step in its minutes is neither early nor late, and what is left runs down to nothing", () => {
  steps.forEach(({ from, minutes }, step) => {
    for (const share of [0, 0.25, 0.999]) {
      const { due, late, left } = standing(steps, step, from + share * minutes);
      assert.deepEqual([due, late], [step, 0]);
      assert.ok(Math.abs(left - (1 - share) * minutes) < 1e-9);
    }
  });
});

test("a minute later on any step is a minute more of lateness, once its time is over, and a minute less that is left", () => {
  for (let step = 0; step < steps.length; step += 1)
    for (let gone = 0; gone < 20; gone += 0.5) {
      const [now, then] = [standing(steps, step, gone), standing(steps, step, gone + 1)];
      const { from, minutes } = steps[step];
      assert.ok(Math.abs(now.left - then.left - 1) < 1e-9);
      if (gone >= from + minutes || gone + 1 <= from) assert.ok(Math.abs(then.late - now.late - 1) < 1e-9);
      assert.equal(Math.sign(now.late), gone < from ? -1 : gone > from + minutes ? 1 : 0);
    }
});

test("after its end a plan has its last step, and before its beginning its first", () => {
  assert.equal(standing(steps, 0, 100).due, 4);
  assert.equal(standing(steps, 0, -1).due, 0);
  assert.equal(standing(steps, 4, 17.5).late, 1);
});
