// A component stays while its place is in the page, whatever runs overtake one another. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { living } from "../../explorer/browser/js/life.js";

globalThis.requestAnimationFrame = (draw) => setTimeout(draw);
globalThis.document = /** @type {any} */ ({ documentElement: { dataset: {} } });

/** A place in a page, and a render function that counts what is made and what has ended. `fetching` is what a first update waits for. */
function place(fetching = undefined) {
  const host = new Set();
  const root = { isConnected: true, dataset: {}, said: new Set(), setAttribute: (name) => root.said.add(name), getRootNode: () => ({ host: { setAttribute: (name) => host.add(name) } }) };
  const parentElement = { querySelector: (selector) => (selector === ".here" ? root : null) };
  const found = { made: 0, ended: 0, heard: [] };
  const render = living(".here", () => {
    found.made += 1;
    const update = (data) => {
      found.heard.push(data);
      return fetching;
    };
    return { update, end: () => (found.ended += 1) };
  });
  return { root, host, found, run: (data) => render({ parentElement, data, setStateValue() {} }) };
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

test("it says that it answers when what it fetches has come, and says it to the page around it", async () => {
  let come;
  const { root, host, run } = place(new Promise((resolve) => (come = resolve)));
  const rest = () => new Promise((done) => setTimeout(done, 5));
  const marks = () => performance.getEntriesByName("part-ready").length;
  await rest(); // for the marks of other tests
  const before = marks();
  run(1);
  await rest();
  assert.deepEqual([root.said.size, host.size, marks()], [0, 0, before]);
  come();
  await rest();
  run(2);
  await rest();
  assert.deepEqual([[...root.said], [...host], marks()], [["data-ready"], ["data-ready"], before + 1]);
});

test("a part knows whether it is on a stage or on a class's projector, from before it is built", () => {
  const { dataset } = globalThis.document.documentElement;
  for (const [play, role, worn] of [["", "", {}], ["stage", "", { staged: "" }], ["", "projector", { projected: "" }]]) {
    Object.assign(dataset, { play, classRole: role });
    const { root, run } = place();
    run(1);
    assert.deepEqual(root.dataset, worn);
  }
});
