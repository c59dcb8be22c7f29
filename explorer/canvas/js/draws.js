// The same numbered draws from N(0, I), decoded by each model.

import { el } from "../../browser/js/dom.js";
import { NumberField } from "../../browser/js/fields.js";
import { torchDraws } from "../../browser/js/noise.js";
import { Picture } from "../../browser/js/picture.js";
import { fill } from "../../browser/js/words.js";

export class Draws {
  /** `words` are { title, label, help, alt }; draws have the numbers 0 to `high`, and each shows `count` codes. */
  constructor(board, { count, high, words }, signal) {
    this.board = board;
    this.count = count;
    const move = (number) => {
      board.choices.draw = number;
      for (const side of board.sides) this.show(side);
    };
    this.field = new NumberField({ label: words.label, help: words.help, high }, move, () => board.commit(), signal);
    this.rows = board.sides.map(({ model }) =>
      Array.from({ length: count }, (_, i) => {
        const picture = new Picture(fill(words.alt, { model: model.label, which: i + 1 }));
        picture.canvas.dataset.testid = "prior-draw";
        return picture;
      }),
    );
    const named = board.sides.map(({ model }, i) => [
      el("p", { className: `name ${model.kind}`, textContent: model.label }),
      el("div", { className: "pictures" }, ...this.rows[i].map(({ canvas }) => canvas)),
    ]);
    this.element = el("section", { className: "draws" }, el("h2", { textContent: words.title }), this.field.element, ...named.flat());
  }

  /** Decode the draws of the number that is chosen, where the decoder has come. */
  show(side) {
    this.field.show(this.board.choices.draw);
    if (!side.decoder) return;
    const { decoder } = side;
    const images = decoder.decodeAll(torchDraws(this.board.choices.draw, this.count, side.model.dims));
    this.rows[side.i].forEach((picture, i) => {
      picture.show(images.subarray(i * decoder.pixels, (i + 1) * decoder.pixels), decoder.shape);
    });
  }
}
