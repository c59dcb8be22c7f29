// A pad to draw on; Python hears of the drawing when the hand rests.

import { Pad } from "../../browser/js/pad.js";
import { part } from "./part.js";

class SketchPart {
  constructor(root, signal, words) {
    const commit = ({ drawing }) => this.tell({ drawing });
    this.pad = new Pad({ sides: [], words, commit }, signal);
    this.pad.theme({ mark: "#E0245E" });
    const [box] = this.pad.element.children;
    root.replaceChildren(box);
  }

  /** data: { drawing }, strokes, none where nothing is drawn. */
  update({ drawing }, tell) {
    this.tell = tell;
    this.pad.update(drawing.length ? { strokes: drawing, models: [] } : null);
  }
}

export const render = part((root, signal, words) => new SketchPart(root, signal, words));
