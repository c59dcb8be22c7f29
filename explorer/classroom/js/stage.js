// What a class sees together, large: how to join, a ballot, the map of its drawings, the chart of its models.

import { base, placed } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { Ballot } from "./ballot.js";
import { present } from "./tally.js";

/** Parts whose code comes when they are first shown: how one is made from its module. */
const PARTS = {
  map: ({ ClassMap }, place, words) => new ClassMap(place, words, { projector: true }),
  chart: ({ ClassChart }, place, words) => new ClassChart(place, words),
};

/**
 * The address that students type, and the path of its QR image: the one that the teacher has chosen since, or what the document says. Where it is
 * of the host that this browser asks, it is written as it is for this browser, as `outward` of explorer/classroom/address.py does.
 *
 * @param {{ at: string, mount: string, qr: string, known?: string[] }} join `known` has the addresses among which a teacher chooses, `mount` the
 *   path that those of this server have
 * @param {Record<string, any>} settings of the room
 */
export function wayIn({ at, mount, qr, known = [] }, { address: chosen }) {
  const told = known.includes(chosen) ? chosen : at;
  const [, host, path] = told.match(/^\w+:\/\/([^/]+)(.*)$/) ?? [];
  return { address: `${host}${host === location.host && path === mount ? base() : path}/join`, qr: `${qr}?${new URLSearchParams({ at: told, base: base() })}` };
}

/** A code in two halves, as one reads it aloud. */
export function spaced(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {Record<string, Record<string, string>>} words the blocks `stage`, `ballot`, `map` and `chart` of words.md
   * @param {object} by
   * @param {string} by.as the kind of view
   * @param {{ code: string, at: string, mount: string, qr: string, known?: string[] }} by.join what is needed to join (explorer/classroom/bar.py)
   * @param {Record<string, string>} by.code paths of the code of `map` and `chart`
   * @param {() => number} [by.now] the server's time in milliseconds
   */
  constructor(root, words, { as, join, code, now = Date.now }) {
    this.root = root;
    this.words = words;
    this.join = join;
    this.code = code;
    this.ballot = new Ballot(words.ballot, { now });
    this.places = {
      join: this.#invitation(),
      ballot: this.ballot.element,
      map: el("section", { className: "cl-part" }),
      chart: el("section", { className: "cl-part" }),
    };
    /** @type {Record<string, Promise<any>>} */
    this.parts = {};
    root.classList.add("cl-stage", `cl-as-${as}`);
    root.append(...Object.values(this.places));
  }

  /**
   * What is in front of a state: "join", "ballot", "map", "chart", or "" where it is the page itself.
   *
   * @param {Record<string, any>} state
   */
  static front({ stage, ballot }) {
    return stage === "page" || (stage === "ballot" && !ballot) ? "" : stage;
  }

  /**
   * @param {any} state of the room
   * @param {any} [counts] the newest word "counts"
   */
  show(state, counts = null) {
    const front = Stage.front(state);
    this.root.hidden = !front;
    for (const [name, place] of Object.entries(this.places)) place.hidden = name !== front;
    this.here.textContent = present(this.words.stage, state.count);
    const { address, qr } = wayIn(this.join, state.settings);
    this.address.textContent = address;
    if (this.image.getAttribute("src") !== qr) this.image.src = qr;
    if (state.ballot) this.ballot.show(state.ballot, { said: counts });
    else this.ballot.close();
    if (front in PARTS) this.#part(front, state);
  }

  #invitation() {
    const { stage } = this.words;
    this.here = el("p", { className: "cl-here" });
    this.image = el("img", { className: "cl-qr", alt: stage.qr, width: 290, height: 290 });
    this.address = el("p", { className: "cl-address" });
    const how = el(
      "div",
      {},
      el("p", { textContent: stage.open }),
      this.address,
      el("p", { textContent: stage.type }),
      el("p", { className: "cl-code", textContent: spaced(this.join.code) }),
      this.here,
    );
    return el("section", { className: "cl-join" }, this.image, how);
  }

  async #part(name, state) {
    this.state = state;
    this.parts[name] ??= import(placed(this.code[name])).then((module) => PARTS[name](module, this.places[name], this.words[name]));
    try {
      (await this.parts[name]).show(this.state);
    } catch (error) {
      delete this.parts[name]; // tried again with the next word
      console.warn(error);
    }
  }
}
