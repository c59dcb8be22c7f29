// What a ballot's numbers say, and the time that is left. Pure.

import { fill } from "../../browser/js/words.js";

/**
 * The rounds whose counts may be seen here, in order, each with its sum. The newest counts of a round count.
 *
 * @param {{ id: string, round: number, counts?: Record<string, Record<string, number>> } | null} ballot
 * @param {{ ballot: string, round: number, counts: Record<string, number> | null } | null} [said] the newest word "counts"
 * @returns {{ round: number, counts: Record<string, number>, total: number }[]}
 */
export function rounds(ballot, said = null) {
  const counts = { ...ballot?.counts };
  if (said?.counts && said.ballot === ballot?.id) counts[said.round] = said.counts;
  return Object.entries(counts)
    .filter(([, each]) => each)
    .map(([round, each]) => ({ round: Number(round), counts: each, total: Object.values(each).reduce((sum, n) => sum + n, 0) }))
    .sort((a, b) => a.round - b.round);
}

/** The share of an option in a round, 0 where nobody voted. */
export function share({ counts, total }, key) {
  return total ? (counts[key] ?? 0) / total : 0;
}

const WAYS = 4; // ways between answers that are told one by one

/**
 * Who went where between the two rounds, the largest groups first; how many others went other ways; and how many stayed.
 *
 * @param {Record<string, number> | null | undefined} moved numbers by "a>b"
 */
export function moves(moved) {
  const all = Object.entries(moved ?? {}).map(([way, n]) => ({ from: way.split(">")[0], to: way.split(">")[1], n }));
  const ways = all.filter(({ from, to, n }) => from !== to && n > 0).sort((a, b) => b.n - a.n || (a.from + a.to < b.from + b.to ? -1 : 1));
  return {
    moved: ways.slice(0, WAYS),
    others: ways.slice(WAYS).reduce((sum, { n }) => sum + n, 0),
    stayed: all.filter(({ from, to }) => from === to).reduce((sum, { n }) => sum + n, 0),
  };
}

/** Whole seconds until a time, both in milliseconds; never less than 0. */
export function left(until, now) {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** Seconds as a clock shows them. */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * How many are there, in words.
 *
 * @param {Record<string, string>} words with the lines `one` and `here`
 * @param {number} count
 */
export function present(words, count) {
  return count === 1 ? words.one : fill(words.here, { count });
}

/** What an option is called aloud: A, B, C. */
export function letter(i) {
  return String.fromCharCode(65 + i);
}
