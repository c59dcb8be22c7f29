// Whether this window plays a plan, on the stage or alone. An address with ?_stage=45.3 has it play step 3 of that plan; a reload goes on where it
// was. The code that plays comes only then.

import { keep, kept } from "./kept.js";

const ORDER = /^([A-Za-z0-9_-]+)\.(\d+)(\.apart)?$/; // a plan's id, a step from 1, and whether the class has no part in it

/**
 * Begin to play, before Streamlit starts, if this window plays.
 *
 * @param {{ base: string, modes: Record<string, { code: string, data: string }> }} told by the document: the path below which the app is served;
 *   of each way to play, the addresses of its code and of what that says and wears
 */
export function play({ base, modes }) {
  const address = new URL(location.href);
  for (const mode of /** @type {("stage" | "alone")[]} */ (Object.keys(modes))) {
    const order = address.searchParams.get(`_${mode}`);
    if (order === null) continue;
    address.searchParams.delete(`_${mode}`); // an order to this browser, no part of what a page shows
    history.replaceState(history.state, "", address);
    const [, plan, step, apart] = ORDER.exec(order) ?? [];
    if (plan) keep({ mode, plan, step: Math.max(0, Number(step) - 1), began: null, apart: Boolean(apart) });
  }
  const now = kept();
  if (!now || !(now.mode in modes)) return;
  document.documentElement.dataset.play = now.mode;
  if (now.apart) document.documentElement.dataset.apart = ""; // no bar of a class comes into this window (explorer/classroom/js/bar.js)
  const { code, data } = modes[now.mode];
  const come = [
    import(new URL(code, location.origin).href),
    fetch(data).then((answer) => answer.json()),
    fetch(`${base}/plans/${now.plan}.json`).then(async (answer) => ({ ok: answer.ok, said: await answer.json() })),
  ];
  Promise.all(come).then(
    ([{ begin }, own, { ok, said }]) => {
      if (ok) begin({ base, plan: said, kept: now, own });
      else stop(said.why);
    },
    (error) => stop(error.message),
  );
}

/** The plan cannot be played: the page is what it is without. */
function stop(why) {
  keep(null);
  delete document.documentElement.dataset.play;
  console.warn(why);
}
