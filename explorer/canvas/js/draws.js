// The same numbered draws from N(0, I), decoded by each model, once somebody has asked for them: until then one can say what they will be.

import { el } from "../../browser/js/dom.js";
import { NumberField } from "../../browser/js/fields.js";
import { torchDraws } from "../../browser/js/noise.js";
import { Picture } from "../../browser/js/picture.js";
import { fill } from "../../browser/js/words.js";

export class Draws {
  /** `words` are { title, press, label, help, alt }; draws have the numbers 0 to `high`, and each shows `count` codes. */
  constructor(board, { count, high, words }, signal) {
    this.board = board;
    this.count = count;
    const take = (number) => {
      board.choices.draw = number;
      for (const side of board.sides) this.show(side);
    };
    this.field = new NumberField({ label: words.label, help: words.help, high }, take, () => board.commit(), signal);
    const next = el("button", { type: "button", className: "draw", textContent: words.press });
    const press = () => {
      take(((this.#number ?? -1) + 1) % (high + 1));
      board.commit();
    };
    next.addEventListener("click", press, { signal });
    this.pictures = board.sides.map(({ model }) =>
      Array.from({ length: count }, (_, i) => {
        const picture = new Picture(fill(words.alt, { model: model.label, which: i + 1 }));
        picture.canvas.dataset.testid = "prior-draw";
        return picture;
      }),
    );
    this.rows = board.sides.map(({ model }, i) => {
      const name = el("span", { className: `name ${model.kind}`, textContent: model.label });
      return el("div", { className: "row" }, name, el("div", { className: "pictures" }, ...this.pictures[i].map(({ canvas }) => canvas)));
    });
    const title = el("span", { className: "note", textContent: words.title });
    this.element = el("div", { className: "tools" }, next, this.field.element, title);
  }

  /** The number of the draws that are shown; null before the first. */
  get #number() {
    return this.board.choices.draw ?? null;
  }

  /** Decode the draws of the number that is chosen, where the decoder has come. */
  show(side) {
    const number = this.#number;
    this.field.element.hidden = number === null;
    this.rows[side.i].classList.toggle("undrawn", number === null);
    if (number === null) return;
    this.field.show(number);
    if (!side.decoder) return;
    const { decoder } = side;
    const images = decoder.decodeAll(torchDraws(number, this.count, side.model.dims));
    this.pictures[side.i].forEach((picture, i) => {
      picture.show(images.subarray(i * decoder.pixels, (i + 1) * decoder.pixels), decoder.shape);
    });
  }
}
