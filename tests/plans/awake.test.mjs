// The screen of a page that is seen stays on: a browser as the Screen Wake Lock describes it, which lets go of a lock when the page is hidden.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { stayAwake } from "../../explorer/plans/js/awake.js";

/** What the browser was asked for and gave, and how it answers. */
let asked, locks, document_, refuses, touched;

const held = () => locks.filter((lock) => !lock.released).length;
const rest = () => new Promise((done) => setImmediate(done));

async function turn(visibilityState) {
  document_.visibilityState = visibilityState;
  if (visibilityState === "hidden") for (const lock of locks) lock.released = true;
  document_.dispatchEvent(new Event("visibilitychange"));
  await rest();
}

async function touch(what) {
  touched.dispatchEvent(new Event(what));
  await rest();
}

beforeEach(() => {
  [asked, locks, refuses, touched] = [0, [], false, new EventTarget()];
  document_ = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const wakeLock = {
    async request(type) {
      assert.equal(type, "screen");
      asked += 1;
      if (refuses || document_.visibilityState !== "visible") throw new DOMException("", "NotAllowedError");
      const lock = { released: false };
      locks.push(lock);
      return lock;
    },
  };
  const given = { document: document_, navigator: { wakeLock }, addEventListener: touched.addEventListener.bind(touched) };
  for (const [name, value] of Object.entries(given)) Object.defineProperty(globalThis, name, { value, configurable: true });
});

test("one lock is held, however often the page is touched", async () => {
  stayAwake();
  touched.dispatchEvent(new Event("click")); // before the first is given
  for (const what of ["click", "keyup", "click"]) await touch(what);
  assert.deepEqual([locks.length, held()], [1, 1]);
});

test("a page that was hidden asks again once it is seen, and not before", async () => {
  stayAwake();
  await rest();
  await turn("hidden");
  await touch("keyup");
  assert.deepEqual([asked, held()], [1, 0]);
  await turn("visible");
  assert.deepEqual([locks.length, held()], [2, 1]);
});

test("a page that opens behind another asks when it comes to the front", async () => {
  document_.visibilityState = "hidden";
  stayAwake();
  await rest();
  assert.equal(asked, 0);
  await turn("visible");
  assert.equal(held(), 1);
});

test("where the browser refuses, nothing is said, and the next touch asks again", async () => {
  refuses = true;
  stayAwake();
  await touch("click");
  assert.equal(locks.length, 0);
  refuses = false;
  await touch("keyup");
  assert.equal(held(), 1);
});

test("where the browser knows no such lock, nothing happens", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  stayAwake();
  await touch("click");
  await turn("hidden");
  await turn("visible");
  assert.equal(locks.length, 0);
});
