// Where this browser is, as a class says it: the path of a page below the app's root and what it shows there; and when that changes. Pages write
// all they show into the address (explorer/page/address.py).

/** Parameters that are orders to one browser, no part of what a page shows. */
const ORDERS = ["_at", "_stage", "_alone", "size", "projector", "embed", "hide"];

/** @typedef {(byHistory: boolean) => void} Heard told with true where Back or Forward was pressed */

const TRIES = 5; // to turn to one page, before Streamlit has its way
const LATE = 5_000; // ms after a turn until which another page's address is a mistake, unless somebody presses a link or a button
const SHOWN = "--le-shown"; // a property of the page that is drawn: its path, and the order that led there last

/** @type {Set<Heard>} */
const hearing = new Set();
let patched = false;
/** The turn that was asked for last. @type {{ base: string, address: string, order: string, at: number, tries: number, begun: boolean } | null} */
let asked = null;
let written = ""; // the address of that turn

/**
 * Two addresses are the same if these texts are: parameters in one way of writing, without orders; Home's path is empty.
 *
 * @param {string} address such as "kl?kl_mu=1.5"
 */
export function plain(address) {
  const [path, query = ""] = address.split("?");
  const said = new URLSearchParams(query);
  for (const name of ORDERS) said.delete(name);
  const page = path.replace(/^\/+|\/+$/g, "");
  return (page === "home" ? "" : page) + (said.size ? `?${said}` : "");
}

/**
 * Where this browser is now.
 *
 * @param {string} base the path below which the app is served, such as "" or "/explorer"
 */
export function here(base) {
  return plain(location.pathname.slice(base.length) + location.search);
}

/** The path of a page in an address; "home" for Home. */
export function pageOf(address) {
  return plain(address).split("?")[0] || "home";
}

/**
 * Hear of every change of the address, whoever makes it.
 *
 * @param {Heard} act
 */
export function whenMoved(act) {
  hearing.add(act);
  patch();
}

function patch() {
  if (patched) return;
  patched = true;
  const tell = (byHistory) => hearing.forEach((each) => each(byHistory));
  for (const name of ["pushState", "replaceState"]) {
    const own = history[name].bind(history);
    history[name] = (...given) => {
      if (name === "pushState" && strays(...given)) return void setTimeout(retry);
      own(...given);
      tell(false);
    };
  }
  addEventListener("popstate", ({ isTrusted }) => {
    if (isTrusted) asked = null;
    tell(isTrusted);
  });
  const elsewhere = ({ isTrusted, target }) => {
    if (isTrusted && target instanceof Element && target.closest("a, button")) asked = null;
  };
  addEventListener("click", elsewhere, { capture: true });
}

/**
 * Whether an address that Streamlit writes loses a turn. What a part of the page before tells Python after the turn was asked for is run together
 * with it, on that page: Streamlit then draws the page before anew, and writes its address.
 */
function strays(state, _, address) {
  if (state === null && address !== written) asked = null; // another part of ours turned, which has this module for itself
  if (!asked || performance.now() - asked.at > LATE || asked.tries >= TRIES) return false;
  return typeof address === "string" && pageOf(address.slice(asked.base.length)) !== pageOf(asked.address);
}

/** Ask for the same page again, by an order of its own: the one before may have been taken by the page that was drawn instead. */
function retry() {
  if (!asked) return;
  asked.tries += 1;
  asked.begun = false;
  write("replaceState");
  again();
}

/** Whether the page that was turned to last is drawn, or on its way: not only asked for. */
export function begun() {
  if (!asked) return true;
  const shown = getComputedStyle(document.documentElement).getPropertyValue(SHOWN).trim();
  return (asked.begun ||= shown === JSON.stringify(`${pageOf(asked.address)} ${orderOf(asked)}`));
}

function orderOf({ order, tries }) {
  return tries ? `${order}.again${tries}` : order;
}

function write(how) {
  const { base, address } = asked;
  const [path, query = ""] = address.split("?");
  const said = new URLSearchParams(query);
  said.set("_at", orderOf(asked));
  written = `${base}/${path}?${said}`;
  history[how](null, "", written);
}

/** Whether the page has been drawn to its end. */
export function drawn() {
  const app = document.querySelector('[data-testid="stApp"]');
  return app instanceof HTMLElement && app.dataset.testScriptState === "notRunning";
}

/**
 * Turn to an address below the app's root by order: the page then shows just what it says (explorer/page/state.py).
 *
 * @param {string} base
 * @param {string} address
 * @param {string} order one that this browser never had before
 * @param {boolean} [instead] of where this browser is, so that Back does not lead there again
 */
export function turn(base, address, order, instead = false) {
  patch();
  asked = { base, address, order, at: performance.now(), tries: 0, begun: false };
  write(instead ? "replaceState" : "pushState");
  again();
}

/** Have the page drawn again as it is; Streamlit does what it does for Back. */
export function again() {
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Whether an order is still being followed: the page takes it from the address when it has been drawn. */
export function ordered() {
  return new URLSearchParams(location.search).has("_at");
}
