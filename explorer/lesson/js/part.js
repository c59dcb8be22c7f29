// A lesson's part in the page.

import { living } from "../../browser/js/life.js";

/** A render function for Streamlit. `make(root, signal)` builds a part: an object with update(data, tell).
 *
 *  tell(report) lets Python hear something; `signal` aborts when the part leaves the page. */
export function part(make) {
  return living(".part", (root) => {
    const leave = new AbortController();
    const made = make(root, leave.signal);
    return {
      update: (data, setStateValue) => made.update(data, (report) => setStateValue("report", report)),
      end: () => leave.abort(),
    };
  });
}
