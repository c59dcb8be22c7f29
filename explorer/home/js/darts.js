// The darts on a plane: those that have landed, with the digit that they drew, in its colour, and the one that is landing or held.

import { TICK } from "../../browser/js/theme.js";

const TURN = 2 * Math.PI;
const FALL = 26; // CSS pixels of the ring around a dart that begins to land
const DRAWN = 8.5; // radius of a dart that drew a digit
const NONE = 3.5; // and of one that drew none
const RIM = 8; // from the plane's edge, where a dart is drawn that landed outside

/** on: { view, landed: [{ z, label or null }], z, landing (0 to 1), held, classes, colours } */
export function drawDarts(context, { view, landed, z, landing, held, classes, colours }, ink) {
  context.font = `700 ${TICK}px ${ink.font}`;
  context.textAlign = "center";
  context.lineWidth = 1.5;
  for (const dart of landed) {
    const [x, y] = place(view, dart.z);
    const drawn = dart.label !== null;
    context.fillStyle = drawn ? colours[dart.label % colours.length] : ink.background;
    context.strokeStyle = drawn ? ink.background : ink.text;
    circle(context, x, y, drawn ? DRAWN : NONE);
    context.fill();
    context.stroke();
    if (!drawn) continue;
    context.fillStyle = "#ffffff";
    context.fillText(classes[dart.label], x, y + 4.5);
  }
  if (!z) return;
  const [x, y] = place(view, z);
  context.strokeStyle = ink.background;
  context.fillStyle = ink.mark;
  context.lineWidth = 2.5;
  circle(context, x, y, held ? 8 : 6.5);
  context.fill();
  context.stroke();
  if (landing >= 1 && !held) return;
  context.strokeStyle = ink.mark;
  context.globalAlpha = held ? 0.8 : landing;
  circle(context, x, y, held ? 13 : 7 + FALL * (1 - landing));
  context.stroke();
  context.globalAlpha = 1;
}

/** Where a code is on the screen, at the rim where it is out of sight. */
function place(view, z) {
  const [x, y] = view.toScreen(...z);
  return [Math.min(view.width - RIM, Math.max(RIM, x)), Math.min(view.height - RIM, Math.max(RIM, y))];
}

function circle(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
}
