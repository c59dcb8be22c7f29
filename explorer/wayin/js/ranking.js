// What a search finds: pages and terms, the best first.

/**
 * @typedef {{ path: string, title: string, section: string, purpose: string, found: string }} Page
 * @typedef {{ key: string, title: string, names: string[], text: string, formula: string }} Term
 * @typedef {{ pages: Page[], terms: Term[] }} Index
 */

const MOST = 12;

/**
 * Every word that is asked for must begin a word of what is found. A title that begins with the question comes first, then titles and names
 * of terms, then what pages are for, then all else; nothing asked for is every page.
 *
 * @param {Index} index
 * @param {string} question
 */
export function ranked({ pages, terms }, question) {
  const asked = question.toLowerCase().split(/\s+/).filter(Boolean);
  const page = ({ path, title, section, purpose, found }) => ({ title, kind: section, about: purpose, address: path || "./", texts: [title, purpose, found] });
  const term = ({ key, title, names, text }) => ({ title, kind: undefined, about: text, address: `glossary#${key}`, texts: [names.join(" "), "", text] });
  if (asked.length === 0) return pages.map(page);
  return [...pages.map(page), ...terms.map(term)]
    .map((entry, i) => ({ entry, i, down: down(entry, asked) }))
    .filter((found) => found.down < Infinity)
    .sort((a, b) => a.down - b.down || a.i - b.i)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

/** How far down an entry stands: 0 is first, Infinity is not found. */
function down({ title, texts }, asked) {
  if (title.toLowerCase().startsWith(asked.join(" "))) return 0;
  let seen = "";
  for (const [i, text] of texts.entries()) {
    seen += ` ${text.toLowerCase()}`;
    if (asked.every((word) => begins(seen, word))) return i + 1;
  }
  return Infinity;
}

function begins(text, word) {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? " ")) return true;
  }
  return false;
}
