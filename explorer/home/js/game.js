// The game on Home: darts from N(0, I) land at the same place on two planes, one a second, until one takes the dart in hand.

import { breath } from "../../browser/js/breath.js";
import { calm, el } from "../../browser/js/dom.js";
import { living } from "../../browser/js/life.js";
import { clamp, rounded } from "../../browser/js/numbers.js";
import { load, Trouble } from "../../browser/js/payload.js";
import { readTheme } from "../../browser/js/theme.js";
import { fill } from "../../browser/js/words.js";
import { Side } from "./game_side.js";
import { Classifier, dartOf } from "./tally.js";

const PACE = 1000; // ms from dart to dart
const QUICK = 120;
const LANDING = 350; // ms
const TELL_REST = 500; // ms without a change before Python is told
const SPEAK_REST = 700;
const DECIMALS = 4; // of a place in the address
const SLICE = 5; // darts of a link that are caught up between two breaths

export const render = living(".latent-canvas", (root) => new Game(root));

class Game {
  constructor(root) {
    this.root = root;
    this.board = root.querySelector(".board");
    this.sides = [];
    this.timers = {};
    this.reports = 0;
    this.#reset();
  }

  /** Before anything has come. */
  #reset() {
    this.wish = this.told = this.worn = this.looked = this.trouble = null; // what Python said last, and was told last; the theme; a sentence
    this.classifier = null;
    this.ready = this.playing = false;
    this.quick = this.whole = false;
    this.inSight = true;
    this.game = 1;
    this.dart = 0; // how many have been thrown
    this.place = null; // the hand's
    this.z = null;
  }

  /** Take what Python says now; the structure is built once for a pair of models. */
  update(data, setStateValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    const signature = JSON.stringify([data.models, data.classifier]);
    if (signature !== this.signature) this.#build();
    this.signature = signature;
    this.#wear(readTheme(this.root, data.ink));
    this.#look();
    this.#hear();
    this.changed();
    return this.filled;
  }

  /** Leave nothing behind: every listener, timer and frame. */
  end() {
    this.ended?.abort();
    cancelAnimationFrame(this.frameAsked);
    this.frameAsked = 0;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.sides = [];
    this.board.replaceChildren();
  }

  #build() {
    this.end();
    this.ended = new AbortController();
    const { signal } = this.ended;
    const { words, models } = this.data;
    this.#reset();
    this.sides = models.map((model) => new Side(model, this.data, this, signal));
    const button = (text, act, title = null, pressed = null) => {
      const made = el("button", { type: "button", textContent: text, title, "aria-pressed": pressed });
      made.addEventListener("click", act, { signal });
      return made;
    };
    this.play = button(words.pause, () => (this.playing ? this.pause() : this.go()), words["play-help"]);
    this.faster = button(words.faster, () => this.#toggle("quick", this.faster), null, false);
    this.codes = button(words.whole, () => this.#toggle("whole", this.codes), words["whole-help"], false);
    const another = button(words.another, () => this.another(), words["another-help"]);
    this.status = el("p", { className: "status" });
    this.speaker = el("div", { className: "unseen", "aria-live": "polite", role: "status" });
    const tools = el("div", { className: "tools" }, this.play, this.faster, this.codes, another, this.status);
    this.board.removeAttribute("aria-hidden");
    this.board.replaceChildren(tools, ...this.sides.map((side) => side.element), this.speaker);
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    const watch = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
      this.#next();
    });
    watch.observe(this.root);
    signal.addEventListener("abort", () => watch.disconnect());
    this.filled = this.#fetch(signal);
  }

  async #fetch(signal) {
    await Promise.all([...this.sides.map((side) => side.fetch()), this.#fetchClassifier()]);
    if (signal.aborted) return;
    this.ready = true;
    await this.#catchUp(signal);
    this.changed();
    this.#next();
  }

  async #fetchClassifier() {
    const { words, classifier } = this.data;
    try {
      this.classifier = new Classifier(await load(classifier, words["classifier-file"]));
    } catch (error) {
      this.trouble = error instanceof Trouble ? error.message : words["no-model"];
      if (!(error instanceof Trouble)) console.warn(error);
    }
  }

  /** Throw at once what a link has thrown before; then the place of its hand. */
  async #catchUp(signal) {
    const { game } = this;
    for (let dart = 1; dart <= this.dart && game === this.game && !signal.aborted; dart++) {
      this.#show(dartOf(game, dart, this.data.darts), false);
      if (dart % SLICE === 0) await breath();
    }
    if (this.place) this.#show(this.place, true);
    this.#write();
  }

  /** Python's choice counts where it is new and where Python has heard of everything reported so far. */
  #hear() {
    const { game, dart, place, heard } = this.data;
    const wish = JSON.stringify([game, dart, place]);
    if (wish === this.wish || heard < this.reports) return;
    this.wish = wish;
    this.reports = heard;
    if (wish === this.told) return; // an echo
    for (const side of this.sides) side.forget();
    Object.assign(this, { game, dart, place: place.length ? place : null, z: null });
    this.playing = !calm() && dart === 0 && !place.length;
    if (this.ready) this.#catchUp(this.ended.signal).then(() => this.#next());
    this.#write();
  }

  // ---- what the reader does

  /** Throw on: one dart after another. */
  go() {
    if (this.dart >= this.data.darts) {
      this.another();
      if (!this.playing) this.go();
      return;
    }
    this.playing = true;
    this.place = null;
    this.#write();
    this.#throw();
  }

  pause() {
    this.playing = false;
    clearTimeout(this.timers.next);
    this.#write();
    this.#speakLater();
    this.#tell();
  }

  /** A game with another number, from its first dart. */
  another() {
    const { games } = this.data;
    this.game = 1 + ((this.game + Math.floor(Math.random() * (games - 1))) % games);
    for (const side of this.sides) side.forget();
    Object.assign(this, { dart: 0, place: null, z: null, playing: !calm() });
    this.#write();
    this.#tell();
    this.changed();
    this.#next(0);
  }

  /** The dart in hand, at z: on both planes. */
  held(z) {
    this.playing = false;
    clearTimeout(this.timers.next);
    this.reports += 1; // what Python says now is out of date
    clearTimeout(this.timers.tell);
    this.place = z.map((value) => rounded(value, DECIMALS));
    this.#show(this.place, true);
    this.#write();
  }

  /** The hand has let go. */
  rested() {
    this.#speakLater();
    this.#tell();
  }

  #toggle(name, button) {
    this[name] = !this[name];
    button.setAttribute("aria-pressed", String(this[name]));
    if (name === "whole") this.#look();
    else this.#next();
  }

  /** Which part of the planes is in sight, and whether codes are. */
  #look() {
    const look = JSON.stringify([this.whole, this.data.codes]);
    if (look === this.looked) return;
    this.looked = look;
    for (const side of this.sides) side.look(this.whole, this.data.codes);
  }

  /** Space pauses and goes on wherever it means nothing else. */
  #key(event) {
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !this.inSight) return;
    const inside = this.root.getRootNode().activeElement;
    if (document.activeElement !== document.body && !inside?.matches(".plane")) return;
    event.preventDefault();
    if (event.repeat) return;
    if (this.playing) this.pause();
    else this.go();
  }

  // ---- what moves

  /** Have the next dart thrown after a while, if any is to come. */
  #next(wait = this.quick ? QUICK : PACE) {
    clearTimeout(this.timers.next);
    if (!this.playing || !this.ready || !this.inSight) return;
    this.timers.next = setTimeout(() => this.#throw(), wait);
  }

  #throw() {
    if (!this.ready) return;
    if (document.hidden) {
      this.#next();
      return;
    }
    this.dart += 1;
    this.landedAt = performance.now();
    const fresh = this.#show(dartOf(this.game, this.dart, this.data.darts), false);
    if (this.dart >= this.data.darts) this.pause();
    else this.#next();
    if (fresh) this.#speakLater();
    this.#write();
  }

  /** Both decoders draw what lies at z; true where that fills a slot. */
  #show(z, byHand) {
    this.z = z;
    const fresh = this.ready ? this.sides.map((side) => side.show(z, byHand, this.classifier)) : [];
    this.changed();
    return fresh.some(Boolean);
  }

  changed() {
    if (this.frameAsked || !this.ended || this.ended.signal.aborted) return;
    this.frameAsked = requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now) {
    this.frameAsked = 0;
    const held = this.place !== null;
    const landing = held || calm() || this.quick ? 1 : clamp((now - (this.landedAt ?? -Infinity)) / LANDING, 0, 1);
    for (const side of this.sides) side.draw(landing, held);
    if (landing < 1) this.changed();
  }

  /** The line below the buttons, and the button that pauses. */
  #write() {
    const { words, darts } = this.data;
    const over = this.dart >= darts && !this.place;
    const label = this.playing ? words.pause : over ? words.again : this.dart || this.place ? words.go : words.start;
    if (label !== this.play.textContent) this.play.textContent = label;
    const line = this.trouble ?? this.#line(over);
    if (line !== this.status.textContent) this.status.textContent = line;
  }

  #line(over) {
    const { words, darts } = this.data;
    if (this.place) return fill(words.hand, { z1: this.place[0], z2: this.place[1] });
    return fill(words[over ? "over" : "dart"], { game: this.game, darts, ...(over ? {} : { dart: this.dart }) });
  }

  #wear(ink) {
    const worn = JSON.stringify(ink);
    if (worn === this.worn) return;
    this.worn = worn;
    for (const side of this.sides) side.theme(ink);
  }

  #speakLater() {
    this.#later("speak", SPEAK_REST, () => {
      this.speaker.textContent = [this.status.textContent, ...this.sides.map((side) => side.sentence)].join(" ");
      for (const side of this.sides) side.picture.describe(side.sight);
    });
  }

  /** Tell Python where the game is, once things rest. */
  #tell() {
    this.reports += 1;
    const count = this.reports;
    this.#later("tell", TELL_REST, () => {
      const [game, dart, place] = [this.game, this.dart, this.place ?? []];
      this.told = JSON.stringify([game, dart, place]);
      this.setStateValue("report", { count, game, dart, place });
    });
  }

  #later(name, ms, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, ms);
  }
}
