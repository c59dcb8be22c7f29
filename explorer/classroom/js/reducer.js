// What each kind of event makes of a class's state, as explorer/classroom/room.py does it; a test compares the two. Pure: nothing in a state is
// ever changed, an event makes a new one that shares the rest.

/** The state of a class before its first event. @type {Record<string, any>} */
export const EMPTY = Object.freeze({
  settings: { names: "off", approve: false, pace: "free", locked: [] },
  show: null,
  follow: { on: true, pointer: true },
  stage: "page",
  plan: null,
  ballot: null,
  map: null,
  chart: null,
  drawings: {},
  runs: {},
  set: null,
  members: [],
  count: 0,
  drawn: 0,
  ended: null,
});

/** Events that say all there is to say of their kind; an empty one ends it. */
const whole = (kind) => (_, body) => ({ [kind]: Object.keys(body).length ? { ...body } : null });

/** What each kind of event changes. @type {Record<string, (state: Record<string, any>, body: any, n: number) => Record<string, any>>} */
const CHANGES = {
  settings: whole("settings"),
  show: (_, { address }, n) => ({ show: { n, address } }),
  follow: whole("follow"),
  stage: (_, { stage }) => ({ stage }),
  plan: ({ plan }, body, n) => {
    if (!Object.keys(body).length) return { plan: null };
    if (!("id" in body) && body.stage !== plan?.stage) return {};
    const wish = body.wish ?? null;
    return { plan: { ...plan, ...body, wish, wished: wish ? n : (plan?.wished ?? 0) } };
  },
  ballot: whole("ballot"),
  map: whole("map"),
  chart: whole("chart"),
  drawing: ({ drawings }, { id, ...drawing }) => ({ drawings: { ...drawings, [id]: drawing } }),
  "drawing-gone": ({ drawings }, { id }) => ({ drawings: without(drawings, (key) => key === id) }),
  run: ({ runs }, { id, ...run }) => ({ runs: { ...runs, [id]: { ...(Object.hasOwn(runs, id) ? runs[id] : {}), ...run } } }),
  set: whole("set"),
  member: ({ members }, { no, name }) => ({
    members: [...members.filter((each) => each.no !== no), { no, name }].sort((a, b) => a.no - b.no),
  }),
  "member-gone": ({ drawings, runs, members }, { no }) => ({
    drawings: without(drawings, (_, { member }) => member === no),
    runs: without(runs, (_, { member }) => member === no),
    members: members.filter((each) => each.no !== no),
  }),
  end: whole("ended"),
  here: (_, { count, drawn }) => ({ count, drawn }), // has no number
};

/**
 * The state that an event makes of another; the same one where the kind is unknown.
 *
 * @param {Record<string, any>} state
 * @param {string} kind
 * @param {any} body
 * @param {number} [n] the event's number
 * @returns {Record<string, any>}
 */
export function after(state, kind, body, n = 0) {
  return Object.hasOwn(CHANGES, kind) ? { ...state, ...CHANGES[kind](state, body, n) } : state;
}

/**
 * The state after a list of events, each its kind, body and number.
 *
 * @param {[string, any, number][]} events
 * @param {Record<string, any>} [state]
 */
export function replayed(events, state = EMPTY) {
  return events.reduce((before, [kind, body, n]) => after(before, kind, body, n), state);
}

function without(things, gone) {
  return Object.fromEntries(Object.entries(things).filter(([key, thing]) => !gone(key, thing)));
}
