// When a step is there: what the stage shows of its page has come from the server, and its parts answer. What stands below may still come.

import { begun, drawn, ordered } from "../../../classroom/js/place.js";

const PATIENCE = 20_000; // ms
const SETTLED = 400; // ms without a run, after which a page without a stage is there
const STAGES = '[class*="st-key-le-stage"], .st-key-le-experiment, .st-key-le-check';
const PIECES = '[data-testid="stMainBlockContainer"] [data-testid="stElementContainer"]';
const STALE = '[data-stale="true"]';
const WAITING = '[data-testid="stSkeleton"], [data-testid="stSpinner"], [data-testid="stBidiComponentIsolated"]:not([data-ready])';

/**
 * Settles when the step that was turned to is there.
 *
 * @param {() => boolean} given whether nobody waits any more
 */
export async function there(given) {
  const until = performance.now() + PATIENCE;
  let quiet = performance.now();
  while (!given() && performance.now() < until) {
    await new Promise((done) => (document.hidden ? setTimeout(done, 20) : requestAnimationFrame(done)));
    if (!begun()) continue; // the page before may still be drawn
    if (!drawn() || ordered()) quiet = performance.now();
    const now = stages();
    if (now.length ? now.every(come) : performance.now() - quiet > SETTLED) return;
  }
}

function stages() {
  return [...document.querySelectorAll(STAGES)].filter((stage) => stage.checkVisibility());
}

/** Whether a stage is complete: nothing of it is of the page before or still to come, and something stands below it, or nothing will. */
function come(stage) {
  const pieces = [...document.querySelectorAll(PIECES)];
  const own = pieces.filter((piece) => stage.contains(piece));
  const fresh = (piece) => !piece.closest(STALE);
  const over = drawn() || pieces.slice(pieces.lastIndexOf(own.at(-1)) + 1).some(fresh);
  return own.length > 0 && over && own.every(fresh) && !stage.querySelector(WAITING);
}
