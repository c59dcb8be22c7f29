// The teacher's sheet for everything else: what the projector and the phones show, where students may go, how to join, and the end.

import { base } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { here, pageOf, whenMoved } from "./place.js";
import { PROJECTOR } from "./projector.js";
import { wayIn } from "./stage.js";

const STAGES = ["page", "join", "map", "chart"];
const PACES = ["free", "upto", "only"];
const QUESTIONS = ["beta", "latents", "budget"];
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

export class Desk {
  /**
   * @param {import("./link.js").Link} link
   * @param {any} told what the document says (explorer/classroom/bar.py)
   * @param {(what: string, body: object) => Promise<boolean>} steer
   */
  constructor(link, told, steer) {
    const words = told.words["bar-desk"];
    this.link = link;
    this.titles = told.titles;
    this.words = words;
    this.steer = steer;
    this.stages = STAGES.map((stage) => this.#button(words[`stage-${stage}`], () => this.#stage(stage)));
    this.wanted = this.#menu(words.wanted, { "": words.any, ...Object.fromEntries(DIGITS.map((digit) => [digit, digit])) }, (digit) =>
      steer("map", { label: digit === "" ? null : Number(digit) }),
    );
    this.accepts = this.#button(words.accepts, () => steer("map", { accepts: !link.state.map?.accepts }));
    this.approve = this.#button(words.approve, () => steer("map", { approve: !link.state.map?.approve }));
    this.map = group(words.map, this.wanted.element, this.accepts, this.approve);
    this.question = this.#menu(words.asked, Object.fromEntries(QUESTIONS.map((name) => [name, words[`ask-${name}`]])), (question) =>
      steer("chart", { on: true, question }),
    );
    this.chart = group(words.chart, this.question.element);
    this.lock = this.#button("", () => this.#lock());
    this.pace = this.#menu(words.pace, Object.fromEntries(PACES.map((pace) => [pace, words[`pace-${pace}`]])), (pace) => steer("settings", { pace }));
    this.ending = el("button", { type: "button", className: "danger", textContent: words.end });
    this.ending.addEventListener("click", () => this.#end());
    const projector = this.#button(words.projector, () => open(`./?${PROJECTOR}=1`, "_blank", "noopener"));
    const settings = el("a", { href: "./classroom", className: "button", textContent: words.settings });
    this.join = told.join;
    this.code = el("p", { className: "code" });
    this.element = el(
      "div",
      { className: "desk" },
      group(words.stage, ...this.stages),
      this.map,
      this.chart,
      group(words.students, this.lock, this.pace.element),
      group(words.class, this.code, projector, settings, this.ending),
    );
    whenMoved(() => this.show());
  }

  show() {
    const { stage, map, chart, settings } = this.link.state;
    STAGES.forEach((name, i) => this.stages[i].setAttribute("aria-pressed", String(stage === name)));
    this.map.hidden = !map?.on;
    this.chart.hidden = !chart?.on;
    this.wanted.show(map?.label ?? "");
    this.accepts.setAttribute("aria-pressed", String(Boolean(map?.accepts)));
    this.approve.setAttribute("aria-pressed", String(Boolean(map?.approve)));
    this.question.show(chart?.question ?? QUESTIONS[0]);
    const page = pageOf(here(base()));
    const locked = settings.locked.includes(page);
    this.lock.textContent = fill(this.words[locked ? "unlock" : "lock"], { page: this.titles[page] ?? page });
    this.lock.setAttribute("aria-pressed", String(locked));
    this.pace.show(settings.pace);
    this.code.textContent = fill(this.words.code, { code: this.join.code, address: wayIn(this.join, settings).address });
  }

  /** Bring something to the front; what was not begun is begun. */
  async #stage(stage) {
    const { map, chart } = this.link.state;
    if (stage === "map" && !map?.on) await this.steer("map", { on: true, accepts: true });
    if (stage === "chart" && !chart?.on) await this.steer("chart", { on: true, question: QUESTIONS[0] });
    this.steer("stage", { stage });
  }

  #lock() {
    const { locked } = this.link.state.settings;
    const page = pageOf(here(base()));
    this.steer("settings", { locked: locked.includes(page) ? locked.filter((each) => each !== page) : [...locked, page] });
  }

  /** Pressed twice, so that no class ends by chance. */
  #end() {
    if (this.ending.textContent === this.words.sure) {
      this.steer("end", {});
      return;
    }
    this.ending.textContent = this.words.sure;
    this.ending.addEventListener("blur", () => (this.ending.textContent = this.words.end), { once: true });
  }

  #button(textContent, act) {
    const button = el("button", { type: "button", textContent });
    button.addEventListener("click", act);
    return button;
  }

  #menu(label, options, chosen) {
    const menu = el("select", {}, ...Object.entries(options).map(([value, textContent]) => el("option", { value, textContent })));
    menu.addEventListener("change", () => chosen(menu.value));
    return { element: el("label", {}, `${label} `, menu), show: (value) => (menu.value = String(value)) };
  }
}

function group(name, ...children) {
  return el("fieldset", {}, el("legend", { textContent: name }), el("div", { className: "row" }, ...children));
}
