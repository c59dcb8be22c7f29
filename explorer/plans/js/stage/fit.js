// How large everything on the stage is: letters that grow with the screen, and the figure's height, so that all of the window is used and nothing
// has to be scrolled. The height of what stands on the stage grows with the figure's, in a way that only the browser knows; so it is asked.

const [WIDTH, HEIGHT] = [1024, 576]; // CSS pixels: the smallest projector
const LETTERS = 17; // CSS pixels there, where they need not be smaller
const QUESTION = 28; // CSS pixels
const SMALLER = [1, 0.94, 0.88, 0.82, 0.76, 0.72]; // times these letters, until the figure gains less than they lose
const LARGER = [1.12, 1.24, 1.4]; // and where they cost the figure nothing
const NOTHING = 0.97; // of its height
const LEAST = 80; // CSS pixels of a figure
const STAGES = '[class*="st-key-le-stage"], .st-key-le-experiment, .st-key-le-check'; // what a page without one shows is scrolled
const EXACT = 2; // CSS pixels of the room that may be left
const TRIES = 16;

export class Fit {
  constructor() {
    /** @type {Map<string, { letters: number, figure: number }>} what fitted before */
    this.known = new Map();
  }

  /**
   * Make all of it fit.
   *
   * @param {string} what names what is shown, so that it is not tried again
   * @param {HTMLElement} head what stands above the page
   */
  run(what, head) {
    const main = document.querySelector('[data-testid="stMain"]');
    const block = document.querySelector('[data-testid="stMainBlockContainer"]');
    if (!(main instanceof HTMLElement) || !(block instanceof HTMLElement)) return;
    const key = `${what} ${innerWidth} ${innerHeight}`;
    const grown = 0.35 + 0.65 * Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
    const { style } = document.documentElement;
    const before = style.fontSize;
    style.setProperty("--le-ask", `${Math.max(QUESTION, QUESTION * grown)}px`);
    style.setProperty("--le-head", `${head.offsetHeight}px`);
    if (!document.querySelector(STAGES)) {
      style.setProperty("font-size", `${LETTERS * grown}px`, "important");
      this.rest();
      return;
    }
    const room = () => main.clientHeight - block.getBoundingClientRect().height;
    const wear = ({ letters, figure }) => {
      style.setProperty("font-size", `${letters}px`, "important");
      style.setProperty("--le-figure", `${figure}px`);
    };
    const last = this.known.get(key);
    if (last) wear(last);
    if (!last || room() < 0 || room() > EXACT) {
      const tried = (times) => {
        const letters = LETTERS * times * grown;
        const figure = largest((height) => {
          wear({ letters, figure: height });
          return room();
        }, main.clientHeight);
        return { letters, figure };
      };
      let best = { letters: LETTERS * SMALLER.at(-1) * grown, figure: 0 };
      for (const smaller of SMALLER) {
        const next = tried(smaller);
        if (next.figure * next.letters < best.figure * best.letters) break;
        if (next.figure) best = next;
      }
      for (const larger of best.letters === LETTERS * grown ? LARGER : []) {
        const next = tried(larger);
        if (next.figure < NOTHING * best.figure) break;
        best = { ...next };
      }
      best.figure ||= LEAST;
      this.known.set(key, best);
      wear(best);
    }
    if (style.fontSize !== before) dispatchEvent(new Event("resize")); // what kept its size has other letters now
  }

  /** Leave everything as it is without a stage, for what is unfolded. */
  rest() {
    document.documentElement.style.removeProperty("--le-figure");
  }
}

/**
 * The largest height of a figure with which all fits; 0 if it never does.
 *
 * @param {(height: number) => number} room what is left with such a figure, below 0 if it does not fit; it falls with the height
 * @param {number} most
 */
export function largest(room, most) {
  let [low, high] = [LEAST, most];
  let [above, below] = [room(low), room(high)];
  if (above < 0) return 0;
  if (below >= 0) return high;
  let rest = above; // what is really left at the lower end
  for (let tries = 0, side = 0; tries < TRIES && rest > EXACT; tries++) {
    const guess = low + (above * (high - low)) / (above - below); // a straight line between both ends (regula falsi, the Illinois way)
    const left = room(guess);
    if (left >= 0) {
      [low, above, rest] = [guess, left, left];
      if (side > 0) below /= 2;
      side = 1;
    } else {
      [high, below] = [guess, left];
      if (side < 0) above /= 2;
      side = -1;
    }
  }
  return low;
}
