// One thing on the page among all others: lit while the rest is dim, but for the question and its answer; or alone on the screen. Places are told by selectors, which may lie in a
// part's shadow.

const LOOK = `
  [data-le-dim]:not(:hover, :focus-within, :has(.st-key-le-question), :has(.st-key-le-answer)) { opacity: .3; }
  [data-le-dim] { transition: opacity .2s; }
  [data-le-aside] { display: none !important; }
  @media (prefers-reduced-motion: reduce) { [data-le-dim] { transition: none; } }
`;
/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * All elements of a selector below a root, through shadow roots.
 *
 * @param {Document | ShadowRoot} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function find(root, selector) {
  const inside = [...root.querySelectorAll("*")].flatMap((element) => (element.shadowRoot ? find(element.shadowRoot, selector) : []));
  return [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector)), ...inside];
}

/** Whatever stands around an element: its parent, or the host of its shadow. */
function around(element) {
  return element.parentElement ?? (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
}

/**
 * Dim ("dim") or hide ("aside") whatever is neither one of these elements nor around them.
 *
 * @param {"dim" | "aside"} how
 * @param {HTMLElement[]} elements
 * @param {Element} within nothing outside of it is touched
 */
export function only(how, elements, within) {
  unmark(how);
  const kept = new Set();
  for (const element of elements) for (let each = element; each && each !== within; each = around(each)) kept.add(each);
  const path = new Set([...kept].filter((each) => !elements.includes(each)));
  for (const each of [within, ...path]) {
    const { shadowRoot } = each;
    if (shadowRoot) dress(shadowRoot);
    const children = shadowRoot ? [...shadowRoot.children] : [...each.children];
    for (const child of children) if (!kept.has(child)) child.setAttribute(`data-le-${how}`, "");
  }
  dress(document);
}

/** Take that back. */
export function unmark(how) {
  for (const element of find(document, `[data-le-${how}]`)) element.removeAttribute(`data-le-${how}`);
}

/** The marks' look comes into every root that has one. */
function dress(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
