// What a ballot's numbers say, the time that is left, and what a phone has to show first. Pure.

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

/**
 * What fills a phone: what the teacher has brought to the front, or else what waits for an answer.
 *
 * @param {any} state of the room
 * @returns {"ballot" | "map" | "chart" | "page"}
 */
export function front({ stage, ballot, map, chart }) {
  const there = { ballot: Boolean(ballot), map: Boolean(map?.on), chart: Boolean(chart?.on) };
  if (there[stage]) return stage;
  if (ballot?.state === "open" || ballot?.state === "discuss") return "ballot";
  return there.map && map.accepts ? "map" : there.chart ? "chart" : "page";
}

/** What fills a phone, as `front` says; beside that the answer of a vote stays until the class goes to another page. */
export class Front {
  constructor() {
    this.ballot = ""; // whose answer is seen
    /** The page on which it is seen; null when the class has left it. @type {string | null} */
    this.page = null;
  }

  /** @param {any} state of the room */
  of(state) {
    const { ballot, show } = state;
    const page = (show?.address ?? "").split("?")[0];
    const seen = ballot?.state === "shown" || ballot?.state === "revealed" ? ballot.id : "";
    if (seen !== this.ballot) [this.ballot, this.page] = [seen, page];
    else if (page !== this.page) this.page = null;
    const view = front(state);
    return view === "page" && seen && this.page !== null ? "ballot" : view;
  }
}
