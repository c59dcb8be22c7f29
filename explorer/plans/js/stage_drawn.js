// When a step is there: what the stage shows of its page has come from the server, and its parts answer. What stands below may still come.

import { drawn, ordered } from "../../classroom/js/place.js";

const PATIENCE = 10_000; // ms
const STAGES = '[class*="st-key-le-stage"], .st-key-le-experiment, .st-key-le-check';
const PIECES = '[data-testid="stElementContainer"]';
const STALE = '[data-stale="true"]';
const WAITING = '[data-testid="stSkeleton"], [data-testid="stBidiComponentIsolated"]:not([data-ready])';

/**
 * Settles when the step that was turned to is there.
 *
 * @param {() => boolean} given whether nobody waits any more
 */
export async function there(given) {
  const until = performance.now() + PATIENCE;
  let ran = false;
  while (!given() && performance.now() < until) {
    await new Promise((done) => (document.hidden ? setTimeout(done, 20) : requestAnimationFrame(done)));
    ran ||= !drawn() || !ordered();
    if (ran && come()) return;
  }
}

/** Whether a stage is complete: nothing of it is of the page before or still to come, and something stands below it, or nothing will. */
function come() {
  const stages = [...document.querySelectorAll(STAGES)].filter((stage) => stage.checkVisibility({ visibilityProperty: false }));
  if (!stages.length) return drawn() && document.querySelector("h1") !== null;
  const pieces = [...document.querySelectorAll(PIECES)];
  const fresh = (piece) => !piece.closest(STALE) && !piece.matches(STALE);
  return stages.every((stage) => {
    const own = pieces.filter((piece) => stage.contains(piece));
    const last = pieces.lastIndexOf(own.at(-1));
    const over = drawn() || pieces.slice(last + 1).some(fresh);
    return own.length > 0 && over && own.every(fresh) && !stage.querySelector(WAITING);
  });
}
