// What Streamlit and a component have to do with one another: mount, update with every run of the page, unmount.

/**
 * A render function for Streamlit.
 *
 * Loading a module takes a while. A run that the next one overtakes in that time is told to leave as soon as it has come, although the
 * component stays: so what is told to leave goes only if its place has left the page.
 *
 * @param {string} selector names the component's element
 * @param {(root: HTMLElement, data: any) => { update(data: object, setStateValue: (name: string, value: object) => void): void, end(): void }} make
 *   builds the component there
 */
export function living(selector, make) {
  const lives = new WeakMap(); // parentElement -> the component
  return ({ parentElement, data, setStateValue }) => {
    const root = parentElement.querySelector(selector);
    const life = lives.get(parentElement) ?? make(root, data);
    lives.set(parentElement, life);
    life.update(data, setStateValue);
    return () => {
      if (root.isConnected || lives.get(parentElement) !== life) return;
      lives.delete(parentElement);
      life.end();
    };
  };
}
