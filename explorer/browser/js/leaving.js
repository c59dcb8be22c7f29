// When the hand turns from a part to something else on the page.

/**
 * Call `act` before something outside of an element is pressed or gets the focus. What is done there may run the page, or turn to
 * another, which then knows what was done in the part.
 *
 * Streamlit forgets a report that is still on its way when the page is turned. So where `act` gives a promise that the report was heard, what
 * is pressed until then waits; it would wait on the server otherwise.
 *
 * @param {Element} element
 * @param {() => Promise<void> | null} act null where there is nothing to report
 * @param {AbortSignal} signal
 */
export function whenLeft(element, act, signal) {
  let unheard = null;
  const elsewhere = (event) => {
    if (event.composedPath().includes(element)) return;
    const report = act();
    if (!report) return;
    unheard = report;
    report.then(() => {
      if (unheard === report) unheard = null;
    });
  };
  const wait = (event) => {
    if (!unheard || !event.isTrusted) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const [target] = event.composedPath();
    unheard.then(() => target.dispatchEvent(new MouseEvent("click", event)));
  };
  for (const kind of ["pointerdown", "focusin"]) document.addEventListener(kind, elsewhere, { capture: true, signal });
  document.addEventListener("click", wait, { capture: true, signal });
}
