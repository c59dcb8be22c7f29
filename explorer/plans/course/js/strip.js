// The strip at the foot of a page that belongs to a course, and the sheet of all its steps.

import { el } from "../../../browser/js/dom.js";
import { fill } from "../../../browser/js/words.js";
/** @import { Player } from "../../js/player.js" */

const APP = '[data-testid="stApp"]';
const LOOK = 500; // ms between two looks at what the page wears

export class Strip {
  /**
   * @param {Record<string, string>} words the block `alone` of words.md
   * @param {{ go: (n: number) => void, back: () => void, next: () => void, leave: () => void, task: () => void, vote: () => void }} act
   */
  constructor(words, act) {
    this.words = words;
    this.act = act;
    const button = (text, on, className = "") => {
      const made = el("button", { type: "button", className }, text);
      made.addEventListener("click", on);
      return made;
    };
    this.number = el("span", { className: "number" });
    this.title = el("span", { className: "title" });
    this.ask = el("p", { className: "ask" });
    this.fits = el("p", { className: "fits" });
    this.marks = el("ul", { className: "marks", role: "img" });
    this.back = button(words.back, act.back);
    this.next = button(words.next, act.next, "main");
    this.task = button(words.task, act.task);
    this.vote = button(words.vote, act.vote);
    this.vote.setAttribute("aria-haspopup", "dialog");
    this.all = button(words.steps, () => this.sheet.showModal());
    this.all.setAttribute("aria-haspopup", "dialog");
    this.return = button("", () => act.go(this.step), "main");
    this.list = el("ol");
    this.spoken = el("p", { className: "unseen", role: "status", "aria-live": "polite" });
    this.heading = el("h2");
    this.about = el("p");
    const close = button(words.close, () => this.sheet.close());
    const leave = button(words.leave, act.leave);
    const foot = el("div", { className: "row" }, close, leave);
    this.sheet = el("dialog", { className: "sheet", "aria-label": words.steps }, this.heading, this.about, this.list, el("p", {}, words["leave-why"]), foot);
    this.strip = el(
      "section",
      { className: "strip", role: "region", "aria-label": words.region },
      el("div", { className: "what" }, el("p", { className: "head" }, this.number, this.title), this.ask, this.fits),
      this.marks,
      el("div", { className: "ways" }, this.back, this.all, this.task, this.vote, this.next, this.return),
    );
    this.step = 0;
  }

  /**
   * The element that holds it, with a style of its own; it wears what the page wears, light or dark.
   *
   * @param {CSSStyleSheet} sheet
   * @param {HTMLElement[]} sheets more that open from it
   */
  host(sheet, ...sheets) {
    const host = el("div", { id: "le-alone" });
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(this.strip, this.sheet, ...sheets, this.spoken);
    const wear = () => {
      const app = document.querySelector(APP);
      const worn = app ? getComputedStyle(app).colorScheme : "";
      if (worn && host.style.colorScheme !== worn) host.style.colorScheme = worn;
    };
    wear();
    setInterval(wear, LOOK);
    return host;
  }

  /**
   * @param {Player} player
   * @param {Record<string, boolean>[]} done what is done on each step's page, part by part; empty until that is known
   * @param {boolean} astray whether the reader is on another page
   */
  show({ plan, step, now }, done, astray) {
    const { words } = this;
    const last = step === plan.steps.length - 1;
    this.step = step;
    write(this.number, fill(words.step, { n: step + 1, of: plan.steps.length }));
    write(this.title, now.title);
    write(this.fits, astray ? words.astray : now.fits);
    write(this.ask, asks(now));
    this.ask.hidden = astray || !asks(now);
    this.vote.hidden = astray || now.vote?.of !== "own";
    this.back.hidden = this.next.hidden = astray;
    this.task.hidden = astray || !now.task;
    this.back.disabled = step === 0;
    write(this.next, last ? words.finish : words.next);
    this.return.hidden = !astray;
    write(this.return, fill(words.return, { n: step + 1 }));
    this.#mark(astray ? {} : (done[step] ?? {}));
    write(this.heading, plan.title);
    write(this.about, `${fill(words.step, { n: step + 1, of: plan.steps.length })}. ${now.fits} ${asks(now)}`.trim());
    this.#list(plan, step, done);
  }

  /** What is done on the page, and what is not; each a small mark with its name. */
  #mark(parts) {
    const { words } = this;
    const names = (yes) => Object.keys(parts).filter((part) => parts[part] === yes).map((part) => words[part]);
    const [done, open] = [names(true), names(false)];
    this.marks.hidden = !done.length && !open.length;
    const said = { done: done.join(", "), open: open.join(", ") };
    const spoken = !open.length ? fill(words.all, { done: said.done }) : !done.length ? fill(words.none, { open: said.open }) : fill(words.marks, said);
    if (this.marks.getAttribute("aria-label") === spoken) return;
    this.marks.setAttribute("aria-label", spoken);
    this.marks.title = spoken;
    this.marks.replaceChildren(...Object.entries(parts).map(([part, yes]) => el("li", { className: yes ? "done" : "" }, el("span", {}, words[part]))));
  }

  #list(plan, step, done) {
    const rows = plan.steps.map(({ title }, n) => {
      const parts = Object.values(done[n] ?? {});
      const far = parts.length ? fill(this.words.far, { done: parts.filter(Boolean).length, all: parts.length }) : "";
      const made = el("button", { type: "button", "aria-current": n === step ? "step" : null }, el("span", {}, `${n + 1}`), el("span", {}, title), el("small", {}, far));
      made.addEventListener("click", () => {
        this.sheet.close();
        this.act.go(n);
      });
      return el("li", {}, made);
    });
    this.list.replaceChildren(...rows);
  }

  /**
   * Tell whoever cannot see which step is on.
   *
   * @param {Player} player
   */
  say({ plan, step, now }) {
    write(this.spoken, fill(this.words.spoken, { n: step + 1, of: plan.steps.length, title: now.title, fits: `${now.fits} ${asks(now)}`.trim() }));
  }
}

/** What a step asks, where its title does not say it already. */
export function asks({ title, ask, vote }) {
  const asked = vote?.of === "own" ? vote.question : ask;
  return asked === title ? "" : asked;
}

/** Text is written where it is another one: a reader that speaks would say it again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
