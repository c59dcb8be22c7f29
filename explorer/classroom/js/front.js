// What a phone has to show first.

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
