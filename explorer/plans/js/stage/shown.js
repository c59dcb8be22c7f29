// What stands in front of the page for a class: how to join, and what the class draws or trains where its teacher has brought that to the front.

import { el } from "../../../browser/js/dom.js";
import { wear } from "../../../browser/js/wear.js";
import { fit } from "../../../classroom/js/projector.js";
import { Stage as Front } from "../../../classroom/js/stage.js";

const AS = "projector";
const TOGETHER = ["map", "chart"];

export class Shown {
  constructor() {
    /** @type {Front | null} */
    this.front = null;
  }

  /**
   * @param {any} said what the class's bar says (stage/class.js); null without a class
   * @param {boolean} joining whether how to join is in front
   */
  show(said, joining) {
    const stage = joining ? "join" : TOGETHER.includes(said?.state.stage) ? said.state.stage : "page";
    if (said && (this.front || stage !== "page")) {
      this.front ??= made(said.told);
      this.front.show({ ...said.state, stage });
      fit(this.front.root, joining);
    } else if (this.front) this.front.root.hidden = true;
  }
}

/** @param {any} told what the document says of the class (explorer/classroom/bar.py) */
function made({ words, join, shown, css }) {
  const host = el("div", { id: "le-shown" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css.projector);
  root.adoptedStyleSheets = [sheet];
  const front = el("div");
  front.style.bottom = "var(--le-strip)";
  root.append(front);
  document.body.append(host);
  wear(host);
  return new Front(front, words, { as: AS, join, code: shown });
}
