// What was refused comes into sight, and the keyboard goes there, so that it is read where it was asked for.

import { calm } from "../../browser/js/dom.js";
import { living } from "../../browser/js/life.js";

const SAID = ".st-key-plan-refused"; // what Streamlit draws around the sentences and this part

export const render = living(".plan-refused", () => new Refused());

class Refused {
  constructor() {
    this.told = 0; // the number of the refusal that was shown last
  }

  update({ number }) {
    if (number === this.told) return;
    this.told = number;
    /** @type {HTMLElement | null} */
    const said = document.querySelector(SAID);
    if (!said) return;
    said.tabIndex = -1;
    said.focus({ preventScroll: true });
    said.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  end() {}
}
