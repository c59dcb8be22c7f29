// The lesson's clock against its plan. Pure; all in minutes.

/** A step's place in a plan: the minute at which it begins, and how many it has. @typedef {{ from: number, minutes: number }} Span */

/**
 * How a lesson stands against its plan.
 *
 * @param {Span[]} steps of the plan, in order and without a gap
 * @param {number} step the one that is shown, from 0
 * @param {number} gone minutes since the lesson began
 * @returns {{ due: number, late: number, left: number }} the step that the plan has at this minute, the last one after its end; by how much the
 *     lesson is late, below 0 where it is early, 0 as long as the step that is shown is the one of this minute; and what the plan leaves this
 *     step, below 0 where its time is over
 */
export function standing(steps, step, gone) {
  const { from, minutes } = steps[step];
  const begun = steps.filter((each) => each.from <= gone).length;
  const left = from + minutes - gone;
  return { due: Math.max(begun - 1, 0), late: gone < from ? gone - from : Math.max(-left, 0), left };
}
