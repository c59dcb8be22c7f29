// Sending files of one's own: chosen or dropped, checked for size, sent one after another, read by the server; with how far it is, and a way to stop.

import { el } from "../../explorer/browser/js/dom.js";
import { fill } from "../../explorer/browser/js/words.js";
import { LivePart, renderOf } from "../../explorer/lesson/js/part.js";

const MB = 2 ** 20;
const OFTEN = 350; // milliseconds between two questions about how far reading is

/**
 * @typedef {object} Data
 * @property {string} url where files are sent
 * @property {string} ticket that the server has given to this page
 * @property {number} most bytes of all files together
 * @property {number} images that are used at most
 * @property {number} fewest images that are enough
 * @property {number} files at most
 * @property {boolean} busy whether the server is reading
 */

class SendPart extends LivePart {
  turn = Date.now(); // tells the server's page that something has changed
  round = 0; // of sending or reading: what belongs to an earlier one is not listened to
  /** @type {XMLHttpRequest | null} */
  request = null;
  /** @type {Data} */
  data;

  constructor(root, signal, words) {
    super(root, signal, words);
    this.input = el("input", { type: "file", multiple: true, hidden: true, "data-testid": "files" });
    this.input.addEventListener("change", () => this.#send([...this.input.files]), { signal });
    this.chooser = this.button(words.choose, () => this.input.click(), { className: "main", "aria-describedby": "im-accepted" });
    this.accepted = el("p", { className: "note", id: "im-accepted" });
    this.drop = el("div", { className: "im-drop" }, this.chooser, el("span", { textContent: words.drop }), this.accepted, this.input);
    this.bar = el("progress", { max: 1, value: 0, "aria-label": words.progress });
    this.far = el("span", {});
    this.stopper = this.button(words.stop, () => this.#stop());
    this.busy = el("div", { className: "im-busy", hidden: true }, this.far, this.bar, this.stopper);
    this.status = el("p", { className: "unseen", role: "status" });
    this.problem = el("p", { className: "im-problem", role: "alert" });
    root.append(el("p", { className: "title", textContent: words.title }), this.drop, this.busy, this.problem, this.status);
    this.#hearDrops();
    signal.addEventListener("abort", () => this.request?.abort());
  }

  /** @param {Data} data */
  update(data) {
    this.data = data;
    this.accepted.textContent = fill(this.words.accepted, { fewest: data.fewest, most: data.images, megabytes: data.most / MB });
    if (data.busy && this.busy.hidden) this.#follow();
  }

  #hearDrops() {
    const over = (on) => (event) => {
      event.preventDefault();
      this.drop.classList.toggle("over", on);
    };
    for (const [kind, on] of Object.entries({ dragenter: true, dragover: true, dragleave: false, drop: false })) {
      this.drop.addEventListener(kind, over(on), { signal: this.signal });
    }
    this.drop.addEventListener("drop", (event) => this.#send([...event.dataTransfer.files]), { signal: this.signal });
  }

  /** @param {File[]} files */
  async #send(files) {
    this.input.value = ""; // so that the same file can be chosen again
    const { most, files: many, images } = this.data;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (!files.length) return;
    if (files.length > many) return this.#end(fill(this.words.too_many, { count: files.length, most: many }));
    if (size > most) return this.#end(fill(this.words.too_large, { megabytes: size / MB, most: most / MB, images }));
    if (!size) return this.#end(fill(this.words.empty, { name: files[0].name }));
    this.#begin();
    let before = 0;
    for (const [i, file] of files.entries()) {
      const trouble = await this.#post(file, `${i + 1}/${files.length}`, before, size);
      if (trouble !== "") return trouble === null ? undefined : this.#end(trouble);
      before += file.size;
    }
    this.#follow();
  }

  /** Send one file; "" when it has come, null when it was stopped, otherwise a sentence. */
  #post(file, place, before, size) {
    const request = (this.request = new XMLHttpRequest());
    const done = new Promise((resolve) => {
      request.upload.onprogress = ({ loaded }) => {
        const sent = Math.min(before + loaded, size);
        this.#show(sent / size, fill(this.words.sending, { sent: sent / MB, megabytes: size / MB }));
      };
      request.onabort = () => resolve(null);
      request.onerror = () => resolve(this.words.lost);
      request.onload = () => resolve(request.status === 200 ? "" : (request.response?.why ?? fill(this.words.unanswered, { status: request.status })));
    });
    request.open("POST", `${this.data.url}/files`);
    request.responseType = "json";
    request.setRequestHeader("X-Ticket", this.data.ticket);
    request.setRequestHeader("X-Place", place);
    request.setRequestHeader("X-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
    return done.finally(() => (this.request = null));
  }

  /** Ask how far reading is until it is over, then let the page show what became of it. */
  async #follow() {
    if (this.busy.hidden) this.#begin();
    const { round } = this;
    while (round === this.round && !this.signal.aborted) {
      const now = await this.#ask("GET");
      if (round !== this.round) return; // stopped meanwhile
      if (now?.why !== undefined || now?.over) return this.#end(now.why ?? "");
      if (now) this.#tell(now);
      await new Promise((done) => setTimeout(done, OFTEN));
    }
  }

  #tell({ ahead, done, of }) {
    if (ahead) this.#show(null, fill(this.words.waiting, { ahead }));
    else if (of) this.#show(done / of, fill(this.words.reading, { done, of }));
    else this.#show(null, fill(this.words.looking, { done }));
  }

  /** What the server says of the reading; null while it cannot be reached. */
  async #ask(method) {
    try {
      const answer = await fetch(`${this.data.url}/reading`, { method, headers: { "X-Ticket": this.data.ticket }, signal: this.signal });
      return await answer.json();
    } catch {
      return null;
    }
  }

  async #stop() {
    this.round += 1;
    this.request?.abort();
    await this.#ask("DELETE");
    this.#end("", this.words.stopped);
  }

  #begin() {
    this.round += 1;
    this.problem.textContent = this.status.textContent = "";
    this.heard = -1;
    this.#swap(this.busy, this.drop, this.stopper, this.chooser);
    this.#show(0, this.words.begins);
  }

  /** @param {string} why a sentence, or "" where the page will say what became of it */
  #end(why, said = "") {
    this.round += 1;
    this.#swap(this.drop, this.busy, this.chooser, this.stopper);
    this.status.textContent = said;
    this.problem.textContent = why;
    this.report({ turn: (this.turn += 1) });
  }

  /** Show one in place of the other; the keyboard's focus stays on the button in that place. */
  #swap(shown, hidden, button, other) {
    const focused = /** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement === other;
    shown.hidden = false;
    hidden.hidden = true;
    if (focused) button.focus();
  }

  /** How far it is, from 0 to 1; null where that is open. A reader of the screen hears each quarter. */
  #show(share, said) {
    this.far.textContent = said;
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    const quarter = share === null ? "open" : Math.floor(share * 4);
    if (quarter !== this.heard) this.status.textContent = said;
    this.heard = quarter;
  }
}

export const render = renderOf(SendPart);
