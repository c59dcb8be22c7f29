// A decoder that is a function in Python: it is asked for one place at a time, and of all places in between only the last.

/**
 * It has what a side needs of explorer/browser/js/decoder.js. Until Python has answered it gives the picture before.
 */
export class Asked {
  /**
   * @param {{ dims: number, shape: [number, number, number] }} sizes
   * @param {(number: number, code: number[]) => void} send asks Python; its answer comes to `hear`
   * @param {() => void} answered what shows pictures should decode again
   */
  constructor({ dims, shape }, send, answered) {
    this.dims = dims;
    this.shape = shape;
    this.send = send;
    this.answered = answered;
    this.count = 0;
    this.image = new Float32Array(shape.reduce((product, size) => product * size, 1));
    /** @type {{ number: number, key: string } | null} */
    this.asking = null; // the one question on its way
    this.known = ""; // the code of the picture
  }

  /** The latest picture, whatever its code; Python is asked for this one where it is another. */
  decode(code) {
    const wanted = Array.from(code);
    const key = wanted.join();
    if (!this.asking && key !== this.known) {
      this.count += 1;
      this.asking = { number: this.count, key };
      this.send(this.count, wanted);
    }
    return this.image;
  }

  /** Python's answer: a picture, or null where it failed. An answer to another question is none. */
  hear(number, image) {
    if (number !== this.asking?.number) return;
    this.known = this.asking.key; // where it failed, asking again would fail again
    this.asking = null;
    if (image) this.image = image;
    this.answered();
  }
}
