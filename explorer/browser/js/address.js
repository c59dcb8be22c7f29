// The address of a page, written by the part that is moved: the same texts that explorer/page/address.py writes for the same values.

/**
 * What a part knows of a row of the address (Parameter.in_browser): its name there, whether it may be missing, the texts of values that
 * are told by their index, and in which order names of a list stand.
 *
 * @typedef {{ name: string, optional: boolean, texts?: string[], allowed?: string[] }} Row
 */

/**
 * The text of each row, by its name in the address; null for one that shall not stand there. A row that must have a value and was told
 * none keeps the one it has, and is left out.
 *
 * @param {Record<string, Row>} rows by the names under which a part reports them
 * @param {Record<string, any>} told
 * @returns {Record<string, string | null>}
 */
export function texts(rows, told) {
  const found = {};
  for (const [key, row] of Object.entries(rows)) {
    const value = told[key];
    if (value === undefined || (value === null && !row.optional)) continue;
    found[row.name] = value === null ? null : text(row, value);
  }
  return found;
}

/** @param {Row} row */
function text(row, value) {
  if (row.texts) return row.texts[value];
  if (!Array.isArray(value)) return numeral(value);
  if (row.allowed) return row.allowed.filter((name) => value.includes(name)).join();
  return value.length ? value.map(numeral).join() : null;
}

function numeral(value) {
  return typeof value === "number" ? general(value) : String(value);
}

/** A number with six significant digits, as Python's format `.6g` writes it. */
export function general(value) {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(5).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return short(value.toFixed(5 - power));
  return `${short(digits)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Without zeros at the end of its decimals. */
function short(digits) {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/**
 * The query of an address in which what was told stands besides what other rows say; all of them in their `order`, then what the page does
 * not know.
 *
 * @param {string} search the query before, such as "?a=1"
 * @param {{ rows: Record<string, Row>, order: string[] }} address
 * @param {Record<string, any>} told
 */
export function query(search, { rows, order }, told) {
  const said = { ...Object.fromEntries(new URLSearchParams(search)), ...texts(rows, told) };
  const names = new Set([...order, ...Object.keys(said)]);
  const written = [...names].filter((name) => (said[name] ?? null) !== null).map((name) => [name, said[name]]);
  return written.length ? `?${new URLSearchParams(written)}` : "";
}

/** Put what was told into the address bar. It makes no new entry of the browser's history. */
export function writeAddress(address, told) {
  const search = query(location.search, address, told);
  if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
}
