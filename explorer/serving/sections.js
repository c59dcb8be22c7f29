// The sections of the side bar. Those of the course are folded, but for the one that the reader is in.

const KEPT = "stSidebarSectionsState-"; // under which Streamlit keeps in this browser which sections are open
const PATIENCE = 60; // frames
const HEADINGS = '[data-testid="stNavSectionHeader"]';

const LYING = matchMedia("(max-height: 479px) and (max-width: 899px)"); // a phone on its side, as in explorer/serving/entry.py
const STANDING = matchMedia("(max-width: 767px)"); // where the side bar covers the page
const FOLD = '[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button';

/** Fold the side bar of a phone that is turned on its side, once Streamlit has opened it for the width. */
export function foldWhenTurned() {
  LYING.addEventListener("change", ({ matches }) => matches && foldSideBar());
}

/** On a phone the side bar gives way to the page that was chosen. */
export function giveWay() {
  if (LYING.matches || STANDING.matches) foldSideBar();
}

function foldSideBar(frames = PATIENCE) {
  const button = document.querySelector(FOLD);
  if (button instanceof HTMLElement) button.click();
  else if (frames > 0) requestAnimationFrame(() => foldSideBar(frames - 1));
}

/**
 * Fold them before Streamlit draws them, and make their headings buttons for the keyboard and for readers that speak.
 *
 * @param {Record<string, string[]>} course the headings of the course's sections, each with the paths of its pages
 */
export function foldSections(course) {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    for (const [heading, pages] of Object.entries(course)) kept[heading] = pages.includes(here());
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // a browser that keeps nothing shows all sections open
  }
  new MutationObserver(dress).observe(document.documentElement, { childList: true, subtree: true });
  addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(HEADINGS) || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.target.click();
  });
}

/**
 * Open the section of the page that was turned to, and fold the course's others. Who turns to a page in the side bar itself finds it as it
 * was, so that nothing moves under the hand.
 *
 * @param {Record<string, string[]>} course
 */
export function turnTo(course) {
  if (document.querySelector('[data-testid="stSidebarNav"]')?.contains(document.activeElement)) return;
  for (const heading of headings()) {
    const pages = course[name(heading)];
    if (pages && pages.includes(here()) !== open(heading)) heading.click();
  }
}

function dress() {
  for (const heading of headings()) {
    const state = String(open(heading));
    if (heading.getAttribute("aria-expanded") === state) continue;
    heading.setAttribute("role", "button");
    heading.setAttribute("aria-label", name(heading)); // without the name of its icon
    heading.setAttribute("aria-expanded", state);
    heading.tabIndex = 0;
  }
}

/** @returns {NodeListOf<HTMLElement>} */
function headings() {
  return document.querySelectorAll(HEADINGS);
}

/** @param {HTMLElement} heading */
function name(heading) {
  return heading.firstElementChild?.textContent ?? "";
}

/** @param {HTMLElement} heading */
function open(heading) {
  return heading.nextElementSibling !== null;
}

function here() {
  return location.pathname.split("/").at(-1) ?? "";
}
