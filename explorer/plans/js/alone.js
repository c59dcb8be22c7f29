// Going through a plan alone: at the foot of every page stands which step is on, why now, what is done on its page, and the way on.

import { drawn, here, pageOf, turn, whenMoved } from "../../classroom/js/place.js";
import { Marks } from "../course/js/marks.js";
import { Strip } from "../course/js/strip.js";
import { Vote } from "../course/js/vote.js";
import { address, Player } from "./player.js";
/** @import { Plan } from "./player.js" */
/** @import { Kept } from "./kept.js" */

const MAIN = '[data-testid="stMain"]';

/**
 * Begin.
 *
 * @param {{ base: string, plan: Plan, kept: Kept, own: { words: Record<string, string>, css: string } }} told by the loader
 */
export function begin({ base, plan, kept, own: { words, css } }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const player = new Player(base, plan, kept);
  if (document.body) open(player, words, sheet);
  else addEventListener("DOMContentLoaded", () => open(player, words, sheet));
}

/**
 * @param {Player} player
 * @param {Record<string, string>} words
 * @param {CSSStyleSheet} sheet
 */
function open(player, words, sheet) {
  const { base, plan } = player;
  const course = () => location.assign(`${base}/course?course_plan=${plan.id}`);
  const marks = new Marks(base, plan.id);
  const vote = new Vote(words, (key) => marks.answer(player.step, key));
  const strip = new Strip(words, {
    go: (n) => player.go(n),
    back: () => player.back(),
    next: () => player.next() || player.leave(),
    leave: () => player.leave(),
    task: () => turn(base, `course?task=${player.now.task}`, `${plan.id}.task.${Date.now().toString(36)}`),
    vote: () => vote.open(),
  });
  const show = () => {
    strip.show(player, marks.steps, astray(player));
    if (player.now.vote?.of === "own") vote.show(player.now.vote, marks.votes[player.step]);
  };
  player.addEventListener("step", () => {
    document.querySelector(MAIN)?.scrollTo(0, 0);
    strip.say(player);
    marks.look();
    show();
  });
  player.addEventListener("left", course);
  marks.addEventListener("known", show);
  whenMoved(() => show());
  document.body.prepend(strip.host(sheet, vote.sheet));
  show();
  marks.follow(drawn);
}

/** Whether the reader has turned to another page than the step's. */
function astray(player) {
  return pageOf(here(player.base)) !== pageOf(address(player.now));
}
