// What Streamlit and a component have to do with one another: mount, answer, update with every run of the page, unmount.

/**
 * A component in its place.
 *
 * @typedef {object} Life
 * @property {(data: object, setStateValue: (name: string, value: object) => void) => unknown} update takes what Python says. Where it must fetch
 *   something before it can answer the hand, it returns a promise that settles when it can, or has said why not
 * @property {() => void} end leaves nothing behind
 */

/**
 * A render function for Streamlit.
 *
 * Loading a module takes a while. A run that the next one overtakes in that time is told to leave as soon as it has come, although the
 * component stays: so what is told to leave goes only if its place has left the page.
 *
 * @param {string} selector names the component's element
 * @param {(root: HTMLElement, data: any) => Life} make builds the component there
 */
export function living(selector, make) {
  const lives = new WeakMap(); // parentElement -> the component
  return ({ parentElement, data, setStateValue }) => {
    const root = parentElement.querySelector(selector);
    const known = lives.get(parentElement);
    if (!known && document.documentElement.dataset.play === "stage") root.dataset.staged = ""; // its style sheet leaves out what is small then
    if (!known && document.documentElement.dataset.classRole === "projector") root.dataset.projected = ""; // nobody can press anything there
    const life = known ?? make(root, data);
    lives.set(parentElement, life);
    const updated = life.update(data, setStateValue);
    if (!known) Promise.resolve(updated).finally(() => requestAnimationFrame(() => answers(root)));
    return () => {
      if (root.isConnected || lives.get(parentElement) !== life) return;
      lives.delete(parentElement);
      life.end();
    };
  };
}

/** Say that a part answers the hand: to its style sheet, to the page around it, and to whoever measures. */
function answers(root) {
  for (const element of [root, root.getRootNode().host]) element?.setAttribute("data-ready", "");
  performance.mark("part-ready");
}
