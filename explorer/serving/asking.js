// Ctrl-K opens the search, and a dotted term explains itself. The code for both and what they say come when somebody first asks.

import { placed } from "../browser/js/base.js";
import { go } from "./links.js";

const TERM = 'a[href*="glossary#"]:not(.le-term a)';

/**
 * Hear who asks.
 *
 * @param {{ code: string, data: string }} addresses of that code, and of what it looks through
 */
export function hearQuestions({ code, data }) {
  /** @type {Promise<any> | null} */
  let coming = null;
  const come = () => {
    const all = Promise.all([import(placed(code)), fetch(data).then((answer) => answer.json())]);
    coming ??= all.then(([{ lookUp }, index]) => lookUp(index, go));
    coming.catch(() => (coming = null)); // the next who asks asks the server again
    return coming;
  };
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    come().then((known) => known.search());
  });
  addEventListener(
    "click",
    (event) => {
      if (!(event.target instanceof Element)) return;
      if (event.target.closest(".le-search")) come().then((known) => known.search());
      const term = event.target.closest(TERM);
      if (!term || event.detail === 0 || event.ctrlKey || event.metaKey) return; // by the keyboard it is a link
      event.preventDefault();
      come().then((known) => known.explain(term));
    },
    { capture: true },
  );
  addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && target.matches(`${TERM}:focus-visible`)) come().then((known) => known.explain(target));
  });
}
