// What the app's document brings along to Streamlit's own code.

import { drawFigures } from "../browser/js/figures.js";
import { keepable } from "../plans/shelf/js/keeping.js";
import { play } from "../plans/js/loader.js";
import { takeHome } from "../takehome/js/offered.js";
import { arrive, keepBack } from "./arrival.js";
import { hearQuestions } from "./asking.js";
import { copyCode } from "./copying.js";
import { turnPages } from "./links.js";
import { speakPlainly } from "./plain_words.js";
import { embed } from "./framed/embed.js";
import { foldSections, foldWhenTurned, giveWay, turnTo } from "./sections.js";
import { sized } from "./size.js";

/**
 * Begin, before Streamlit does.
 *
 * @param {Record<string, Record<string, string>>} words by their blocks in words.md
 * @param {string} library address of Plotly's code
 * @param {Record<string, string[]>} course the headings of the course's sections, each with the paths of its pages
 * @param {{ code: string, data: string }} lookup addresses of what answers a search, and of what it looks through
 * @param {Record<string, { code: string, data: string }>} plays what plays a plan (explorer/plans/playing.py)
 * @param {string | null} keeping address of what keeps a view (explorer/plans/shelf/js/keep.js); null where none is kept
 */
export function begin(words, library, course, lookup, plays, keeping) {
  embed();
  play(plays);
  const foot = Object.assign(document.createElement("div"), { className: "le-foot" });
  if (keeping) foot.append(keepable(words.keep, keeping));
  foot.append(sized(words.size));
  addEventListener("DOMContentLoaded", () => document.body.append(foot));
  leaveIcons();
  speakPlainly(words.plain);
  keepBack();
  drawFigures(library);
  copyCode();
  takeHome();
  arrive();
  foldSections(course);
  foldWhenTurned();
  turnPages();
  hearQuestions(lookup);
  let path = location.pathname;
  const push = history.pushState.bind(history);
  // The address follows what a page shows (explorer/page/address.py). Streamlit would make each change a step in the browser's history, and
  // Back would go through all of them. So a new query on the same page replaces the old one, and Back leads to the page before.
  history.pushState = (state, title, url) => {
    if (new URL(url ?? "", location.href).pathname === location.pathname) history.replaceState(state, title, url);
    else push(state, title, url);
    moved();
  };
  addEventListener("popstate", moved);

  function moved() {
    if (location.pathname === path) return;
    path = location.pathname;
    arrive();
    turnTo(course);
    giveWay();
  }
}

/** Streamlit fetches its font of icons for every page. Those that pages show are drawn (document.css); any other fetches it where it stands. */
function leaveIcons() {
  const load = document.fonts.load.bind(document.fonts);
  document.fonts.load = (font, text) => (font.includes("Material Symbols") ? Promise.resolve([]) : load(font, text));
}
