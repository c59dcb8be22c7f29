// A document that carries its view: the board of the app, with weights, codes and the thread's code from within.

import { carryThread } from "../../canvas/js/background.js";
import { Board } from "../../canvas/js/board.js";
import { carry } from "../../browser/js/payload.js";
import { bytesOf, opened } from "./carried.js";
import { answer } from "./drawn.js";

const { thread, old, ...view } = JSON.parse(document.getElementById("view").textContent);
for (const block of document.querySelectorAll("script[data-address]")) {
  const { address, bytes } = /** @type {HTMLElement} */ (block).dataset;
  carry(address, () => opened(bytesOf(block.textContent, Number(bytes)), old));
}
carryThread(URL.createObjectURL(new Blob([thread], { type: "text/javascript" })));

const root = /** @type {HTMLElement} */ (document.querySelector(".latent-canvas"));
const board = new Board(root);
let drawing = "null";
let told = view;

const update = (more) => {
  told = { ...told, ...more };
  return board.update(told, hear);
};

/** What Python would hear: only a drawing needs an answer. */
async function hear(_, report) {
  const strokes = report.drawing ?? null;
  const text = JSON.stringify(strokes);
  const more = text === drawing ? {} : { drawn: strokes && (await answer(strokes, view)) };
  drawing = text;
  update({ ...more, heard: report.count });
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => update({}));
Promise.resolve(update({})).finally(() => requestAnimationFrame(() => root.setAttribute("data-ready", "")));
if (view.drawing) hear("report", { drawing: view.drawing, count: 0 });
