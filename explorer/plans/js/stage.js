// The stage: a plan that plays on a projector, one step after another, each of them one question and one figure as large as the screen.

import { el } from "../../browser/js/dom.js";
import { wear } from "../../browser/js/wear.js";
import { fill } from "../../browser/js/words.js";
import { here, pageOf, plain, whenMoved } from "../../classroom/js/place.js";
import { revealOn } from "../../classroom/js/questions.js";
import { stayAwake } from "./awake.js";
import { address, Player } from "./player.js";
import { fetchAhead } from "./stage/ahead.js";
import { named, stageEnd } from "./stage/channel.js";
import { StageClass } from "./stage/class.js";
import { clock } from "./stage/clock.js";
import { there } from "./stage/drawn.js";
import { Fit } from "./stage/fit.js";
import { answerCheck, asked, hasCheck, Head, ownQuestion } from "./stage/head.js";
import { listen } from "./stage/keys.js";
import { find, only, unmark } from "./stage/places.js";
import { Sheets } from "./stage/sheets.js";
import { Shown } from "./stage/shown.js";
import { Steered } from "./stage/steered.js";
import { Strip } from "./stage/strip.js";
/** @import { Plan } from "./player.js" */
/** @import { Kept } from "./kept.js" */

const TICK = 1_000; // ms between two looks at the clock
const [LOOK, LATE] = [50, 10_000]; // ms between two looks for a button, and until it is not waited for
const ROOM = '[data-testid="stMainBlockContainer"]';
const WAITING = ["reveal", "vote", "discuss"]; // acts on what a step shows, so they wait until it is there
const NOTHING = { question: "", options: [] };
const NOTES = "popup,width=960,height=640";

/**
 * Begin.
 *
 * @param {{ base: string, plan: Plan, kept: Kept, own: { words: Record<string, string>, css: string } }} told by the loader
 */
export function begin({ base, plan, kept, own: { words, css } }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const stage = new Stage(new Player(base, plan, kept), words, sheet);
  if (document.body) stage.open();
  else addEventListener("DOMContentLoaded", () => stage.open());
}

class Stage {
  /**
   * @param {Player} player
   * @param {Record<string, string>} words
   * @param {CSSStyleSheet} sheet
   */
  constructor(player, words, sheet) {
    this.player = player;
    this.words = words;
    this.sheet = sheet;
    this.fit = new Fit();
    this.strip = new Strip(words, (act) => this.act(act));
    this.head = new Head(words);
    this.sheets = new Sheets(words, () => player.leave());
    this.root = document.documentElement.dataset;
    this.arrivals = 0;
    this.name = named();
    /** Whether an answer was asked for in this step. */
    this.opened = false;
    /** Where steps were when they had come, as their pages write it. @type {Map<number, string>} */
    this.places = new Map();
    /** Acts that wait for the step to be there. @type {string[]} */
    this.held = [];
    /** How to join stands in front: "empty" until somebody has joined, "on" until it is put away. @type {"" | "empty" | "on"} */
    this.joining = "";
    /** A sentence in the strip, until the step is over. */
    this.note = "";
    this.shown = new Shown();
  }

  open() {
    const host = el("div", { id: "le-stage" });
    const shadow = host.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [this.sheet];
    shadow.append(this.head.element, this.strip.element, ...this.sheets.elements);
    document.body.append(host);
    wear(host);
    this.steered = new Steered((what, body) => this.room.steer(what, body), (what, value) => this.act(what, value));
    this.room = new StageClass((said) => {
      this.steered.hear(said);
      this.#heard();
      this.show();
    });
    this.#heard();
    this.channel = stageEnd(() => this.place, (what, value) => this.act(what, value));
    this.room.ask();
    const { player } = this;
    player.addEventListener("step", (/** @type {CustomEventInit} */ { detail: { step, before } }) => this.#turned(step !== before));
    player.addEventListener("left", () => {
      this.steered.leave();
      location.reload();
    });
    listen((act, event) => this.#key(act, event));
    whenMoved((byHistory) => {
      if (byHistory) this.#follow();
      else if (!("turning" in this.root)) this.#place();
      this.show();
    });
    addEventListener("change", ({ target, isTrusted }) => {
      if (isTrusted && target instanceof Element && target.closest(".st-key-le-check")) this.opened = true;
    });
    addEventListener("resize", ({ isTrusted }) => isTrusted && this.#refit());
    setInterval(() => this.show(), TICK);
    stayAwake();
    this.#arrive();
  }

  get page() {
    return pageOf(address(this.player.now));
  }

  /** Whether the answer is open. */
  get revealed() {
    const of = this.player.now.vote?.of;
    if (of === "check") return this.opened;
    return (this.opened && of === "own") || new URLSearchParams(location.search).has(`${this.page}_revealed`);
  }

  /** Where the stage is, as it tells the windows of its notes. */
  get place() {
    const { player } = this;
    const blank = !this.sheets.blank.hidden;
    return { plan: player.plan.id, stage: this.name, step: player.step, began: player.began, blank, revealed: this.revealed, vote: this.room?.vote ?? null };
  }

  // ---- what is asked for

  /**
   * @param {string} what
   * @param {number} [value] a step from 0, or a time
   */
  act(what, value) {
    const { player, room } = this;
    if (WAITING.includes(what)) {
      if ("turning" in this.root) return void this.held.push(what);
      this.joining = "";
      if (what !== "reveal" && !room.leads) this.#tellOf(this.words["no-class"]);
    }
    if (what === "next" && this.joining) this.joining = "";
    else if (what === "next") player.next();
    else if (what === "join") this.#join();
    else if (what === "return") player.go(player.step);
    else if (what === "back") player.back();
    else if (what === "go") player.go(Number(value));
    else if (what === "began") player.begin(Number(value));
    else if (what === "reveal") this.#reveal();
    else if (what === "vote") room.go(player.now);
    else if (what === "discuss") room.discuss();
    else if (what === "blank") this.sheets.blank.hidden = !this.sheets.blank.hidden;
    else if (what === "zoom") this.#zoom(!("zoomed" in this.root));
    else if (what === "more") this.#unfold(!("unfolded" in this.root));
    else if (what === "notes") open(`${player.base}/notes?plan=${player.plan.id}&step=${player.step + 1}`, "le-notes", NOTES);
    else if (what === "full") this.#full();
    else if (what === "keys") this.sheets.toggleKeys();
    else if (what === "out") this.#out();
    this.show();
  }

  /** A key; whether it was used. */
  #key(act, event) {
    if (this.sheets.open) {
      if (act !== "keys") return false; // Escape closes a dialog by itself
    } else if (act === "out" && document.querySelector('[role="dialog"], dialog[open], [data-baseweb="popover"]')) return false;
    const turns = act === "next" || act === "back";
    if (turns) this.sheets.blank.hidden = true;
    this.act(act);
    return event !== null;
  }

  #reveal() {
    const { vote } = this.player.now;
    if (vote?.of === "check" && !hasCheck()) return void this.#openPage(); // a page covers its check until then
    this.opened = true;
    const voted = this.room.reveal();
    if (vote?.of === "check") answerCheck(vote);
    else if (this.root.asks === "page" && !voted) this.#openPage();
  }

  /** Press the page's own button as soon as it is there: it stands below the stage, and comes after it. */
  async #openPage() {
    const mine = this.arrivals;
    for (const until = performance.now() + LATE; mine === this.arrivals && performance.now() < until; ) {
      if (revealOn(document, `${this.page}_predicted`)) return;
      await new Promise((done) => setTimeout(done, LOOK));
    }
  }

  #join() {
    if (!this.room.leads) this.#tellOf(this.words["no-class"]);
    else this.joining = this.joining ? "" : "on";
  }

  /** Say something in the strip. */
  #tellOf(sentence) {
    this.note = sentence;
    this.strip.say(sentence);
  }

  /** Something new is known of the class. */
  #heard() {
    if (!this.room?.leads) return;
    const { count } = this.room.said.state;
    if (!this.met) {
      this.met = true;
      this.joining = this.player.now.together === "join" ? "on" : count === 0 ? "empty" : "";
    } else if (this.joining === "empty" && count > 0) this.joining = "";
  }

  /** Note where the step is, as its page writes it. */
  #place() {
    const now = here(this.player.base);
    if (pageOf(now) === this.page) this.places.set(this.player.step, now);
  }

  /** Back and Forward lead to another step where they lead to its address, or at least to its page. */
  #follow() {
    const { player } = this;
    const now = here(player.base);
    const is = (step, n) => this.places.get(n) === now || plain(address(step)) === now;
    if (is(player.now, player.step)) return;
    const nearest = (which) => player.plan.steps.map((step, n) => (which(step, n) ? n : -1)).filter((n) => n >= 0).sort((a, b) => Math.abs(a - player.step) - Math.abs(b - player.step))[0];
    const found = nearest(is) ?? (pageOf(now) === this.page ? undefined : nearest((step) => pageOf(address(step)) === pageOf(now)));
    if (found !== undefined) player.go(found, true);
  }

  #zoom(on) {
    const within = document.querySelector(ROOM);
    unmark("aside");
    delete this.root.zoomed;
    if (on && within) {
      const figures = this.#found("figure");
      if (figures.length) only("aside", figures, within); // else the page without its question
      this.root.zoomed = "";
    }
    this.#refit();
  }

  #unfold(on) {
    this.#zoom(false);
    if (on) this.root.unfolded = "";
    else delete this.root.unfolded;
    for (const part of find(document, "[data-staged]")) part.dataset.staged = on ? "whole" : "";
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    this.#refit();
  }

  #full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  }

  /** Leave what is open, the newest first; then ask whether to leave the stage. */
  #out() {
    if (!this.sheets.blank.hidden) this.sheets.blank.hidden = true;
    else if (this.joining) this.joining = "";
    else if ("zoomed" in this.root) this.#zoom(false);
    else if ("unfolded" in this.root) this.#unfold(false);
    else this.sheets.askToLeave();
  }

  // ---- what is shown

  #turned(other) {
    this.opened = false;
    if (other) this.held = [];
    this.note = "";
    this.joining = this.room.leads && this.player.now.together === "join" ? "on" : "";
    this.room.end();
    this.sheets.close();
    unmark("dim");
    unmark("aside");
    delete this.root.zoomed;
    delete this.root.unfolded;
    this.#arrive();
  }

  /** Show the step when its page has been drawn. */
  async #arrive() {
    const mine = ++this.arrivals;
    const { player } = this;
    this.root.turning = "";
    this.show();
    await there(() => mine !== this.arrivals);
    if (mine !== this.arrivals) return;
    this.show();
    this.#fitNow();
    this.#light();
    delete this.root.turning;
    this.#place();
    for (const what of this.held.splice(0)) this.act(what);
    performance.mark("stage-drawn", { detail: player.step });
    const { title } = player.now;
    this.strip.say(fill(this.words.spoken, { n: player.step + 1, of: player.plan.steps.length, title, asked: this.question }));
    if (player.following) fetchAhead(player.base, address(player.following).split("?")[0]);
    this.sizes?.disconnect();
    this.sizes = new ResizeObserver(() => this.#refit());
    for (const element of [this.head.element, document.querySelector(ROOM), document.querySelector('[data-testid="stMain"]')]) if (element) this.sizes.observe(element);
  }

  show() {
    const { player, room } = this;
    if (!room) return;
    const own = ownQuestion();
    const what = asked(player.now, own, hasCheck());
    const astray = !("turning" in this.root) && pageOf(here(player.base)) !== this.page;
    this.root.asks = what.by;
    this.root.follows = String(what.by === "page" && what.question !== "" && this.revealed); // the plan's question follows the page's
    this.root.asksTwo = String(what.by === "page" && what.question !== "");
    this.root.opened = String(this.opened);
    this.root.counted = String(Boolean(room.result(player.now)));
    this.root.revealed = String(this.revealed && what.by === "page"); // the page's answer is to the page's question
    this.strip.element.hidden = "zoomed" in this.root;
    this.head.show("zoomed" in this.root ? NOTHING : what, this.opened ? (player.now.vote?.right ?? "") : "", room.result(player.now));
    this.shown.show(room.leads ? room.said : null, this.joining !== "");
    this.question = what.question || own;
    this.strip.show(player, clock(player.plan, player.step, player.began, Date.now()), {
      revealable: this.#revealable(),
      unfolded: "unfolded" in this.root,
      astray,
      note: this.note,
      code: room.leads ? room.said.told.join.code : "",
      gaveWay: room.leads && this.steered.gaveWay,
      vote: room.vote,
    });
    this.channel.tell();
    this.steered.tell(this.place);
  }

  #revealable() {
    const { vote } = this.player.now;
    if (this.revealed) return Boolean(this.room.ballot && this.room.ballot.state !== "revealed");
    return vote?.of === "own" || this.root.asks === "page" || vote?.of === "check";
  }

  /** Elements of a place that the page names. */
  #found(name) {
    const selector = this.player.plan.places[this.page]?.[name];
    return selector ? find(document, selector).filter((element) => element.checkVisibility()) : [];
  }

  #light() {
    const { light } = this.player.now;
    const within = document.querySelector(ROOM);
    const lit = light ? this.#found(light) : [];
    if (lit.length && within) only("dim", lit, within);
  }

  #refit() {
    cancelAnimationFrame(this.waiting);
    if (!("turning" in this.root)) this.waiting = requestAnimationFrame(() => this.#fitNow());
  }

  #fitNow() {
    if ("unfolded" in this.root) this.fit.rest();
    else this.fit.run(`${this.player.step} ${this.revealed} ${"zoomed" in this.root}`, this.head.element);
  }
}
