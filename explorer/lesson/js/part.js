// A lesson's part in the page: what every such part has, and the render function that Streamlit calls.

import { el } from "../../browser/js/dom.js";
import { living } from "../../browser/js/life.js";
import { Slider } from "../../browser/js/slider.js";
import { readTheme } from "../../browser/js/theme.js";
import { Echo } from "./echo.js";

/** What a part is built on. It overrides `update` and `paint`; everything it starts ends when `signal` aborts. */
export class LivePart {
  /**
   * @param {HTMLElement} root the part's own element
   * @param {AbortSignal} signal aborts when the part leaves the page
   * @param {Record<string, string>} words what it says: the block `part` of the lesson's words, with slots that `fill` fills
   */
  constructor(root, signal, words) {
    this.root = root;
    this.signal = signal;
    this.words = words;
    this.echo = new Echo();
    /** @type {(report: object) => void} */
    this.tell = () => {}; // lets Python hear something
    this.walking = 0; // the next frame of what moves by itself, 0 while nothing does
    let asked = 0;
    this.draw = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => this.paint());
    };
    const observer = new ResizeObserver(this.draw);
    observer.observe(root);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(asked);
      cancelAnimationFrame(this.walking);
    });
  }

  /**
   * Take what Python says, at the start and with every run of the page. A part that fetches something first returns a promise (life.js).
   *
   * @param {object} _data
   * @returns {void | Promise<unknown>}
   */
  update(_data) {
    this.draw();
  }

  /** Show how things stand; called at most once a frame, after `draw()`. */
  paint() {}

  /** The page's colours, and those of ideas: { colour's name here: idea of explorer/page/palette.py }. */
  ink(ideas) {
    return readTheme(this.root, ideas);
  }

  /** Tell Python how things stand; `asked` is how it will ask for the same, where that differs. */
  report(state, asked = state) {
    this.echo.told(asked);
    this.tell(state);
  }

  /** A button that does something. */
  button(text, act, properties = {}) {
    const made = el("button", { type: "button", textContent: text, ...properties });
    made.addEventListener("click", () => act(), { signal: this.signal });
    return made;
  }

  /** Buttons of which one is pressed, under one name: options are { value: text }. */
  choice(name, options, choose) {
    const buttons = Object.entries(options).map(([value, text]) => this.button(text, () => choose(value), { "data-value": value }));
    return el("div", { className: "buttons", role: "group", "aria-label": name }, ...buttons);
  }

  /** A slider; see Slider for what it takes. */
  slider(what, move, rest) {
    return new Slider(what, move, rest, this.signal);
  }

  /** A function that says a hand has moved; `act` is called once it has rested for `wait` ms. */
  atRest(act, wait = 450) {
    let timer = 0;
    this.signal.addEventListener("abort", () => clearTimeout(timer));
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, wait);
    };
  }

  /** Call `step(time)` in every frame until it returns false, or until `halt`. */
  animate(step) {
    const frame = (time) => {
      if (step(time)) this.walking = requestAnimationFrame(frame);
    };
    this.walking = requestAnimationFrame(frame);
  }

  halt() {
    cancelAnimationFrame(this.walking);
    this.walking = 0;
  }
}

/** Show in a group made by `choice` which value is the chosen one. */
export function press(group, value) {
  for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.value === String(value)));
}

/**
 * The render function for Streamlit of a kind of part, which a module exports as `render`. Where its words change, as at a reveal, it is
 * built anew and starts from what Python says.
 *
 * @param {new (root: HTMLElement, signal: AbortSignal, words: Record<string, string>) => LivePart} Part
 */
export function renderOf(Part) {
  return living(".part", (root, first) => {
    let leave = new AbortController();
    let said = JSON.stringify(first.words);
    let made = new Part(root, leave.signal, first.words ?? {});
    return {
      /** @param {any} data */
      update(data, setStateValue) {
        if (JSON.stringify(data.words) !== said) {
          leave.abort();
          leave = new AbortController();
          said = JSON.stringify(data.words);
          made = new Part(root, leave.signal, data.words ?? {});
        }
        made.tell = (report) => setStateValue("report", report);
        return made.update(data);
      },
      end: () => leave.abort(),
    };
  });
}
