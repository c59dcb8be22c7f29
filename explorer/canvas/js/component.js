// What Streamlit calls: mount, update with every run of the page, unmount. One board for each place in the page.

import { Board } from "./board.js";

const boards = new WeakMap(); // parentElement -> { board, run }

/** Called on mount and whenever data or theme change. Gives the function that unmounts; only the latest run's one does. */
export function render({ parentElement, data, setStateValue }) {
  let entry = boards.get(parentElement);
  if (!entry) {
    entry = { board: new Board(parentElement.querySelector(".latent-canvas")), run: 0 };
    boards.set(parentElement, entry);
  }
  const run = ++entry.run;
  entry.board.update(data, setStateValue);
  return () => {
    if (run !== entry.run || boards.get(parentElement) !== entry) return;
    entry.board.end();
    boards.delete(parentElement);
  };
}
