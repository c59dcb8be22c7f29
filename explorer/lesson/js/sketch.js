// A pad to draw on; Python hears of the drawing when the hand rests.

import { Pad } from "../../browser/js/pad.js";
import { readTheme } from "../../browser/js/theme.js";
import { part } from "./part.js";

class SketchPart {
  constructor(root, signal, words) {
    this.root = root;
    const commit = ({ drawing }) => this.tell({ drawing });
    this.pad = new Pad({ sides: [], words, commit }, signal);
    const [box] = this.pad.element.children;
    root.replaceChildren(box);
  }

  /** data: { drawing }, strokes, none where nothing is drawn. */
  update({ drawing }, tell) {
    this.tell = tell;
    this.pad.theme(readTheme(this.root, { mark: "mark" }));
    this.pad.update(drawing.length ? { strokes: drawing, models: [] } : null);
  }
}

export const render = part((root, signal, words) => new SketchPart(root, signal, words));
