// The canvas in a notebook, as anywidget calls it: the board of the app, whose bytes come with the widget and whose moves are its traits.

import { Board } from "../../canvas/js/board.js";
import { carryThread } from "../../canvas/js/background.js";
import { carry } from "../../browser/js/payload.js";
import { el as element } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { opened } from "../../takehome/js/carried.js";
import { Asked } from "./asked.js";
import { Selecting } from "./selecting.js";
import { tone } from "./tone.js";

const PATIENCE = 1_000; // ms without an answer of Python's until the reader is told
const users = new Map(); // address -> how many views show what is there

/** Show the widget in a cell; the returned function leaves nothing behind. */
export function render({ model, el }) {
  const host = element("div");
  const root = element("div", { className: "latent-canvas", "data-testid": "latent-canvas" });
  const note = element("p", { className: "note", role: "status" });
  host.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's keys are not for who is on the canvas
  host.attachShadow({ mode: "open" }).append(element("style", { textContent: model.get("_style") }), root, note);
  el.append(host);
  const { thread, words, ...fixed } = model.get("_told");
  const { own } = words;
  if (thread) threads(thread);
  const bodies = Object.entries(model.get("_bodies"));
  for (const [address, bytes] of bodies) {
    users.set(address, (users.get(address) ?? 0) + 1);
    carry(address, () => opened(bytes, own.old));
  }

  const [about] = fixed.models;
  const asked = about.weights ? null : new Asked({ dims: about.dims, shape: fixed.shape }, ask, again);
  const board = asked ? new Board(root, async () => asked) : new Board(root);
  const selecting = new Selecting(own, (indices) => tell({ selection: indices }));
  let waiting = 0;
  let mine = false; // whether a trait is being set from here
  let place = model.get("position");

  function ask(number, code) {
    waiting = setTimeout(() => (note.textContent = own.busy), PATIENCE);
    model.send({ decode: code, number });
  }

  function again() {
    for (const side of board.sides) side.stale = true;
    board.changed();
  }

  function hear({ number, error }, [buffer] = []) {
    clearTimeout(waiting);
    note.textContent = error ? fill(own.failed, { error }) : "";
    asked?.hear(number, buffer ? floats(buffer) : null);
  }

  function tell(traits) {
    mine = true;
    for (const [name, value] of Object.entries(traits)) model.set(name, value);
    mine = false;
    model.save_changes();
  }

  /** What the hand did. The code of an image that it picked is Python's to say: its table is exact. */
  function report(_, { position, digit }) {
    [place] = position;
    tell(digit === null ? { position: place, picked: null } : { picked: digit });
    update();
  }

  function update() {
    const told = { ...fixed, words, position: [place], digit: model.get("picked"), heard: board.reports.count };
    const filled = board.update(told, report);
    selecting.join(board);
    return filled;
  }

  const moved = () => {
    if (mine) return;
    place = model.get("position");
    if (model.get("picked") === null) board.cursor.picked = -1;
    update();
  };
  const picked = () => {
    if (mine) return;
    const index = model.get("picked");
    if (index === null) board.cursor.picked = -1;
    else place = Array.from(board.sides[0].codes?.code(index) ?? place); // Python says it exactly in a moment
    update();
  };
  const chosen = () => mine || selecting.show(model.get("selection"));
  const traits = { "change:position": moved, "change:picked": picked, "change:selection": chosen, "msg:custom": hear };
  for (const [name, act] of Object.entries(traits)) model.on(name, act);
  const watched = tone(host, update);
  Promise.resolve(update()).finally(() => requestAnimationFrame(() => root.setAttribute("data-ready", "")));
  selecting.show(model.get("selection"));

  return () => {
    for (const [name, act] of Object.entries(traits)) model.off(name, act);
    clearTimeout(waiting);
    watched();
    board.end();
    host.remove();
    for (const [address] of bodies) {
      users.set(address, users.get(address) - 1);
      if (!users.get(address)) carry(address, null);
    }
  };
}

let started = false;

/** Where the background's threads find their code. */
function threads(code) {
  if (!started) carryThread(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  started = true;
}

/** Little-endian float32 numbers, wherever the notebook put them. */
function floats(buffer) {
  const bytes = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return new Float32Array(bytes.slice().buffer);
}
