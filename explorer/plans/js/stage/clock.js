// The clock of a plan that plays: where the plan is, and where it should be.

const MINUTE = 60_000; // ms

/**
 * @param {{ steps: { from: number, minutes: number }[] }} plan
 * @param {number} step the one that is on, from 0
 * @param {number} began when the plan began, in milliseconds
 * @param {number} now in milliseconds
 * @returns {{ minute: number, due: number, late: number }} whole minutes since the plan began; the step that the plan has there; and minutes by
 *   which the step that is on has outlasted its end, below 0 by which it is before its beginning
 */
export function clock({ steps }, step, began, now) {
  const minutes = Math.max(0, (now - began) / MINUTE);
  const { from, minutes: lasts } = steps[step];
  const after = steps.findIndex((each) => minutes < each.from + each.minutes);
  const late = minutes > from + lasts ? Math.floor(minutes - from - lasts) : minutes < from ? -Math.floor(from - minutes) : 0;
  return { minute: Math.floor(minutes), due: after < 0 ? steps.length - 1 : after, late: late || 0 };
}
