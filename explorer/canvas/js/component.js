// What Streamlit calls: one board for each place in the page.

import { Board } from "./board.js";
import { living } from "../../browser/js/life.js";

export const render = living(".latent-canvas", (root) => new Board(root));
