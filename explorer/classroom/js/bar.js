// The bar at the foot of the full app, in a browser that is in a class: explorer/classroom/bar.py puts it into the document. It has a shadow root
// beside Streamlit's, so that neither runs, styles or names anything of the other. On a projector there is no bar.

import { base } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { wear } from "../../browser/js/wear.js";
import { Follower } from "./follow.js";
import { Link } from "./link.js";
import { MemberBar } from "./member_bar.js";
import { isProjector, mountProjector } from "./projector.js";
import { present } from "./tally.js";
import { TeacherBar } from "./teacher_bar.js";

const PATIENCE = 1_500; // ms without a connection that are not worth a word
const ENDED = 4410;

/**
 * Begin, as a projector or with a bar.
 *
 * @param {any} told what the document says (explorer/classroom/bar.py)
 */
export function begin(told) {
  if ("apart" in document.documentElement.dataset) return; // this window plays a plan without the class
  if (isProjector()) project(told);
  else drawBar(told);
}

function project(told) {
  const link = new Link({ url: told.socket, as: "projector", build: told.build });
  new Follower(link, base(), { led: true });
  wear(mountProjector(link, told.words, { join: told.join, code: told.shown, css: told.css.projector }));
}

function drawBar(told) {
  const link = new Link({ url: told.socket, as: "bar", build: told.build });
  const words = told.words.bar;
  const host = el("div", { id: "le-class" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(told.css.bar);
  root.adoptedStyleSheets = [sheet];
  const spoken = el("p", { className: "unseen", role: "status", "aria-live": "polite" });
  const say = (sentence) => {
    if (spoken.textContent !== sentence) spoken.textContent = sentence;
  };
  const own = told.role === "teacher" ? new TeacherBar(link, told, say) : new MemberBar(link, told, say);
  const net = el("span", { className: "net", hidden: true });
  const count = el("span", { className: "count" });
  const strip = el("div", { className: "strip" }, net, ...own.elements, el("span", { className: "gap" }), count, ...own.last);
  root.append(el("section", { role: "region", "aria-label": words.region, className: told.role }, own.sheets.element, strip), spoken);
  document.body.append(host);
  wear(host);

  let late;
  const lost = () => {
    net.textContent = words.down;
    net.hidden = false;
    say(words.down);
  };
  const connection = () => {
    clearTimeout(late);
    if (link.up && !net.hidden) say(words.up);
    if (link.up) net.hidden = true;
    else late = setTimeout(lost, PATIENCE);
  };
  const show = () => {
    if (link.ended) return;
    count.textContent = present(words, link.state.count);
    own.show();
  };
  link.on("up", connection);
  link.on("down", connection);
  for (const name of ["state", "here", "up", "down"]) link.on(name, show);
  if (own instanceof TeacherBar) beSteered(link, own, told);
  link.on("ended", ({ code }) => {
    clearTimeout(late);
    const focused = root.activeElement;
    own.sheets.show("");
    const over = el("span", { className: "stand", textContent: code === ENDED ? words.ended : words.out });
    const close = el("button", { type: "button", textContent: words.close });
    close.addEventListener("click", () => {
      host.remove();
      document.documentElement.dataset.classOver = ""; // the page has its foot back
    });
    strip.replaceChildren(over, el("span", { className: "gap" }), close);
    if (focused) close.focus();
    say(over.textContent);
  });
  connection();
  show();
}

/**
 * Let what plays a plan in this window steer the class (explorer/plans/js/stage/class.js), and tell it how the class stands.
 *
 * @param {Link} link
 * @param {TeacherBar} bar
 * @param {any} told what the document says, with which how to join is shown
 */
function beSteered(link, bar, told) {
  const tell = () => {
    if (!link.n) return; // nothing is known of the class yet
    const role = link.ended ? "" : "teacher";
    dispatchEvent(new CustomEvent("class-state", { detail: { role, state: link.state, counts: bar.vote.counts, ahead: link.ahead, told } }));
  };
  for (const name of ["state", "here", "counts", "ended"]) link.on(name, tell);
  addEventListener("class-ask", tell);
  addEventListener("class-steer", (/** @type {CustomEventInit} */ { detail: { what, answered, ...body } }) => bar.steer(what, body).then(answered));
}
