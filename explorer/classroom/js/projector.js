// The projector: a second window of the full app, which follows the class and has no controls. What the class votes on, draws and trains lies
// over the page; at its edge stands how to join.

import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { spaced, Stage, wayIn } from "./stage.js";
import { present } from "./tally.js";

export const PROJECTOR = "projector";
const KEPT = "classRole"; // in sessionStorage, which a window has for itself
const [LARGEST, SMALLEST] = [2.8, 1.2]; // letters of what is read from the last row, in hundredths of the window's width
const SMALLER = 0.95;

/**
 * Whether this window is a projector: an address with ?projector=1 makes it one until it is closed, and the parameter leaves the address.
 */
export function isProjector() {
  const address = new URL(location.href);
  try {
    if (address.searchParams.has(PROJECTOR)) {
      sessionStorage.setItem(KEPT, PROJECTOR);
      address.searchParams.delete(PROJECTOR);
      history.replaceState(history.state, "", address);
    }
    return sessionStorage.getItem(KEPT) === PROJECTOR;
  } catch {
    return address.searchParams.has(PROJECTOR); // it keeps nothing
  }
}

/**
 * Put over this window what a projector shows.
 *
 * @param {import("./link.js").Link} link
 * @param {Record<string, Record<string, string>>} words the blocks `stage`, `ballot`, `map` and `chart` of words.md
 * @param {object} by
 * @param {{ code: string, at: string, mount: string, qr: string, known?: string[] }} by.join what is needed to join
 * @param {Record<string, string>} by.code paths of the code of `map` and `chart`
 * @param {string} by.css the style sheets of the class
 * @returns {HTMLElement} the element whose shadow root has it all
 */
export function mountProjector(link, words, { join, code, css }) {
  document.documentElement.dataset.classRole = PROJECTOR;
  dispatchEvent(new Event("resize")); // figures have larger letters now
  const host = el("div", { id: "le-class" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const front = el("div");
  const who = el("span");
  const address = el("span");
  const strip = el("aside", { className: "cl-strip", "aria-label": words.stage.strip }, address, el("b", { textContent: spaced(join.code) }), who);
  root.append(front, strip);
  document.body.append(host);
  const stage = new Stage(front, words, { as: PROJECTOR, join, code, now: () => link.now() });
  let counts = null;

  function show() {
    const { state } = link;
    const place = Stage.front(state);
    stage.show(state, counts);
    fit(front, place === "join" || place === "ballot");
    strip.hidden = link.ended || place === "join";
    address.textContent = wayIn(join, state.settings).address;
    const voting = !place && state.ballot?.state === "open" && counts?.ballot === state.ballot.id && counts.round === state.ballot.round;
    who.textContent = voting
      ? fill(words.ballot.answered, { answered: counts.answered, of: counts.of })
      : present(words.stage, state.count);
  }

  link.on("counts", (said) => {
    counts = said;
    show();
  });
  for (const name of ["state", "here", "ended"]) link.on(name, show);
  addEventListener("resize", show);
  show();
  return host;
}

/** Letters as large as the window lets them be, so that nothing has to be scrolled; or as they are where a part measures its own place. */
export function fit(root, letters) {
  root.style.fontSize = "";
  for (let size = LARGEST; letters && size > SMALLEST; size *= SMALLER) {
    root.style.fontSize = `${size}vw`;
    if (root.scrollHeight <= root.clientHeight) return;
  }
}
