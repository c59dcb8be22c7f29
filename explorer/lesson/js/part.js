// A lesson's part in the page.

import { living } from "../../browser/js/life.js";

/** A render function for Streamlit. `make(root, signal, words)` builds a part: an object with update(data, tell).
 *
 *  `words` is what the part says, the block `part` of the lesson's words, whose slots explorer/browser/js/words.js fills. tell(report)
 *  lets Python hear something; `signal` aborts when the part leaves the page. */
export function part(make) {
  return living(".part", (root, { words }) => {
    const leave = new AbortController();
    const made = make(root, leave.signal, words ?? {});
    return {
      update: (data, setStateValue) => made.update(data, (report) => setStateValue("report", report)),
      end: () => leave.abort(),
    };
  });
}
