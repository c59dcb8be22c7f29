// A component stays while its place is in the page, whatever runs overtake one another. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { living } from "../../explorer/browser/js/life.js";

/** A place in a page, and a render function that counts what is made and what has ended. */
function place() {
  const root = { isConnected: true };
  const parentElement = { querySelector: (selector) => (selector === ".here" ? root : null) };
  const found = { made: 0, ended: 0, heard: [] };
  const render = living(".here", () => {
    found.made += 1;
    return { update: (data) => found.heard.push(data), end: () => (found.ended += 1) };
  });
  return { root, found, run: (data) => render({ parentElement, data, setStateValue() {} }) };
}

test("a run that is overtaken while it loads is told to leave, and the component stays", () => {
  const { found, run } = place();
  const leave = run(1);
  leave();
  run(2);
  assert.deepEqual(found, { made: 1, ended: 0, heard: [1, 2] });
});

test("with its place it goes, once, and another one comes later", () => {
  const { root, found, run } = place();
  const first = run(1);
  const second = run(2);
  root.isConnected = false;
  first();
  second();
  assert.equal(found.ended, 1);
  root.isConnected = true;
  run(3);
  assert.deepEqual(found, { made: 2, ended: 1, heard: [1, 2, 3] });
});
