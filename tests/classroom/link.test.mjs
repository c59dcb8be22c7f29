// The socket of a class over a bad network: a stand-in for WebSocket, and a clock that the test turns. Run by `node --test`.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

const page = new EventTarget();
const document = Object.assign(new EventTarget(), { visibilityState: "visible", baseURI: "http://class.test/le/" });
/** @type {Socket[]} */
let sockets = [];
const links = [];

class Socket {
  static CONNECTING = 0;

  constructor(address) {
    Object.assign(this, { address: String(address), sent: [], open: true });
    sockets.push(this);
  }

  send(frame) {
    assert.ok(this.open, "a word went into a closed connection");
    this.sent.push(JSON.parse(frame));
  }

  close() {
    this.open = false;
  }

  hear(...words) {
    for (const word of words) this.onmessage?.({ data: word === "" ? "" : JSON.stringify(word) });
  }

  /** The network or the server ends it. */
  break(code = 1006, reason = "") {
    this.open = false;
    this.onclose?.({ code, reason });
  }
}

let awake = 0; // ms by which what has passed since the page began is less than this clock says
globalThis.performance = /** @type {any} */ ({ now: () => Date.now() - awake });
Object.assign(globalThis, { document, WebSocket: Socket });
globalThis.addEventListener = page.addEventListener.bind(page);

const { fresh, Link } = await import("../../explorer/classroom/js/link.js");
const { EMPTY } = await import("../../explorer/classroom/js/reducer.js");

const last = () => sockets.at(-1);
const hello = (n, more = {}) => ({ k: "hello", n, b: { build: "one", role: "member", as: "phone", no: 3, name: "", mine: { votes: {} }, now: 1_005_000, state: EMPTY, ...more } });

/** A link, and all that it tells, by name. */
function opened(options = {}) {
  const link = new Link({ url: "./class/K7XWQP/socket", as: "phone", ...options });
  links.push(link);
  const heard = [];
  for (const name of ["state", "pointer", "counts", "go", "here", "up", "down", "ended", "build"]) {
    link.addEventListener(name, ({ detail }) => heard.push([name, detail]));
  }
  return { link, heard, names: () => heard.map(([name]) => name) };
}

beforeEach(() => {
  for (const link of links.splice(0)) link.close();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
  sockets = [];
  awake = 0;
});

test("it says what it is and what it knows, and takes over the class as it is", () => {
  const { link, names } = opened({ since: 7 });
  assert.equal(last().address, "ws://class.test/le/class/K7XWQP/socket?as=phone&since=7");
  last().hear(hello(9, { state: { ...EMPTY, stage: "join" } }));
  assert.deepEqual([link.state.stage, link.role, link.no, link.up, link.now()], ["join", "member", 3, true, 1_005_000]);
  assert.deepEqual(names(), ["up", "state"]);
});

test("a word that comes twice or late changes nothing", () => {
  const { link, heard } = opened();
  last().hear(hello(3));
  const stage = (n, name) => ({ k: "stage", n, b: { stage: name } });
  last().hear(stage(4, "ballot"), stage(4, "map"), stage(2, "join"), stage(6, "chart"));
  assert.deepEqual([link.state.stage, link.n], ["chart", 6]);
  assert.equal(heard.filter(([name]) => name === "state").length, 3);
  last().hear({ k: "here", b: { count: 5, drawn: 2 } }, { k: "pointer", b: { codes: [[1, 2]] } });
  assert.deepEqual([link.state.count, link.state.drawn, heard.at(-1)], [5, 2, ["pointer", { codes: [[1, 2]] }]]);
});

test("a vote is repeated with the same id until it is answered, over every connection, in order", async () => {
  const { link } = opened();
  const first = link.send("vote", { choice: "a" });
  assert.deepEqual(last().sent, []); // nothing is said before the server has
  last().hear(hello(1));
  const second = link.send("vote", { choice: "b" });
  const before = last().sent;
  assert.deepEqual(before.map(({ b }) => b.choice), ["a", "b"]);
  last().break();
  mock.timers.tick(5_000);
  last().hear(hello(1));
  assert.deepEqual(last().sent, before);
  last().hear({ k: "answer", id: before[1].id, ok: false, why: "The vote is closed." }, { k: "answer", id: before[0].id, ok: true, b: { n: 2 } });
  assert.deepEqual([await first, await second], [
    { ok: true, why: "", b: { n: 2 } },
    { ok: false, why: "The vote is closed.", b: {} },
  ]);
  last().break();
  mock.timers.tick(5_000);
  last().hear(hello(1));
  assert.deepEqual(last().sent, []);
});

test("what is soon out of date is not kept for later", () => {
  const { link } = opened();
  link.say("pointer", {});
  last().hear(hello(1));
  link.say("pointer", { x: 1 });
  assert.deepEqual(last().sent, [{ k: "pointer", b: { x: 1 } }]);
});

test("it comes back sooner at first, later at last, and never all at once", () => {
  const delays = Array.from({ length: 30 }, () => {
    sockets = [];
    const { link } = opened();
    const waits = [];
    for (let k = 0; k < 8; k += 1) {
      const before = sockets.length;
      last().break();
      let waited = 0;
      for (; sockets.length === before; waited += 10) mock.timers.tick(10);
      waits.push(waited);
    }
    link.close();
    return waits;
  });
  const column = (k) => delays.map((each) => each[k]);
  assert.ok(Math.max(...column(0)) <= 390 && Math.min(...column(0)) >= 120);
  assert.ok(Math.max(...column(7)) <= 7_510 && Math.min(...column(7)) >= 2_490);
  assert.ok(new Set(column(7)).size > 15);
});

test("a connection that is silent for 40 s is opened anew from where it was; one that is kept up by the server stays", () => {
  const { link, names } = opened();
  last().hear(hello(12));
  for (let k = 0; k < 8; k += 1) {
    mock.timers.tick(15_000);
    last().hear("");
  }
  assert.equal(sockets.length, 1);
  mock.timers.tick(46_000);
  assert.equal(sockets.length, 2);
  assert.match(last().address, /since=12$/);
  assert.deepEqual([sockets[0].open, link.up, names().at(-1)], [false, false, "down"]);
  sockets[0].hear(hello(99)); // what the old one still says is too late
  assert.equal(link.n, 12);
});

test("who wakes does not wait: the next try is at once, and a connection that may be dead is not believed", () => {
  const { link } = opened();
  last().hear(hello(1));
  for (let k = 0; k < 6; k += 1) {
    last().break();
    mock.timers.tick(8_000);
  }
  last().break();
  const tried = sockets.length;
  page.dispatchEvent(new Event("online"));
  mock.timers.tick(0);
  assert.equal(sockets.length, tried + 1);
  last().hear(hello(1));
  document.dispatchEvent(new Event("visibilitychange"));
  mock.timers.tick(0);
  assert.equal(sockets.length, tried + 1); // it has just spoken
  mock.timers.setTime(1_000_000 + 3_600_000); // the lid was closed for an hour
  document.dispatchEvent(new Event("visibilitychange"));
  mock.timers.tick(0);
  assert.deepEqual([sockets.length, link.up], [tried + 2, false]);
});

for (const [what, hours] of [["back", -1], ["forward", 1]]) {
  test(`a clock that is set ${what} by an hour is not believed: the server's is asked for anew`, () => {
    const { link } = opened();
    last().hear(hello(1));
    assert.equal(link.now(), 1_005_000);
    awake += 3_600_000 * hours; // the clock says what it said before, and so much else has passed
    mock.timers.tick(5_000);
    assert.equal(sockets.length, 2);
    last().hear(hello(1, { now: 1_010_000 }));
    assert.equal(link.now(), 1_010_000);
    mock.timers.tick(5_000);
    assert.equal(link.now(), 1_015_000);
    assert.equal(sockets.length, 2);
  });
}

test("where it is told that trying again is no use it stops, and says so to whoever waits", async () => {
  for (const code of [4403, 4404, 4410]) {
    const { link, heard } = opened();
    last().hear(hello(1));
    const waiting = link.send("vote", {});
    last().break(code, "The teacher has taken you out.");
    const tried = sockets.length;
    mock.timers.tick(600_000);
    page.dispatchEvent(new Event("online"));
    mock.timers.tick(0);
    assert.deepEqual([sockets.length, link.ended, heard.at(-1)], [tried, true, ["ended", { code, why: "The teacher has taken you out." }]]);
    assert.deepEqual([(await waiting).ok, (await link.send("vote", {})).ok], [false, false]);
  }
});

test("the end of the class ends it, once, whether told by a word or by the connection", () => {
  const { link, names } = opened();
  last().hear(hello(1), { k: "end", n: 2, b: { until: 5 } });
  assert.deepEqual([link.state.ended, link.ended, names().at(-1)], [{ until: 5 }, true, "ended"]);
  assert.equal(sockets[0].onclose, null);
});

test("where there are too many it waits long before it knocks again", () => {
  const { link, heard } = opened();
  last().break(4429, "Too many.");
  assert.deepEqual([heard.at(-1), link.why], [["down", { why: "Too many." }], "Too many."]);
  mock.timers.tick(7_400);
  assert.equal(sockets.length, 1);
  mock.timers.tick(16_000);
  assert.equal(sockets.length, 2);
});

test("other code at the server is told with each greeting, the same code never", () => {
  const { heard } = opened({ build: "one" });
  last().hear(hello(1));
  last().break();
  mock.timers.tick(1_000);
  last().hear(hello(1, { build: "two" }));
  assert.deepEqual(heard.filter(([name]) => name === "build"), [["build", { build: "two" }]]);
});

test("ids are never the same", () => {
  const ids = Array.from({ length: 2_000 }, fresh);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => /^[0-9a-z]{22}$/.test(id)));
});
