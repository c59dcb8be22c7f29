// What a ballot's numbers say, and what a phone has to show first. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Front, front } from "../../explorer/classroom/js/front.js";
import { EMPTY } from "../../explorer/classroom/js/reducer.js";
import { clock, left, letter, moves, present, rounds, share } from "../../explorer/classroom/js/tally.js";

const ballot = { id: "b", round: 2, counts: { 2: { a: 1, b: 3 }, 1: { a: 4 } } };

test("rounds are in order, each with its sum, and what was said last counts", () => {
  assert.deepEqual(rounds(ballot), [
    { round: 1, counts: { a: 4 }, total: 4 },
    { round: 2, counts: { a: 1, b: 3 }, total: 4 },
  ]);
  assert.deepEqual(rounds(ballot, { ballot: "b", round: 2, counts: { b: 9 } })[1], { round: 2, counts: { b: 9 }, total: 9 });
});

test("what must not be seen is not there, and another ballot's counts are not this one's", () => {
  assert.deepEqual(rounds({ id: "b", round: 1, counts: {} }, { ballot: "b", round: 1, counts: null }), []);
  assert.deepEqual(rounds({ id: "b", round: 1, counts: {} }, { ballot: "a", round: 1, counts: { a: 2 } }), []);
  assert.deepEqual(rounds(null), []);
});

test("shares of a round add up to 1, and are 0 where nobody voted", () => {
  const [, second] = rounds(ballot);
  assert.deepEqual(["a", "b", "c"].map((key) => share(second, key)), [0.25, 0.75, 0]);
  assert.equal(share({ counts: {}, total: 0 }, "a"), 0);
});

test("moves are told with the four largest first, and add up to those who voted twice", () => {
  const moved = { "a>b": 6, "b>b": 14, "c>d": 1, "c>b": 1, "a>a": 3, "d>a": 0, "b>a": 2, "d>c": 1, "d>b": 1 };
  const told = moves(moved);
  assert.deepEqual(told, {
    stayed: 17,
    others: 2,
    moved: [
      { from: "a", to: "b", n: 6 },
      { from: "b", to: "a", n: 2 },
      { from: "c", to: "b", n: 1 },
      { from: "c", to: "d", n: 1 },
    ],
  });
  assert.equal(told.stayed + told.others + told.moved.reduce((sum, { n }) => sum + n, 0), 29);
  assert.deepEqual(moves(null), { stayed: 0, others: 0, moved: [] });
});

test("a clock shows the last second until it is over, and never less than nothing", () => {
  assert.deepEqual([60_000, 59_001, 1, 0, -5_000].map((ms) => clock(left(1e12 + ms, 1e12))), ["1:00", "1:00", "0:01", "0:00", "0:00"]);
  assert.equal(clock(625), "10:25");
  assert.deepEqual([0, 7].map(letter), ["A", "H"]);
});

test("one who is there is counted in words of their own", () => {
  const words = { one: "1 is here", here: "{count} are here" };
  assert.deepEqual([0, 1, 30].map((count) => present(words, count)), ["0 are here", "1 is here", "30 are here"]);
});

test("a phone shows what the teacher has brought to the front, or else what waits for an answer", () => {
  const at = (more) => front({ ...EMPTY, ...more });
  const open = { ...ballot, state: "open" };
  assert.equal(at({}), "page");
  assert.equal(at({ stage: "ballot" }), "page"); // nothing is there to show
  assert.equal(at({ ballot: open }), "ballot");
  assert.equal(at({ ballot: { ...open, state: "discuss" } }), "ballot");
  assert.equal(at({ ballot: { ...open, state: "shown" } }), "page"); // the teacher has gone on
  assert.equal(at({ ballot: { ...open, state: "shown" }, stage: "ballot" }), "ballot");
  assert.equal(at({ ballot: open, map: { on: true, accepts: true }, stage: "map" }), "map");
  assert.equal(at({ map: { on: true, accepts: true } }), "map");
  assert.equal(at({ map: { on: true, accepts: false } }), "page");
  assert.equal(at({ map: { on: false, accepts: true }, stage: "map" }), "page");
  assert.equal(at({ chart: { on: true }, map: { on: true, accepts: false } }), "chart");
});

test("on a phone the answer of a vote stays until the class goes to another page, votes anew or closes it", () => {
  const shown = new Front();
  const revealed = { ...ballot, state: "revealed" };
  const at = (more, address = "kl") => shown.of({ ...EMPTY, show: { n: 1, address }, ...more });
  assert.equal(at({ ballot: { ...ballot, state: "open" } }), "ballot");
  assert.equal(at({ ballot: revealed }), "ballot");
  assert.equal(at({ ballot: revealed }, "kl?kl_revealed=1&kl_mu=2"), "ballot"); // the same page, moved
  assert.equal(at({ ballot: revealed, map: { on: true, accepts: true } }), "map"); // which waits for an answer
  assert.equal(at({ ballot: revealed }, "elbo"), "page");
  assert.equal(at({ ballot: revealed }, "kl"), "page"); // it is over
  assert.equal(at({ ballot: { ...revealed, id: "c" } }), "ballot");
  assert.equal(at({ ballot: null }), "page");
  assert.equal(at({ ballot: { ...ballot, id: "d", state: "shut" } }), "page");
  assert.equal(new Front().of({ ...EMPTY, ballot: revealed }), "ballot"); // a phone that comes now
});
