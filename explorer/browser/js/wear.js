// What stands beside Streamlit's page looks as the page does.

/**
 * Have an element wear what the page wears, now and later: light or dark, as the reader has chosen it.
 *
 * @param {HTMLElement} host
 */
export function wear(host) {
  const look = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (app) host.style.colorScheme = getComputedStyle(app).colorScheme;
  };
  new MutationObserver(look).observe(document.head, { childList: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(look, 100));
  const wait = setInterval(() => {
    look();
    if (document.querySelector('[data-testid="stApp"]')) clearInterval(wait);
  }, 200);
}
