// Links in the app's own words turn pages as the side bar does: nothing that was set is lost. One with `data-whole` leads to another document, one
// with `data-window` into a window of its own; Streamlit takes a link's target away.

const OURS = '[data-testid="stMarkdownContainer"] a[href], [data-testid="stHtml"] a[href], .le-term a[href]';

/** Let them, now and later. */
export function turnPages() {
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(OURS) : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || !isPage(link)) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // into a tab of its own
    event.preventDefault();
    if (link.dataset.window === undefined) go(link.href);
    else open(link.href, "_blank", "noopener");
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
function isPage({ origin, pathname, dataset }) {
  return dataset.whole === undefined && origin === location.origin && /\/[A-Za-z0-9_-]*$/.test(pathname) && !pathname.includes("/canvas/");
}
