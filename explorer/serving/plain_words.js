// Says in the app's words what Streamlit tells those who write apps: that its server does not answer.
//
// Only the text of text nodes is changed, so Streamlit's own code goes on as before. Where a later version words them otherwise, its words stay.

/** What Streamlit says, and the key of what is said instead. @type {[RegExp, string][]} */
const INSTEAD = [
  [/^Connection error$/, "lost-title"],
  [/^Streamlit server is not responding/, "lost"],
  [/^Is Streamlit still running\?/, "lost-here"],
  [/^streamlit run yourscript\.py$/, "start"],
];

/**
 * What is said instead of a text, or null where it stays.
 *
 * @param {string} text
 * @param {Record<string, string>} words
 */
export function instead(text, words) {
  const found = INSTEAD.find(([theirs]) => theirs.test(text.trim()));
  return found ? words[found[1]] : null;
}

/**
 * Dialogs are children of the body.
 *
 * @param {Record<string, string>} words
 */
export function speakPlainly(words) {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof HTMLElement) keep(node, words);
  }).observe(document.body, { childList: true });
}

const kept = new WeakSet();

/** Replace what stands in this element, and what will. */
function keep(root, words) {
  if (kept.has(root)) return;
  kept.add(root);
  const replace = () => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = /** @type {Text} */ (texts.currentNode);
      const ours = instead(text.data, words);
      if (ours !== null && ours !== text.data) text.data = ours;
    }
  };
  replace();
  new MutationObserver(replace).observe(root, { childList: true, subtree: true, characterData: true });
}
