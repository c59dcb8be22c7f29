// Texts with slots, filled as explorer/page/words.py fills them: `{kl:.2f} nats` outside formulas, with a true minus sign.

const FORMULA = /(\$\$[^]*?\$\$|\$[^$\n]*?\$)/;
const SLOT = /\{([a-z_][a-z_0-9]*)(?::(,)?(?:\.(\d+))?([df%])?)?\}/g;

/**
 * A text with every slot filled: `{name}`, `{name:.2f}`, `{name:,}`, `{name:,.1f}`, `{name:.0%}`. A text is put in as it is. An Error
 * where a slot has no value, or a value no slot.
 *
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function fill(text, values = {}) {
  const unused = new Set(Object.keys(values));
  const put = (_, name, commas, decimals, kind) => {
    if (!(name in values)) throw new Error(`Nothing fills the slot ${name} of "${text}".`);
    unused.delete(name);
    return typeof values[name] === "string" ? values[name] : written(values[name], Boolean(commas), decimals, kind);
  };
  const filled = text.split(FORMULA).map((part, i) => (i % 2 ? part : part.replace(SLOT, put))).join("");
  if (unused.size) throw new Error(`There is no slot ${[...unused].sort().join(", ")} in "${text}".`);
  return filled;
}

/**
 * A text as children of an element: its slots `{name}` become the elements (or texts) of their names.
 *
 * @param {string} text
 * @param {Record<string, Node | string>} elements
 */
export function compose(text, elements) {
  return text.split(/\{(\w+)\}/).map((piece, i) => (i % 2 ? elements[piece] : piece));
}

function written(value, commas, decimals, kind) {
  const scaled = kind === "%" ? 100 * value : value;
  const fixed = decimals ?? ({ f: 6, "%": 6 })[kind];
  let digits = fixed === undefined ? String(scaled) : scaled.toFixed(Number(fixed));
  if (Number(digits) === 0) digits = digits.replace("-", "");
  if (commas) digits = digits.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
  return digits.replace("-", "\u2212") + (kind === "%" ? "%" : "");
}
