// The decoded background of each plane, computed by a thread of its own, so that the hand feels nothing of it.

import { rgb } from "../../browser/js/raster.js";

const REST = 120; // ms without a move before the background is decoded again
let code = null; // where the thread's code is, if not beside this module
const helpers = []; // one for each plane, kept for the next board: a thread takes longer to start than a tile to decode

/** Let the threads run the code at this address, which imports nothing: Chromium lets no document from the disk start a module beside it. */
export function carryThread(address) {
  code = address;
}

export class Background {
  constructor(board) {
    this.board = board;
    board.sides.forEach((_, i) => (helpers[i] ??= new Helper()));
  }

  /** What the backgrounds show is out of date; decode them again when things have come to rest. */
  stale(rest = REST) {
    if (!this.board.layers.has("decoded")) return;
    this.board.later("background", rest, () => this.board.sides.forEach((side) => this.#decode(side)));
  }

  async #decode(side) {
    const { plane, decoder } = side;
    if (!side.ready || !plane.ink) return;
    const { tiles } = plane;
    const [, height, width] = decoder.shape;
    const wanted = { payload: decoder.payload, codes: plane.tileCodes(side.code), side: tiles.count, colour: rgb(plane.ink.text) };
    const pixels = await helpers[side.i].ask(wanted);
    if (!pixels || this.board.background !== this) return;
    plane.setManifold(new ImageData(pixels, tiles.count * width, tiles.count * height), tiles);
    this.board.changed();
  }
}

/** A thread that answers one question at a time; of those that wait, only the latest is worth asking. */
class Helper {
  #start() {
    this.worker = code ? new Worker(code) : new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.#answer(data.pixels));
    this.worker.addEventListener("error", (event) => {
      event.preventDefault(); // without a background the canvas still works; the next question tries again
      this.worker.terminate();
      this.worker = null;
      this.#answer(null);
    });
  }

  /** Pixels for a question, or null where a later one has taken its place. */
  ask(question) {
    return new Promise((resolve) => {
      this.waiting?.resolve(null);
      this.waiting = { question, resolve };
      this.#next();
    });
  }

  #next() {
    if (this.asked || !this.waiting) return;
    if (!this.worker) this.#start();
    this.asked = this.waiting;
    this.waiting = null;
    this.worker.postMessage(this.asked.question);
  }

  #answer(pixels) {
    const { resolve } = this.asked ?? {};
    this.asked = null;
    resolve?.(pixels);
    this.#next();
  }
}
