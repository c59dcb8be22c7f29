// What follows the hand on a plane: the marker, a digit and its posterior, a drawing, a way between two ends.

import { measured } from "../../browser/js/size.js";
import { ellipse, project } from "./geometry.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

const TURN = 2 * Math.PI;
const LONGEST = 16; // signs of a name in a badge

/**
 * Up and to the right, so that a name does not cover the ellipse it names.
 *
 * @returns {Pair}
 */
const beside = ([x, y]) => [x + 17, y - 17];

/**
 * Draw a plane's marks: live (code), pinned (code), digit (index of a test image to point out, nameless where the hand is itself),
 * picked (index of the test image at the pinned place), selected (indices of test images that stand out), around (indices of neighbours whose posteriors are shown), drawn
 * ({ mean, std }: the reader's drawing), guest (code under a teacher's hand), path (codes), ends ([{ code, name }]), at (code: where an animation is).
 */
export function drawMarks(context, on) {
  const { marks, codes, ink, view } = on;
  const place = (code) => view.toScreen(...project(on.plane, code));
  const colourOf = (i) => on.names[codes.labels[i] % on.names.length];
  for (const i of marks.around ?? []) {
    if (codes.stds) gaussian(context, on, codes.code(i), codes.std(i), colourOf(i), 1.4);
    else dot(context, ink, on.screenOf(i), 3.5, colourOf(i)); // no posterior width: a point
  }
  for (const i of marks.selected ?? []) dot(context, { background: ink.text }, on.screenOf(i), 4, colourOf(i));
  for (const i of new Set([marks.picked, marks.digit])) {
    if (!(i >= 0)) continue;
    dot(context, ink, on.screenOf(i), 5, colourOf(i));
    gaussian(context, on, codes.code(i), codes.std(i), ink.text, 2.5);
    if (i !== marks.digit || !marks.nameless) badge(context, ink, beside(on.screenOf(i)), on.classes[codes.labels[i]], colourOf(i));
  }
  if (marks.path) path(context, ink, marks.path.map(place));
  if (marks.drawn) {
    const at = place(marks.drawn.mean);
    dot(context, ink, at, 5);
    gaussian(context, on, marks.drawn.mean, marks.drawn.std, ink.mark, 2.5);
    badge(context, ink, beside(at), "\u270e", ink.mark);
  }
  for (const { code, name } of marks.ends ?? []) badge(context, ink, place(code), name, ink.mark, 13);
  if (marks.at) dot(context, ink, place(marks.at), 7);
  if (marks.pinned) cross(context, ink, place(marks.pinned), 9, marks.live ? 0.45 : 1);
  if (marks.live) cross(context, ink, place(marks.live), 12, 1);
  if (marks.guest) ring(context, ink, place(marks.guest));
}

/** A posterior as its ellipse of one standard deviation, to the scale of the axes. */
function gaussian(context, { plane, view }, mean, std, colour, width) {
  if (!std) return;
  const { long, short, angle } = ellipse(plane, std);
  const [x, y] = view.toScreen(...project(plane, mean));
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.ellipse(x, y, long * view.scale, short * view.scale, -angle, 0, TURN);
  context.stroke();
}

function cross(context, ink, [x, y], size, alpha) {
  context.globalAlpha = alpha;
  for (const [colour, width] of [
    [ink.background, 6],
    [ink.mark, 3],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - size, y);
    context.lineTo(x + size, y);
    context.moveTo(x, y - size);
    context.lineTo(x, y + size);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A teacher's hand: a ring around a dot, so that it is no cross and hides nothing. */
function ring(context, ink, at) {
  for (const [colour, width] of [
    [ink.background, 6],
    [ink.mark, 3],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(...at, 14, 0, TURN);
    context.stroke();
  }
  dot(context, ink, at, 4);
}

function dot(context, ink, [x, y], radius, colour = ink.mark) {
  context.fillStyle = colour;
  context.strokeStyle = ink.background;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fill();
  context.stroke();
}

/** A name in a circle around the place; a longer one reaches to the right of it, as far as the plane does. */
function badge(context, ink, [x, y], text, colour, radius = 10) {
  const name = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}\u2026` : text;
  context.font = `700 ${radius + 3}px ${ink.font}`;
  const width = Math.max(2 * radius, context.measureText(name).width + radius);
  const left = Math.max(0, Math.min(x - radius, measured(context.canvas).width - width));
  context.fillStyle = colour;
  context.strokeStyle = ink.background;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(left, y - radius, width, 2 * radius, radius);
  context.fill();
  context.stroke();
  context.textAlign = "center";
  context.fillStyle = "#ffffff";
  context.fillText(name, left + width / 2, y + radius / 2.2);
}

function path(context, ink, places) {
  for (const [colour, width] of [
    [ink.background, 7],
    [ink.mark, 3],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    for (const place of places) context.lineTo(...place);
    context.stroke();
  }
  context.fillStyle = ink.mark;
  for (const [x, y] of places) {
    context.beginPath();
    context.arc(x, y, 3.5, 0, TURN);
    context.fill();
  }
}
