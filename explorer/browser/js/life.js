// What Streamlit and a component have to do with one another: mount, update with every run of the page, unmount.

/** A render function for Streamlit. `make(root, data)` builds the component in the element that `selector` names: an object with
 *  update(data, setStateValue) and end().
 *
 *  Loading a module takes a while. A run that the next one overtakes in that time is told to leave as soon as it has come, although the
 *  component stays: so what is told to leave goes only if its place has left the page. */
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
