// A pad to draw on; Python hears of the drawing when the hand rests.

import { Pad } from "../../browser/js/pad.js";
import { part } from "./part.js";

class SketchPart {
  constructor(root, signal) {
    const commit = ({ drawing }) => this.tell({ drawing });
    this.pad = new Pad({ sides: [], commit }, signal);
    this.pad.theme({ mark: "#E0245E" });
    const [box] = this.pad.element.children;
    root.replaceChildren(box);
  }

  /** data: { strokes }, null where nothing is drawn. */
  update({ strokes }, tell) {
    this.tell = tell;
    this.pad.update(strokes ? { strokes, models: [] } : null);
  }
}

export const render = part((root, signal) => new SketchPart(root, signal));
