// A pad to draw on; Python hears of the drawing when the hand rests.

import { Pad } from "../../browser/js/pad.js";
import { LivePart, renderOf } from "./part.js";

class SketchPart extends LivePart {
  constructor(root, signal, words) {
    super(root, signal, words);
    this.pad = new Pad({ sides: [], words, commit: (drawn) => this.tell(drawn) }, signal);
    root.replaceChildren(this.pad.box);
  }

  /**
   * The strokes; none where nothing is drawn.
   *
   * @param {{ drawing: number[][][] }} data
   */
  update({ drawing }) {
    this.pad.theme(this.ink({ mark: "mark" }));
    this.pad.update(drawing.length ? { strokes: drawing, models: [] } : null);
  }
}

export const render = renderOf(SketchPart);
