// Links in the app's own words turn pages as the side bar does: nothing that was set is lost.

const OURS = '[data-testid="stMarkdownContainer"] a[href], [data-testid="stHtml"] a[href], .le-term a[href]';

/** Let them, now and later. */
export function turnPages() {
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(OURS) : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || !isPage(link)) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // into a tab of its own
    event.preventDefault();
    go(link.href);
  });
}

/**
 * Turn to a page of the app.
 *
 * @param {string} address
 */
export function go(address) {
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate")); // Streamlit then does what it does for Back
}

/** @param {HTMLAnchorElement} link */
function isPage({ origin, pathname, target }) {
  return !target && origin === location.origin && /\/[A-Za-z0-9_-]*$/.test(pathname) && !pathname.includes("/canvas/");
}
