// What this window plays, kept until it is left or closed: a window has its own, so a projector plays nothing that the laptop plays.

const KEPT = "le-play"; // in sessionStorage

/**
 * @typedef {object} Kept
 * @property {"stage" | "alone"} mode
 * @property {string} plan its id
 * @property {number} step from 0
 * @property {boolean} [apart] whether a class that this browser is in has no part in it
 * @property {number | null} began when the plan began, in milliseconds since 1970; null until the plan is here
 */

let mine = ""; // for a browser that keeps nothing

/**
 * @returns {Kept | null}
 */
export function kept() {
  try {
    mine = sessionStorage.getItem(KEPT) ?? "";
  } catch {
    // then a reload ends it
  }
  return mine ? JSON.parse(mine) : null;
}

/**
 * Keep it, or forget it.
 *
 * @param {Kept | null} play
 */
export function keep(play) {
  mine = play ? JSON.stringify(play) : "";
  try {
    if (play) sessionStorage.setItem(KEPT, mine);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // as above
  }
}
