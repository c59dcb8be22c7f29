// Keep what the page shows: a dialog with a title and a note, from which it goes to one's views or into a plan (explorer/plans/keeping.py).

import { base, placed } from "../../../browser/js/base.js";
import { el } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
import { here, turn } from "../../../classroom/js/place.js";
import { embedding } from "./embedding.js";
import { STYLE } from "./keep_style.js";
import { pictured } from "./pictured.js";

const NEW = ""; // the choice of a plan that there is not yet
const [LONGEST_TITLE, LONGEST_NOTE] = [120, 2_000];
let styled = false;

/** Open the dialog on what the page shows now. When it closes, the keyboard is where it was. */
export async function keepView() {
  if (document.querySelector("dialog.le-keeping")) return;
  const address = here(base());
  const app = document.querySelector('[data-testid="stApp"]');
  const looks = getComputedStyle(app ?? document.body);
  const main = document.querySelector('[data-testid="stMain"]');
  const [told, picture] = await Promise.all([asked("./plans/own.json"), main ? pictured(main, looks.backgroundColor) : null]);
  if (!styled) document.head.append(el("style", { textContent: STYLE }));
  styled = true;
  const dialog = new Keeping(told, { address, picture }).dialog;
  dialog.style.colorScheme = looks.colorScheme;
  document.body.append(dialog);
  dialog.showModal();
}

/** One opening of the dialog: what it shows, and what has become of the view. */
class Keeping {
  /**
   * @param {{ words: Record<string, string>, plans: { id: string, title: string }[], embed: Record<string, string>, framed: boolean }} told
   * @param {{ address: string, picture: Blob | null }} view
   */
  constructor({ words, plans, embed, framed }, view) {
    this.words = words;
    this.view = view;
    this.id = ""; // of the view, once it is kept
    this.title = el("input", { id: "le-keeping-title", maxLength: LONGEST_TITLE, value: document.title.split(" | ")[0], autocomplete: "off" });
    this.note = el("textarea", { id: "le-keeping-note", maxLength: LONGEST_NOTE, rows: 3 });
    this.plan = el("select", { id: "le-keeping-plan" }, ...plans.map(({ id, title }) => el("option", { value: id, textContent: title })));
    this.plan.append(el("option", { value: NEW, textContent: words.new }));
    this.called = el("input", { id: "le-keeping-called", maxLength: LONGEST_TITLE, autocomplete: "off", placeholder: words.called, "aria-label": words.called });
    this.trouble = el("p", { className: "trouble", role: "alert" });
    this.save = el("button", { type: "submit", className: "main", textContent: words.save });
    this.add = el("button", { type: "button", textContent: words.add });
    const close = el("button", { type: "button", className: "close", textContent: "\u00d7", "aria-label": words.close });
    const heading = el("h2", { id: "le-keeping-heading", textContent: words.heading });
    this.form = el("form", { noValidate: true },
      el("div", { className: "what" }, this.#picture(), el("div", {}, field(words.title, this.title), field(words.note, this.note))),
      this.trouble,
      el("div", { className: "ways" }, this.save, el("fieldset", {}, el("legend", { textContent: words.plan }), this.plan, this.called, this.add)),
      embedding(embed, framed, view.address, () => this.title.value),
    );
    this.plan.setAttribute("aria-label", words.plan);
    this.dialog = el("dialog", { className: "le-keeping", "aria-labelledby": heading.id }, el("header", {}, heading, close), this.form);
    const choose = () => (this.called.hidden = this.plan.value !== NEW);
    this.plan.addEventListener("change", choose);
    choose();
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close()); // beside it
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the page behind has keys of its own
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(async () => this.#kept(await this.#keep()));
    });
    this.add.addEventListener("click", () => this.#do(() => this.#addToPlan()));
    this.title.autofocus = true;
  }

  #picture() {
    if (!this.view.picture) return null;
    const image = el("img", { src: URL.createObjectURL(this.view.picture), width: 480, height: 270, alt: this.words.alt });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    return image;
  }

  /** Do something that asks the server. What refuses it is said, and nothing else changes. */
  async #do(work) {
    const buttons = [...this.dialog.querySelectorAll("button")];
    this.trouble.textContent = "";
    for (const button of buttons) button.disabled = true;
    try {
      await work();
    } catch (error) {
      this.trouble.textContent = error instanceof Refusal ? error.message : this.words.failed;
      if (!this.trouble.isConnected) this.dialog.append(this.trouble);
    }
    for (const button of buttons) button.disabled = false;
  }

  /** Keep the view, once however often it is asked for. */
  async #keep() {
    const said = { title: this.title.value, note: this.note.value };
    if (this.id) return await asked(`./views/${this.id}`, "PATCH", said);
    const kept = await asked("./views", "POST", { ...said, address: this.view.address, picture: await coded(this.view.picture) });
    this.id = kept.id;
    return kept;
  }

  async #addToPlan() {
    await this.#keep();
    const chosen = this.plan.value;
    const made = chosen === NEW
      ? await asked("./plans", "POST", { title: this.called.value, view: this.id })
      : await asked(`./plans/${chosen}/steps`, "POST", { view: this.id });
    this.#said(fill(this.words.added, { step: String(made.steps), plan: made.title, minutes: String(made.minutes) }), this.#way(this.words.plans, `plans?plan=${made.id}`));
  }

  /** It is among the views: publish it, or take it back. */
  #kept(kept) {
    const publish = el("button", { type: "button", textContent: this.words.publish });
    const undo = el("button", { type: "button", textContent: this.words.undo });
    this.#said(fill(this.words.saved, { title: kept.title }), this.#way(this.words.views, "views"), publish, undo);
    publish.addEventListener("click", () =>
      this.#do(async () => {
        const published = await asked(`./views/${this.id}`, "PATCH", { published: true });
        const address = el("input", { readOnly: true, value: placed(published.link), "aria-label": this.words.link });
        publish.replaceWith(address);
        address.select();
      }),
    );
    undo.addEventListener("click", () =>
      this.#do(async () => {
        await asked(`./views/${this.id}`, "DELETE");
        this.dialog.close();
      }),
    );
  }

  /** A link to a page of the app, to which it turns as the side bar does. */
  #way(text, address) {
    const link = el("a", { textContent: text, href: `./${address}` });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into a tab of its own
      event.preventDefault();
      this.dialog.close();
      turn(base(), address, Date.now().toString(36));
    });
    return link;
  }

  /** What was done, in place of the form, with what can be done next. */
  #said(sentence, ...next) {
    const done = el("p", { tabIndex: -1, textContent: sentence });
    this.form.replaceWith(done, el("div", { className: "next" }, ...next), this.trouble);
    done.focus(); // whoever cannot see it hears it
  }
}

/** What the server refuses, in its sentence. */
class Refusal extends Error {}

/** Ask the server, and return its answer; a Refusal with its sentence. */
async function asked(address, method = "GET", body = undefined) {
  const headers = body ? { "Content-Type": "application/json" } : undefined;
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Refusal(said.why);
  return said;
}

/** @param {Blob | null} blob its bytes as base64 */
async function coded(blob) {
  if (!blob) return null;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function field(label, control) {
  return el("label", { for: control.id }, label, control);
}
