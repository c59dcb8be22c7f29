// Whether this window plays a plan, on the stage or alone. An address with ?_stage=45.3 has it play step 3 of that plan; a reload goes on where it
// was, and another address that is typed leaves the stage. The code that plays comes only then.

import { base, placed } from "../../browser/js/base.js";
import { el } from "../../browser/js/dom.js";
import { fill } from "../../browser/js/words.js";
import { keep, kept } from "./kept.js";

const ORDER = /^([A-Za-z0-9_-]+)\.(\d+)(\.apart)?$/; // a plan's id, a step from 1, and whether the class has no part in it
const AGAIN = 3_000; // ms until a server that could not give the plan is asked again
const READ = 10_000; // ms to read that there is no plan
const [FOUND, GONE] = [200, 404];
const FOOT = "position:fixed;inset:auto 0 0;z-index:1000001;margin:0;padding:.6rem 1rem;background:var(--le-ground);color:var(--le-text)";

/**
 * Begin to play, before Streamlit starts, if this window plays.
 *
 * @param {Record<string, { code: string, data: string }>} modes told by the document: of each way to play, the addresses of its code and of what
 *   that says and wears
 */
export function play(modes) {
  const address = new URL(location.href);
  let ordered = false;
  for (const mode of /** @type {("stage" | "alone")[]} */ (Object.keys(modes))) {
    const order = address.searchParams.get(`_${mode}`);
    if (order === null) continue;
    address.searchParams.delete(`_${mode}`); // an order to this browser, no part of what a page shows
    history.replaceState(history.state, "", address);
    const [, plan, step, apart] = ORDER.exec(order) ?? [];
    ordered = true;
    if (plan) keep({ mode, plan, step: Math.max(0, Number(step) - 1), began: null, apart: Boolean(apart) });
  }
  const now = kept();
  if (now?.mode === "stage" && !ordered && typed()) return keep(null);
  if (!now || !(now.mode in modes)) return;
  document.documentElement.dataset.play = now.mode;
  if (now.apart) document.documentElement.dataset.apart = ""; // no bar of a class comes into this window (explorer/classroom/js/bar.js)
  const { code, data } = modes[now.mode];
  const own = fetch(data).then((answer) => answer.json());
  const plan = given(`./plans/${now.plan}.json?for=${now.mode}`, own);
  Promise.all([import(placed(code)), own, plan]).then(
    ([{ begin }, own_, plan_]) => plan_ && begin({ base: base(), plan: plan_, kept: now, own: own_ }),
    (error) => console.warn(error), // the code itself is not there: a reload tries again
  );
}

/** Whether this document was opened by an address that was typed, or by a link. */
function typed() {
  const [way] = performance.getEntriesByType("navigation");
  return /** @type {PerformanceNavigationTiming | undefined} */ (way)?.type === "navigate";
}

/**
 * The plan, however long the server takes; null if there is none any more, and then nothing is played: the page is what it is without.
 *
 * @param {string} url
 * @param {Promise<{ words: Record<string, string> }>} own
 */
async function given(url, own) {
  const told = el("p", { role: "status" });
  told.style.cssText = FOOT;
  for (;;) {
    const { status, said } = await fetch(url).then(
      async (answer) => ({ status: answer.status, said: await answer.json() }),
      (error) => ({ status: 0, said: { why: error.message } }),
    );
    if (status === FOUND) {
      told.remove();
      return said;
    }
    told.textContent = fill((await own).words["no-plan"], { why: said.why });
    document.documentElement.append(told);
    if (status === GONE) {
      keep(null);
      delete document.documentElement.dataset.play;
      setTimeout(() => told.remove(), READ);
      return null;
    }
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}
