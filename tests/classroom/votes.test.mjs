// What a browser shows of its own votes, whether they were tapped here, on the page, or in another window.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Votes } from "../../explorer/classroom/js/votes.js";

const WORDS = { choose: "choose", in: "in", kept: "kept", none: "none", sending: "sending", unsent: "unsent", teacher: "teacher" };
const BALLOT = { id: "b", round: 1, state: "open" };

/** A link that answers when it is told to, and the votes over it. */
function over() {
  const hears = {};
  const answers = [];
  const link = {
    role: "member",
    up: true,
    mine: { votes: {} },
    state: { ballot: BALLOT },
    on: (name, heard) => (hears[name] = heard),
    send: () => new Promise((answer) => answers.push(answer)),
  };
  const votes = new Votes(link, WORDS, () => {});
  const mine = (given) => {
    link.mine = { votes: given };
    hears.mine();
  };
  return { votes, mine, answer: async (said) => (answers.shift()(said), await null) };
}

test("what was chosen on the page since takes the place of what was tapped here", async () => {
  const { votes, mine, answer } = over();
  votes.vote("left");
  await answer({ ok: true, why: "" });
  assert.deepEqual([votes.of(BALLOT), votes.status(BALLOT)], [{ 1: "left" }, "in"]);
  mine({ b: { 1: "right" } });
  assert.deepEqual([votes.of(BALLOT), votes.status(BALLOT)], [{ 1: "right" }, "in"]);
});

test("what was tapped here last is on its way, whatever is told meanwhile", async () => {
  const { votes, mine, answer } = over();
  votes.vote("left");
  mine({ b: { 1: "right" } });
  assert.deepEqual([votes.of(BALLOT), votes.status(BALLOT)], [{ 1: "left" }, "sending"]);
  await answer({ ok: false, why: "This vote is shut." });
  assert.deepEqual([votes.of(BALLOT), votes.status(BALLOT)], [{ 1: "right" }, "This vote is shut."]);
});
