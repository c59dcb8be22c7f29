// Where this browser is, as a class says it: the path of a page below the app's root and what it shows there; and when that changes. Pages write
// all they show into the address (explorer/page/address.py).

/** Parameters that are orders to one browser, no part of what a page shows. */
const ORDERS = ["_at", "_stage", "_alone", "size", "projector"];

/** @typedef {(byHistory: boolean) => void} Heard told with true where Back or Forward was pressed */

/** @type {Set<Heard>} */
const hearing = new Set();
let patched = false;

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
  if (patched) return;
  patched = true;
  const tell = (byHistory) => hearing.forEach((each) => each(byHistory));
  for (const name of ["pushState", "replaceState"]) {
    const own = history[name].bind(history);
    history[name] = (...given) => {
      own(...given);
      tell(false);
    };
  }
  addEventListener("popstate", ({ isTrusted }) => tell(isTrusted));
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
  const [path, query = ""] = address.split("?");
  const said = new URLSearchParams(query);
  said.set("_at", order);
  history[instead ? "replaceState" : "pushState"](null, "", `${base}/${path}?${said}`);
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
