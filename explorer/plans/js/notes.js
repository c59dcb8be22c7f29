// The presenter's notes: what to do and to ask at the step that the stage shows, what to expect, what comes next, and the clock. They follow the
// stage and steer it, from a second window or from a phone; without a stage they are notes to read.

import { base } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { Ballot } from "../../classroom/js/ballot.js";
import { Link } from "../../classroom/js/link.js";
import { clock as shown } from "../../classroom/js/tally.js";
import { stayAwake } from "./awake.js";
import { ClassEnd, WindowEnd } from "./notes_ends.js";
import { clock } from "./stage/clock.js";

const TICK = 250; // ms between two looks at the clock
const MINUTE = 60_000; // ms
const NARROW = matchMedia("(max-width: 699px)");
/** What each key does, as on the stage. @type {Record<string, string>} */
const KEYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", r: "reveal", v: "vote", d: "discuss", b: "blank" };
const WISHES = ["reveal", "vote", "discuss", "blank"];

/**
 * Begin; the document has an element #notes.
 *
 * @param {object} page
 * @param {any} page.plan as JSON
 * @param {number} page.step from 0
 * @param {{ socket: string, build: string, phone: string } | null} page.class of a teacher: path of its socket, and of the QR code of the notes, "" if it has none
 * @param {Record<string, Record<string, string>>} page.words the blocks `notes`, `notes-clock`, `notes-together` and `ballot`
 */
export function begin(page) {
  return new Notes(page);
}

class Notes {
  /** @param {Parameters<typeof begin>[0]} page */
  constructor({ plan, step, class: taught, words }) {
    this.plan = plan;
    this.words = words.notes;
    this.said = words;
    this.class = taught;
    /** What these notes show where no stage plays their plan. @type {{ step: number, began: number | null }} */
    this.own = { step, began: null };
    this.ballot = new Ballot({ ...words.ballot, planned: words.notes.planned }, { now: () => this.end.now() });
    this.#draw();
    this.#join(taught ? new ClassEnd(new Link({ url: taught.socket, as: "phone", build: taught.build })) : new WindowEnd(plan.id));
    addEventListener("keydown", (event) => this.#press(event));
    setInterval(() => this.#tick(), TICK);
    document.addEventListener("visibilitychange", () => this.#tick());
    stayAwake();
  }

  /** Listen at an end; the one before is left. */
  #join(end) {
    this.end?.close();
    this.end = end;
    end.addEventListener("place", () => this.show());
    end.addEventListener("ended", () => {
      this.over = this.words.ended;
      this.class = null;
      this.phone.remove();
      this.#join(new WindowEnd(this.plan.id));
    });
    this.show();
  }

  /** Where the stage is, if it plays this plan and hears; null where these notes are on their own. */
  get stage() {
    const { place, up } = this.end;
    return up && place?.plan === this.plan.id ? place : null;
  }

  /** The step that is shown, from 0, and when its lesson began. */
  get at() {
    const { step, began } = this.stage ?? this.own;
    return { step: Math.min(Math.max(step, 0), this.plan.steps.length - 1), began };
  }

  go(step) {
    if (!(step in this.plan.steps)) return;
    if (this.stage) this.end.go(step);
    else this.own.step = step;
    this.show();
  }

  /** @param {string} what */
  act(what) {
    if (what === "next") this.go(this.at.step + 1);
    else if (what === "back") this.go(this.at.step - 1);
    else if (this.stage) this.end.wish(/** @type {any} */ (what));
  }

  show() {
    const { words, plan, stage } = this;
    const { step, began } = this.at;
    this.own = { step, began };
    const other = !stage && this.end.up && this.end.place;
    const sentence = stage ? "" : !this.end.known ? words.looking : !this.end.up ? words.down : other ? words.other : this.class ? words.idle : words.alone;
    say(this.sentence, [this.over, sentence].filter(Boolean).join(" "));
    this.open.hidden = Boolean(stage) || !this.end.known || !this.end.up;
    this.open.textContent = other ? words["other-notes"] : words.open;
    this.open.href = other ? `./notes?plan=${encodeURIComponent(other.plan)}` : `./stage?plan=${plan.id}&step=${step + 1}`;
    this.open.target = other ? "" : "_blank";
    for (const what of WISHES) this.buttons[what].disabled = !stage;
    this.buttons.back.disabled = !step;
    this.buttons.next.disabled = step === plan.steps.length - 1;
    this.#vote();
    this.#tick();
    if (step === this.shown) return;
    const turned = this.shown !== undefined;
    this.shown = step;
    this.#turn(step);
    if (turned) history.replaceState(null, "", `?plan=${plan.id}&step=${step + 1}`); // a reload goes on here
    if (turned) scrollTo(0, 0);
  }

  /** Another step. What stands in a plan is text, whatever is in it. */
  #turn(step) {
    const { plan, words } = this;
    const { title, minutes, from, together } = plan.steps[step];
    const span = fill(words[minutes === 1 ? "span-one" : "span"], { n: step + 1, of: plan.steps.length, minutes, from });
    this.title.textContent = title;
    this.span.textContent = span;
    for (const name of ["ask", "do", "expect"]) this.#say(this.parts[name], plan.steps[step][name]);
    this.#say(this.parts.together, together && this.#together(together));
    const next = plan.steps[step + 1];
    this.next.textContent = next?.title ?? words.last;
    this.picture.hidden = !next?.picture;
    if (next?.picture) this.picture.src = next.picture;
    [...this.list.children].forEach((item, i) => {
      const button = /** @type {HTMLElement} */ (item.firstChild);
      if (i === step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    say(this.told, `${title}. ${span}`);
  }

  #say(part, text) {
    part.hidden = !text;
    part.lastChild.textContent = text;
  }

  /** What a class makes together at a step, such as "drawings 4" or "models beta". */
  #together(together) {
    const [what, which = ""] = together.split(" ");
    const words = this.said["notes-together"];
    const line = words[`${what}-${which}`] ?? words[what];
    return line ? fill(line, line.includes("{which}") ? { which } : {}) : together;
  }

  /** What the class votes on at the moment, otherwise what the plan has it vote on here, and in any case the right answer. */
  #vote() {
    const { vote, ask } = this.plan.steps[this.at.step];
    const planned = vote?.options.length ? { id: `plan-${this.at.step}`, state: "planned", round: 1, ...vote } : null;
    const asked = /** @type {any} */ (this.end).ballot;
    const told = this.stage?.vote;
    let ballot = asked ?? planned;
    let said = /** @type {any} */ (this.end).counts;
    if (asked && said?.ballot === asked.id) ballot = { ...asked, right: said.right };
    if (!asked && planned && told) {
      ballot = { ...planned, state: told.state };
      said = { ballot: planned.id, round: 1, answered: told.answered, of: told.of, counts: null };
    }
    this.voting.hidden = !ballot;
    if (!ballot) {
      this.ballot.close();
      return;
    }
    this.ballot.show(ballot, { said });
    this.ballot.question.hidden = ballot.question === ask; // it stands above, large
  }

  #tick() {
    const { said, plan } = this;
    const { step, began } = this.at;
    const words = said["notes-clock"];
    const time = (minutes) => shown(Math.floor(60 * Math.abs(minutes) + 1e-6));
    const { from, minutes } = plan.steps[step];
    say(this.times.day, new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" }));
    say(this.set, fill(words.set, { time: time(from) }));
    const now = this.end.now();
    const since = began ?? now - from * MINUTE;
    const gone = Math.max(0, (now - since) / MINUTE);
    const left = from + minutes - gone;
    const { due, late } = clock(plan, step, since, now);
    const by = Math.abs(late);
    const stands = by ? `${late > 0 ? "late" : "early"}${by === 1 ? "-one" : ""}` : "even";
    say(this.times.lesson, fill(words.lesson, { time: time(gone), of: plan.minutes }));
    say(this.times.stands, began === null ? words.unbegun : fill(words[stands], by > 1 ? { minutes: by } : {}));
    say(this.times.due, due === step ? "" : fill(words.due, { n: due + 1, title: plan.steps[due].title }));
    say(this.times.left, fill(words[left < 0 ? "over" : "left"], { time: time(left) }));
    this.bar.style.width = `${100 * Math.min(1, Math.max(0, 1 - left / minutes))}%`;
    this.clock.dataset.stands = stands.split("-")[0];
  }

  #press(event) {
    const what = KEYS[event.key.length > 1 ? event.key : event.key.toLowerCase()];
    if (!what || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    event.preventDefault();
    if (!this.buttons[what].disabled) this.act(what);
  }

  #draw() {
    const { words, plan } = this;
    const part = (name) => el("section", { className: name, hidden: true }, el("h3", { textContent: words[name] }), el("p"));
    this.sentence = el("span");
    this.open = el("a", { className: "button", hidden: true, rel: "noopener" });
    const stand = el("p", { className: "stand", role: "status" }, this.sentence, " ", this.open);
    this.title = el("h2");
    this.span = el("p", { className: "span" });
    this.parts = Object.fromEntries(["ask", "do", "expect", "together"].map((name) => [name, part(name)]));
    this.voting = el("section", { className: "voting", hidden: true }, this.ballot.element);
    const now = el("div", { className: "now" }, this.title, this.span, ...["ask", "do", "expect"].map((name) => this.parts[name]), this.voting, this.parts.together);

    this.times = Object.fromEntries(["lesson", "day", "stands", "left", "due"].map((name) => [name, el("span", { className: name })]));
    this.bar = el("i");
    this.set = el("button", { type: "button", className: "quiet" });
    this.set.addEventListener("click", () => this.#begin());
    const { lesson, day, stands, left, due } = this.times;
    this.clock = el("section", { className: "clock", "aria-label": words.clock }, lesson, day, el("div", { className: "bar" }, this.bar), stands, left, due, this.set);

    this.next = el("p");
    this.picture = el("img", { alt: "", width: 480, height: 270, hidden: true });
    const next = el("section", { className: "next" }, el("h3", { textContent: words.following }), this.picture, this.next);
    this.list = el("ol", {}, ...plan.steps.map((each, i) => this.#item(each, i)));
    const all = el("details", { className: "all", open: !NARROW.matches }, el("summary", { textContent: words.all }), this.list);
    this.phone = this.#phone();

    this.buttons = Object.fromEntries(["back", "next", ...WISHES].map((what) => [what, this.#button(what)]));
    const keys = el("nav", { "aria-label": words.steer }, ...Object.values(this.buttons));
    this.told = el("p", { className: "unseen", role: "status" });
    const header = el("header", {}, el("h1", { textContent: plan.title }), stand);
    const side = el("aside", {}, next, all, this.phone);
    document.getElementById("notes").replaceChildren(header, this.clock, now, side, keys, this.told);
  }

  /** @param {string} what */
  #button(what) {
    const { words } = this;
    const button = el("button", { type: "button", className: what }, words[what], " ", el("kbd", { "aria-hidden": "true", textContent: words[`key-${what}`] }));
    button.addEventListener("click", () => this.act(what));
    return button;
  }

  #item({ title, from, minutes }, i) {
    const button = el("button", { type: "button" }, el("b", { textContent: String(i + 1) }), el("span", { textContent: title }), el("small", { textContent: `${from}\u2013${from + minutes}` }));
    button.addEventListener("click", () => this.go(i));
    return el("li", {}, button);
  }

  /** How a phone gets here, for the teacher alone; fetched when it is opened. */
  #phone() {
    const { words } = this;
    if (!this.class?.phone) return el("span", { hidden: true });
    const image = el("img", { alt: words.qr, width: 290, height: 290 });
    const failed = el("p", { className: "trouble", role: "status" });
    const all = el("details", { className: "phone" }, el("summary", { textContent: words.phone }), el("p", { textContent: words["phone-how"] }), image, failed);
    all.addEventListener("toggle", () => all.open && (image.src = `${this.class.phone}?base=${encodeURIComponent(base())}`), { once: true });
    image.addEventListener("error", () => {
      image.hidden = true;
      failed.textContent = words["phone-none"];
    });
    return all;
  }

  /** The clock fits the step from now on. */
  #begin() {
    const began = this.end.now() - this.plan.steps[this.at.step].from * MINUTE;
    if (this.stage) this.end.begin(began);
    else this.own.began = began;
    this.show();
  }
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
