// Python answers each report by drawing the page anew, with what it was told. While a hand is fast, answers to older reports come
// late; obeying one would throw the hand back.

export class Echo {
  constructor() {
    this.sent = [];
    this.last = null;
  }

  /** Remember what Python was told. */
  told(value) {
    this.sent.push(JSON.stringify(value));
  }

  /** Does Python ask for something, rather than repeat what it heard or asked for before? */
  asks(value) {
    const text = JSON.stringify(value);
    const at = this.sent.indexOf(text);
    if (at >= 0) this.sent.splice(0, at + 1); // older reports will not be answered any more
    const news = at < 0 && text !== this.last;
    this.last = text;
    return news;
  }
}
