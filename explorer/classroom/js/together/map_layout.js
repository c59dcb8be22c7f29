// Which drawings of a map stand as pictures, which as dots, and what lies off the view. Pure; places in pixels of the plane on the screen.

import { clamp } from "../../../browser/js/numbers.js";

/** @typedef {{ id: string, x: number, y: number }} Place where a drawing lies on the screen, in or out of sight */
/** @typedef {{ x: number, y: number, angle: number, ids: string[] }} Arrow at the rim; the angle as the screen has it, 0 to the right */

/**
 * Lay the drawings of a plane out. Each of them is in exactly one of the three lists, whose order is that of `places`: the first come
 * first, and no two pictures overlap.
 *
 * @param {Place[]} places the most important first
 * @param {{ width: number, height: number, size: number }} plane its size, and a picture's side
 * @returns {{ pictures: Place[], dots: Place[], arrows: Arrow[] }}
 */
export function laid(places, { width, height, size }) {
  const pictures = [];
  const dots = [];
  const arrows = [];
  const taken = new Map(); // square of the screen -> the pictures whose middle is in it
  for (const place of places) {
    const { id, x, y } = place;
    if (x < 0 || y < 0 || x > width || y > height) {
      pointTo(arrows, rim(x, y, { width, height, size }), id, size);
      continue;
    }
    const [column, row] = [Math.floor(x / size), Math.floor(y / size)];
    const near = [-1, 0, 1].flatMap((down) => [-1, 0, 1].flatMap((across) => taken.get(`${column + across},${row + down}`) ?? []));
    if (near.some((other) => Math.abs(other.x - x) < size && Math.abs(other.y - y) < size)) {
      dots.push(place);
      continue;
    }
    const square = `${column},${row}`;
    taken.set(square, [...(taken.get(square) ?? []), place]);
    pictures.push(place);
  }
  return { pictures, dots, arrows };
}

/** One arrow for all that lie behind nearly the same place of the rim. */
function pointTo(arrows, at, id, size) {
  const same = arrows.find((arrow) => Math.hypot(arrow.x - at.x, arrow.y - at.y) < size / 2);
  if (same) same.ids.push(id);
  else arrows.push({ ...at, ids: [id] });
}

/** Where the line from the middle to a place out of sight leaves the plane, a little inside, and its direction. */
export function rim(x, y, { width, height, size }) {
  const inset = size / 3;
  const [dx, dy] = [x - width / 2, y - height / 2];
  const share = Math.min((width / 2 - inset) / Math.max(Math.abs(dx), 1e-9), (height / 2 - inset) / Math.max(Math.abs(dy), 1e-9));
  return { x: clamp(width / 2 + share * dx, inset, width - inset), y: clamp(height / 2 + share * dy, inset, height - inset), angle: Math.atan2(dy, dx) };
}

/**
 * The drawing under a place: a picture that covers it, else the nearest dot within reach, else one that an arrow there points to.
 *
 * @param {ReturnType<typeof laid>} layout
 * @returns {string | null}
 */
export function under({ pictures, dots, arrows }, x, y, size) {
  const covers = pictures.find((place) => Math.abs(place.x - x) <= size / 2 && Math.abs(place.y - y) <= size / 2);
  if (covers) return covers.id;
  const reach = size / 2;
  const [near] = dots.filter((place) => Math.hypot(place.x - x, place.y - y) <= reach).sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y));
  return near?.id ?? arrows.find((arrow) => Math.hypot(arrow.x - x, arrow.y - y) <= reach)?.ids[0] ?? null;
}

/**
 * The next drawing in a direction (a unit step such as [1, 0] to the right): the nearest, where aside counts twice; null if there is none.
 *
 * @param {Place[]} places
 * @returns {string | null}
 */
export function beside(places, id, [across, down]) {
  const from = places.find((place) => place.id === id);
  if (!from) return places[0]?.id ?? null;
  let best = Infinity;
  let found = null;
  for (const place of places) {
    const [dx, dy] = [place.x - from.x, place.y - from.y];
    const along = dx * across + dy * down;
    const cost = along + 2 * Math.abs(dx * down - dy * across);
    if (along > 0 && cost < best) [best, found] = [cost, place.id];
  }
  return found;
}
