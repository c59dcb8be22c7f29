// What the hand on a plane means to the board: gestures and keys of one side, in the words of gestures.js.

import { project } from "./geometry.js";

const STEPS_ACROSS = 60; // arrow keys from one side of the home view to the other
const FINE = 0.1; // of a step, with Shift
const KEY_REST = 450; // ms without a key before Python is told
const GRAB = 14; // CSS pixels around the marker
const ZOOM = 1.25; // of one key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Hooks for one side's plane. */
export function hooks(board, side) {
  const ready = (act) => (...values) => (side.ready ? act(...values) : null);
  const place = (x, y) => side.plane.view.toPlane(x, y);
  return {
    hover: ready((x, y) => {
      board.cursor.pointOut(side, side.plane.pointAt(x, y));
      board.cursor.moveTo(side, ...place(x, y));
    }),
    leave: () => board.cursor.release(),
    resized: () => board.viewChanged(side),
    pick: ready((x, y) => board.cursor.pick(side, side.plane.pointAt(x, y), ...place(x, y))),
    grab: ready((x, y) => {
      if (board.morph) return board.morph.grab(side, x, y);
      const [px, py] = side.plane.view.toScreen(...project(side.plane.plane, side.pinned));
      return Math.hypot(px - x, py - y) < GRAB ? "marker" : null;
    }),
    drag: ready((handle, x, y) => {
      if (handle === "marker") board.cursor.pinAt(side, ...place(x, y));
      else board.morph.drag(side, handle, x, y);
    }),
    drop: (handle) => (handle === "marker" ? board.commit() : board.morph.drop()),
    pan: ready((dx, dy) => {
      side.plane.view.pan(dx, dy);
      board.turned(side);
    }),
    zoom: ready((factor, x, y) => {
      side.plane.view.zoom(factor, x, y);
      board.turned(side);
    }),
    key: ready((event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && key(board, side, event)) event.preventDefault();
    }),
  };
}

/** Act on a key; false where it is none of ours. */
function key(board, side, event) {
  const { view, plane } = side.plane;
  if (event.key in ARROWS) {
    const [[left, right]] = view.bounds;
    const closer = Math.min(1, view.homeScale / view.scale);
    const step = ((right - left) / STEPS_ACROSS) * closer * (event.shiftKey ? FINE : 1);
    const [a, b] = project(plane, side.live ?? side.pinned);
    const [x, y] = [a + ARROWS[event.key][0] * step, b + ARROWS[event.key][1] * step];
    board.cursor.pinAt(side, x, y);
    if (view.reveal(x, y)) board.viewChanged(side);
    board.later("commit", KEY_REST, () => board.commit());
  } else if (event.key === "Enter" || event.key === " ") {
    board.cursor.keep();
  } else if (event.key === "+" || event.key === "=" || event.key === "-") {
    view.zoom(event.key === "-" ? 1 / ZOOM : ZOOM);
    board.turned(side);
  } else if (event.key === "0") {
    board.home();
  } else if (event.key === "Escape" && side.live) {
    board.cursor.release();
  } else {
    return false;
  }
  return true;
}
