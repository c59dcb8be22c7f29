// A document that carries its view: the board of the app, with weights, codes and the thread's code from within.

import { carryThread } from "../../canvas/js/background.js";
import { Board } from "../../canvas/js/board.js";
import { carry } from "../../browser/js/payload.js";
import { bytesOf, opened } from "./carried.js";
import { answer } from "./drawn.js";

/** Show what the document carries. */
export function show() {
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
    if (text === drawing) return void update({ heard: report.count });
    drawing = text;
    const drawn = strokes && (await answer(strokes, view));
    if (text === drawing) update({ drawn, heard: Math.max(told.heard, report.count) }); // else a later one is on its way
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => update({}));
  Promise.resolve(update({})).finally(() => requestAnimationFrame(() => root.setAttribute("data-ready", "")));
  if (view.drawing) hear("report", { drawing: view.drawing, count: 0 });
}
