// Mouse, finger, pen and wheel on a plane, as a few words: hover, leave, press, drag, pan, zoom. Positions in CSS pixels.
//
// Mouse: moving hovers, dragging pans (or drags a handle that `grab` finds), a click picks, the wheel zooms.
// Finger: one finger hovers and picks where it lifts, two fingers pan and zoom.

import { clamp } from "../../browser/js/numbers.js";
import { pointed } from "../../browser/js/size.js";

const CLICK = 4; // pixels that a click may wander

/** Listen until `signal` aborts. `on` has hover(x, y), leave(), pick(x, y), grab(x, y) -> handle or null,
 *  drag(handle, x, y), drop(handle), pan(dx, dy) and, where the wheel is not the page's, zoom(factor, x, y). */
export function gestures(element, on, signal) {
  const down = new Map(); // pointer id -> { x, y, fromX, fromY }
  let handle = null;
  let moved = false;
  let pinched = false;

  const at = (event) => pointed(event, element);

  const listen = (name, act, options = {}) => element.addEventListener(name, act, { signal, ...options });

  listen("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [x, y] = at(event);
    down.set(event.pointerId, { x, y, fromX: x, fromY: y });
    element.setPointerCapture(event.pointerId);
    if (down.size > 1) {
      pinched = true;
      if (handle !== null) on.drop(handle);
      handle = null;
      return;
    }
    moved = pinched = false;
    handle = on.grab(x, y);
    if (handle === null && event.pointerType !== "mouse") on.hover(x, y);
  });

  listen("pointermove", (event) => {
    const [x, y] = at(event);
    const pointer = down.get(event.pointerId);
    if (!pointer) {
      if (event.pointerType === "mouse" || event.pointerType === "pen") on.hover(x, y);
      return;
    }
    const [dx, dy] = [x - pointer.x, y - pointer.y];
    if (down.size === 2) {
      const [first, second] = [...down.values()];
      const before = Math.hypot(first.x - second.x, first.y - second.y);
      Object.assign(pointer, { x, y });
      const after = Math.hypot(first.x - second.x, first.y - second.y);
      on.pan(dx / 2, dy / 2);
      if (before > 0 && after > 0) on.zoom?.(after / before, (first.x + second.x) / 2, (first.y + second.y) / 2);
      return;
    }
    if (!moved && Math.hypot(x - pointer.fromX, y - pointer.fromY) <= CLICK) return;
    moved = true;
    Object.assign(pointer, { x, y });
    if (handle !== null) on.drag(handle, x, y);
    else if (event.pointerType === "mouse") on.pan(dx, dy);
    else if (!pinched) on.hover(x, y);
  });

  const lift = (event, cancelled) => {
    const pointer = down.get(event.pointerId);
    if (!pointer) return;
    down.delete(event.pointerId);
    if (down.size > 0) return;
    if (handle !== null) on.drop(handle);
    else if (!cancelled && !pinched && (!moved || event.pointerType !== "mouse")) on.pick(pointer.x, pointer.y);
    handle = null;
    if (event.pointerType === "touch") on.leave();
  };
  listen("pointerup", (event) => lift(event, false));
  listen("pointercancel", (event) => lift(event, true));
  listen("pointerleave", (event) => {
    if (!down.has(event.pointerId)) on.leave();
  });

  if (!on.zoom) return;
  listen(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
      on.zoom(Math.exp(-clamp(pixels, -240, 240) * 0.002), ...at(event));
    },
    { passive: false },
  );
}
