// The darts on a plane: those that have landed, in the colours of the digits that they drew, and the one that is landing or held.

const TURN = 2 * Math.PI;
const FALL = 26; // CSS pixels of the ring around a dart that begins to land
const RIM = 5; // from the plane's edge, where a dart is drawn that landed outside

/** on: { view, landed: [{ z, label or null }], z, landing (0 to 1), held, colours } */
export function drawDarts(context, { view, landed, z, landing, held, colours }, ink) {
  context.lineWidth = 1.5;
  for (const dart of landed) {
    const [x, y] = place(view, dart.z);
    context.fillStyle = dart.label === null ? ink.background : colours[dart.label % colours.length];
    context.strokeStyle = ink.text;
    circle(context, x, y, 3.5);
    context.fill();
    context.stroke();
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
