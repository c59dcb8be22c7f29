// What an address leaves out in a frame, and the frame that is copied for a course page.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/* global document, history, location */
const root = { dataset: {} };
Object.assign(globalThis, { document: { documentElement: root }, location: {}, history: {} });

const { embed, ordered } = await import("../../explorer/serving/framed/embed.js");
const { frame } = await import("../../explorer/plans/shelf/js/embedding.js");

const written = [];
const open = (search) => {
  Object.assign(location, { search, href: `https://here/a/b/kl${search}` });
  embed();
};

beforeEach(() => {
  written.length = 0;
  root.dataset = {};
  for (const name of ["pushState", "replaceState"]) history[name] = (state, title, url) => written.push(url);
});

test("what is asked for is left out, and what is no part of a page is not", () => {
  open("?embed=true&hide=sidebar,everything,text");
  assert.deepEqual(root.dataset, { embed: "", hide: "sidebar text" });
});

test("an address that asks for nothing changes nothing", () => {
  const { pushState } = history;
  open("?kl_mu=1&embed=false&hide=nothing");
  assert.deepEqual(document.documentElement.dataset, {});
  assert.equal(history.pushState, pushState);
});

test("the address keeps what it leaves out, page after page, and is otherwise written as it was", () => {
  open("?embed=true&hide=sidebar,controls");
  history.replaceState(null, "", "/a/b/kl?kl_parts=mean%2Cwidth");
  history.pushState(null, "", "/a/b/?embed=true#here");
  history.pushState(null, "");
  assert.deepEqual(written, [
    "https://here/a/b/kl?kl_parts=mean%2Cwidth&embed=true&hide=sidebar,controls",
    "https://here/a/b/?embed=true&hide=sidebar,controls#here",
    undefined,
  ]);
  assert.equal(ordered(written[0], ["embed=true"]), written[0]);
});

test("a frame shows the view without what was chosen, and has a title", () => {
  const html = frame("https://here/a/b/kl?kl_mu=1", 'What "KL" <does>', ["sidebar", "text"]);
  assert.ok(html.startsWith('<iframe src="https://here/a/b/kl?kl_mu=1&amp;embed=true&amp;hide=sidebar,text" title="What &quot;KL&quot; &lt;does>" '), html);
  assert.ok(frame("https://here/", "Home", []).includes('src="https://here/?embed=true"'));
});
