// While a page arrives nothing on it jumps, and it begins at its top.
//
// Streamlit draws a page piece by piece. A piece whose code has not come yet is a grey bar of another height, and a part of ours is an outline.
// So what stands below such a piece is kept back until the first screen has its heights: it is there, but nobody sees it move.

const PATIENCE = 1200; // frames after its title for which anything of a page is kept back: 20 s, and more on a machine that is busy
const HANDS = ["wheel", "touchmove", "pointerdown", "keydown"];
// Pieces that have not come; those in an expander wait for a click.
const WAITING = `:is(
  [data-testid="stSkeleton"]:not([data-testid="stExpanderDetails"] *),
  [data-testid="stBidiComponentIsolated"]:not([data-ready])
)`;
const BELOW = `:is(
  [data-testid="stVerticalBlock"] > :has(${WAITING}) ~ *,
  [data-testid="stHorizontalBlock"]:not(:has(> [data-testid="stColumn"])):has(${WAITING}) > *,
  [data-testid="stApp"]:has([data-testid="stEvent"] [data-testid="stSkeleton"]) [data-testid="stMainBlockContainer"]
)`;
const NEXT_COLUMN = `[data-testid="stHorizontalBlock"] > :has(${WAITING}) ~ *`; // which is below on a narrow screen
const HIDDEN = "{ visibility: hidden !important; }"; // some of Streamlit's elements say that they are visible
const KEPT_BACK = `
  [data-arriving] ${BELOW}, [data-arriving] ${BELOW} * ${HIDDEN}
  @media (max-width: 640px) { [data-arriving] :is(${NEXT_COLUMN}), [data-arriving] :is(${NEXT_COLUMN}) * ${HIDDEN} }
`;

let arrivals = 0;

/** Keep back what would jump, once in the document's life. */
export function keepBack() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(KEPT_BACK);
  document.adoptedStyleSheets.push(sheet);
}

/** A page arrives. It is held at its top until it is there, or until a hand is on it. */
export function arrive() {
  const { dataset } = document.documentElement;
  const mine = ++arrivals;
  const leave = new AbortController();
  let frames = 0; // since its title came
  let touched = location.hash !== ""; // a link into the page has its own place
  for (const name of HANDS) addEventListener(name, () => (touched = true), { signal: leave.signal, capture: true, passive: true });
  dataset.arriving = "";
  const look = () => {
    if (mine === arrivals) {
      const main = document.querySelector('[data-testid="stMain"]');
      if (main && !touched) main.scrollTop = 0;
      if (document.querySelector("h1")) frames += 1;
      if (!there() && frames < PATIENCE) return requestAnimationFrame(look);
      delete dataset.arriving;
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
    }
    return leave.abort();
  };
  requestAnimationFrame(look);
}

/** Whether the script has run, and everything on the first screen has come. */
function there() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!(app instanceof HTMLElement) || app.dataset.testScriptState !== "notRunning" || !document.querySelector("h1")) return false;
  return [...document.querySelectorAll(WAITING)].every((piece) => piece.getBoundingClientRect().top > innerHeight);
}
