// Following, in a small world of its own: a clock that is moved by hand, an address, and a page that takes a while to be drawn.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/* global history, location, Element, HTMLElement, dispatchEvent */
let now, timers, script, heard;
const world = new EventTarget();
const DRAWING = 60; // ms from a turn to the page that is drawn

Object.assign(globalThis, {
  performance: { now: () => now },
  setTimeout: (act, ms = 0) => (timers.push({ at: now + ms, act }), timers.at(-1)),
  clearTimeout: (timer) => (timers = timers.filter((each) => each !== timer)),
  addEventListener: world.addEventListener.bind(world),
  dispatchEvent: world.dispatchEvent.bind(world),
  PopStateEvent: class extends Event {},
  FocusEvent: class extends Event {},
  Element: class {},
  HTMLElement: class {},
  location: { pathname: "/", search: "" },
});
globalThis.history = { pushState: (_, __, url) => go(url), replaceState: (_, __, url) => go(url) };
globalThis.document = Object.assign(new EventTarget(), {
  querySelector: () => Object.assign(new HTMLElement(), { dataset: { testScriptState: script } }),
});

function go(url) {
  const { pathname, search } = new URL(url, "http://here/");
  Object.assign(location, { pathname, search });
}

// Streamlit: it draws the page that Back would lead to, and the page then takes the order out of its address.
world.addEventListener("popstate", () => {
  script = "running";
  setTimeout(() => {
    const said = new URLSearchParams(location.search);
    said.delete("_at");
    history.replaceState(null, "", location.pathname + (said.size ? `?${said}` : ""));
    script = "notRunning";
  }, DRAWING);
});

const { Follower } = await import("../../explorer/classroom/js/follow.js");
const { here, pageOf, plain } = await import("../../explorer/classroom/js/place.js");

class Link extends EventTarget {
  state = { follow: { on: true, pointer: true }, settings: { pace: "free", locked: [] }, show: null, ballot: null };
  sent = [];
  on(name, act) {
    this.addEventListener(name, ({ detail }) => act(detail));
  }
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
  send(kind, body) {
    this.sent.push([kind, body]);
    return Promise.resolve({ ok: true });
  }
  show(n, address, free = true) {
    this.state = { ...this.state, show: { n, address } };
    this.tell("state", { kind: "show", body: { address } });
    if (free) this.tell("go", { n });
  }
}

/** Let so much time pass. */
async function pass(ms) {
  for (const until = now + ms; now < until; now += 5) {
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers = timers.filter((each) => each !== timer);
      timer.act();
    }
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

function press(name, target = null) {
  const event = new Event(name);
  Object.defineProperties(event, { isTrusted: { value: true }, target: { value: target }, composedPath: { value: () => [{}] } });
  dispatchEvent(event);
}

let link, follower;
beforeEach(async () => {
  await pass(0);
  now = (now ?? 0) + 100_000;
  timers = [];
  script = "notRunning";
  go("/");
  link = new Link();
  const own = (heard = []); // those of the tests before listen, too
  const mine = (follower = new Follower(link, "", { changed: () => own.push(mine.away) }));
});
now = 0;
timers = [];

test("two ways of writing an address are one", () => {
  assert.equal(plain("kl?kl_parts=mean,width&kl_mu=1.5"), plain("/kl/?kl_parts=mean%2Cwidth&kl_mu=1.5&_at=3.1&size=projector"));
  assert.notEqual(plain("kl?kl_mu=1.5"), plain("kl?kl_mu=1.25"));
  assert.equal(plain("home?game=2"), plain("?game=2"));
  assert.equal(pageOf(""), "home");
  go("/explorer/kl?kl_mu=1.5&_at=3.1");
  assert.equal(here("/explorer"), "kl?kl_mu=1.5");
});

test("twenty places in two seconds are a few moves, no two within 400 ms, and the last is the newest", async () => {
  const moves = [];
  const own = history.pushState;
  history.pushState = (...given) => (moves.push(now), own(...given));
  for (let n = 1; n <= 20; n++) {
    link.show(n, `kl?kl_mu=${n}`);
    await pass(100);
  }
  await pass(1_000);
  history.pushState = own;
  assert.equal(here(""), "kl?kl_mu=20");
  assert.ok(moves.length <= 6, String(moves.length));
  assert.ok(moves.every((at, i) => i === 0 || at - moves[i - 1] >= 400));
  assert.deepEqual(link.sent.at(-1), ["arrived", { n: 20 }]);
});

test("a turn that the page before runs over is asked for again, under a new order; a link that is pressed is not", async () => {
  link.show(1, "blur?blur_a=4");
  await pass(30);
  history.pushState({}, "", "/shape?blur_a=4&_at=1"); // what a part of the page before told Python had it drawn anew: Streamlit writes where it is
  const orders = new URLSearchParams(location.search).getAll("_at");
  await pass(1_000);
  assert.equal(here(""), "blur?blur_a=4");
  assert.equal(orders.length, 1);
  assert.equal(follower.away, false);
  const side = Object.assign(new Element(), { closest: (selector) => selector.includes("a") });
  press("click", side);
  history.pushState({}, "", "/shape");
  assert.equal(here(""), "shape");
});

test("nobody moves before it is their turn, and says when they have arrived", async () => {
  link.show(1, "blur", false);
  await pass(1_000);
  assert.equal(here(""), "");
  link.tell("go", { n: 1 });
  await pass(50);
  assert.deepEqual(link.sent, []);
  await pass(200);
  assert.equal(here(""), "blur");
  assert.deepEqual(link.sent, [["arrived", { n: 1 }]]);
});

test("who is there already does not move, and makes room for the next", async () => {
  go("/blur?blur_a=1");
  link.show(1, "blur?blur_a=1");
  await pass(200);
  assert.equal(follower.moves, 0);
  assert.deepEqual(link.sent, [["arrived", { n: 1 }]]);
});

test("who has been there, looks around or is free to go says at once that nobody need wait", async () => {
  link.show(1, "blur");
  await pass(500);
  link.sent = [];
  link.tell("go", { n: 1 }); // after a connection that was lost
  assert.deepEqual(link.sent, [["arrived", { n: 1 }]]);
  link.state = { ...link.state, follow: { on: false, pointer: true } };
  link.show(2, "kl");
  assert.deepEqual(link.sent.at(-1), ["arrived", { n: 2 }]);
  await pass(500);
  assert.equal(here(""), "blur");
  assert.equal(link.sent.length, 2);
});

test("where the server has other code by now, the next move loads it, and only a move does", async () => {
  const loaded = [];
  location.assign = (url) => loaded.push(url);
  link.show(1, "blur");
  await pass(500);
  link.tell("build", { build: "newer" });
  await pass(1_000);
  assert.deepEqual(loaded, []);
  link.show(2, "kl?kl_mu=1.5");
  link.show(3, "shape");
  await pass(5_000);
  assert.deepEqual(loaded, ["/kl?kl_mu=1.5"]);
});

test("a hand that is down is not thrown; where several places came meanwhile, it goes to the newest", async () => {
  press("pointerdown");
  press("blur", new globalThis.Element()); // what had the focus loses it to what is pressed
  link.show(1, "blur");
  link.show(2, "shape");
  await pass(3_000);
  assert.equal(here(""), "");
  press("pointerup");
  await pass(300);
  assert.equal(here(""), "shape");
  assert.equal(follower.moves, 1);
});

test("a page that is being drawn is waited for, but not for ever", async () => {
  script = "running";
  link.show(1, "blur");
  await pass(3_000);
  assert.equal(here(""), "");
  await pass(3_000);
  assert.equal(here(""), "blur");
});

test("own ways lead away, and the class's place or a press leads back", async () => {
  link.show(1, "blur");
  await pass(500);
  press("pointerdown");
  press("pointerup");
  history.pushState(null, "", "/shape");
  assert.equal(follower.away, true);
  link.show(2, "kl");
  await pass(1_000);
  assert.equal(here(""), "shape");
  history.pushState(null, "", "/kl"); // by themselves to where the class is
  assert.equal(follower.away, false);
  press("pointerdown");
  press("pointerup");
  history.pushState(null, "", "/shape");
  follower.comeBack();
  await pass(1_000);
  assert.equal(here(""), "kl");
  assert.deepEqual(heard, [true, false, true, false]);
  assert.deepEqual(link.sent.filter(([kind]) => kind === "away").map(([, { away }]) => away), [true, false, true, false]);
});

test("a page is drawn again once when a lock or its own question changes, and not for what is not its own", async () => {
  let runs = 0;
  const change = async (more) => {
    runs = 0;
    link.state = { ...link.state, ...more };
    link.tell("state", { kind: "hello" });
    await pass(1_500);
    return runs;
  };
  go("/kl");
  world.addEventListener("popstate", () => (runs += 1));
  const ballot = { id: "a", topic: "kl_predicted", round: 1, state: "open" };
  assert.equal(await change({}), 0);
  assert.equal(await change({ ballot }), 1);
  assert.equal(await change({ count: 7 }), 0);
  assert.equal(await change({ ballot: { ...ballot, state: "revealed" } }), 1);
  assert.equal(await change({ ballot: null }), 1);
  assert.equal(await change({ ballot: { ...ballot, id: "b", topic: "blur_predicted" } }), 0);
  assert.equal(await change({ settings: { pace: "free", locked: ["kl"], names: "off" } }), 1);
  assert.equal(await change({ settings: { pace: "free", locked: ["kl"], names: "drawn" } }), 0);
});

test("what a page writes into its address by itself leads nobody away", async () => {
  link.show(1, "blur");
  await pass(500);
  history.replaceState(null, "", "/blur?blur_a=2");
  assert.equal(follower.away, false);
});

test("a page is not drawn again over a link that was pressed just now", async () => {
  const lock = (...locked) => {
    link.state = { ...link.state, settings: { pace: "free", locked } };
    link.tell("state", { kind: "settings" });
  };
  lock();
  let drawn = [];
  world.addEventListener("popstate", () => drawn.push(now));
  for (let i = 0; i < 20; i++) {
    lock(`page-${i}`);
    press("pointerdown");
    press("pointerup");
    await pass(450);
    assert.deepEqual(drawn, []);
    await pass(1_000);
    assert.equal(drawn.length, 1);
    drawn = [];
  }
});
