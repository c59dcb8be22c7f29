// What a plane carries besides points: axes, the prior, the classes' names. Drawing only; everything comes from the plane given.

import { number } from "../../browser/js/dom.js";
import { TICK } from "../../browser/js/theme.js";
import { project } from "./geometry.js";
import { View } from "./view.js";
/** @import { Pair } from "../../browser/js/numbers.js" */

const TURN = 2 * Math.PI;
const NAME_GAP = 21; // CSS pixels between two classes' names
const INSET = 130; // CSS pixels: the longest side of the close-up of N(0, I)
const LABELLED = 90; // CSS pixels: shorter sides have no room for a label
const MARGIN = 6; // CSS pixels between it and the edge
const PALE = 0.5; // how opaque its points are, so that the circles on them are seen
const CROWD = 16; // CSS pixels that names are pushed from their places on average, at most
const SEEN = 3.4; // standard deviations of N(0, I) that its close-up shows

/** Text that stays readable on points: in the text's colour with a rim in the page's. */
function text(context, ink, words, x, y, align) {
  context.globalAlpha = 0.85;
  context.textAlign = align;
  context.lineWidth = 3;
  context.strokeStyle = ink.background;
  context.strokeText(words, x, y);
  context.fillStyle = ink.text;
  context.fillText(words, x, y);
  context.globalAlpha = 1;
}

/** Lines at round numbers, the zero lines darker, and what each axis is. */
export function axes(context, { view, ink, plane, codes }) {
  const [left, top] = view.toPlane(0, 0);
  const [right, bottom] = view.toPlane(view.width, view.height);
  context.font = `${TICK}px ${ink.font}`;
  const line = (x0, y0, x1, y1, alpha) => {
    context.globalAlpha = alpha;
    context.lineWidth = 1;
    context.strokeStyle = ink.text;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  };
  const across = view.ticks(left, right);
  for (const value of across.values) {
    const x = Math.round(view.toScreen(value, 0)[0]) + 0.5;
    line(x, 0, x, view.height, value === 0 ? 0.28 : 0.08);
    if (x < view.width - 24) text(context, ink, number(value, across.decimals), x + 3, view.height - 5, "left");
  }
  const up = view.ticks(bottom, top);
  for (const value of codes.dims > 1 ? up.values : []) {
    const y = Math.round(view.toScreen(0, value)[1]) + 0.5;
    line(0, y, view.width, y, value === 0 ? 0.28 : 0.08);
    if (y < view.height - 22 && y > 34) text(context, ink, number(value, up.decimals), 4, y - 3, "left");
  }
  context.font = `600 ${TICK}px ${ink.font}`;
  text(context, ink, `${plane.titles[0]} \u2192`, view.width - 6, view.height - 20, "right");
  text(context, ink, `\u2191 ${plane.titles[1]}`, 4, 14, "left");
}

/** N(0, I) as the plane sees it: circles of one, two and three standard deviations around the origin; with one latent, lines. */
export function prior(context, { view, ink, plane, codes }, named = [1, 2, 3]) {
  const [x, y] = view.toScreen(...project(plane, new Float64Array(codes.dims)));
  const flat = codes.dims === 1;
  context.font = `${TICK}px ${ink.font}`;
  for (const radius of [1, 2, 3]) {
    context.globalAlpha = 0.75;
    context.strokeStyle = ink.text;
    context.lineWidth = 1.4;
    context.setLineDash([2, 4]);
    context.beginPath();
    const reach = radius * view.scale;
    for (const edge of flat ? [x - reach, x + reach] : []) {
      context.moveTo(edge, 0);
      context.lineTo(edge, view.height);
    }
    if (!flat) context.arc(x, y, reach, 0, TURN);
    context.stroke();
    context.setLineDash([]);
    if (!named.includes(radius)) continue;
    const corner = flat ? [x + reach + 3, 30] : [x + Math.SQRT1_2 * reach, y - Math.SQRT1_2 * reach];
    text(context, ink, `${radius}\u03c3`, ...corner, "left");
  }
}

/**
 * N(0, I) where it is too small to be seen: its surroundings in the emptiest corner, with what `points` draws there.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {any} on a plane
 * @param {(view: View) => HTMLCanvasElement} points the codes in sight of a view, as many pixels of the device as it has
 */
export function closeUp(context, on, points) {
  const { view, ink, plane, codes, feet } = on;
  const side = Math.round(Math.min(INSET, 0.42 * Math.min(view.width, view.height)));
  const origin = project(plane, new Float64Array(codes.dims));
  const near = new View();
  near.resize(side, side);
  near.setBounds(/** @type {Pair[]} */ (origin.map((value) => [value - SEEN, value + SEEN])));
  const [left, top] = emptiest(view, feet, side);
  const [x, y] = view.toScreen(...origin);
  const reach = Math.max(3, SEEN * view.scale);
  context.strokeStyle = ink.text;
  context.lineWidth = 1;
  context.strokeRect(x - reach, y - reach, 2 * reach, 2 * reach);
  context.beginPath();
  for (const [dx, dy] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
    context.moveTo(x + (2 * dx - 1) * reach, y + (2 * dy - 1) * reach);
    context.lineTo(left + dx * side, top + dy * side);
  }
  context.globalAlpha = 0.35;
  context.stroke();
  context.globalAlpha = 1;
  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.fillStyle = ink.background;
  context.fill();
  context.clip();
  context.translate(left, top);
  context.globalAlpha = PALE;
  context.drawImage(points(near), 0, 0, side, side);
  prior(context, { view: near, ink, plane, codes }, side < LABELLED ? [] : [3]);
  context.restore();
  context.strokeRect(left, top, side, side);
}

/** The corner, [left, top] in CSS pixels, in which a square of that side covers the fewest points, beside the numbers of the axes. */
export function emptiest(view, feet, side) {
  const [right, bottom] = [view.width - side - MARGIN, view.height - side - MARGIN - 24];
  const corners = [[right, MARGIN], [MARGIN + 28, MARGIN + 16], [right, bottom - 16], [MARGIN + 28, bottom]];
  const covered = corners.map(() => 0);
  for (let p = 0; p < feet.length; p += 2) {
    const [x, y] = view.toScreen(feet[p], feet[p + 1]);
    corners.forEach(([left, top], k) => {
      if (x >= left && y >= top && x <= left + side && y <= top + side) covered[k] += 1;
    });
  }
  return corners[covered.indexOf(Math.min(...covered))];
}

/** Each class named where its points are, at their median. Names that would cover one another move apart; a crowd of them names nothing. */
export function names(context, { view, ink, middles, classes, names: colours }) {
  context.font = `700 13px ${ink.font}`;
  context.textAlign = "center";
  const halves = classes.map((name) => context.measureText(name).width / 2 + 5);
  const own = middles.map((middle) => middle && view.toScreen(...middle));
  const places = apart(own, halves);
  const moved = places.flatMap((place, label) => (place ? [Math.hypot(place[0] - own[label][0], place[1] - own[label][1])] : []));
  if (moved.reduce((sum, way) => sum + way, 0) > CROWD * moved.length) return;
  places.forEach((place, label) => {
    if (!place) return;
    const [x, y] = place;
    const half = halves[label];
    context.fillStyle = colours[label % colours.length];
    context.beginPath();
    context.roundRect(x - half, y - 10, 2 * half, 20, 5);
    context.fill();
    context.fillStyle = "#ffffff";
    context.fillText(classes[label], x, y + 4.5);
  });
}

/** Push places (pairs or null) that are too near from each other, a few times over; long names, by half their widths, need more room across. */
function apart(middles, halves) {
  const places = [...middles];
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < places.length; i++) {
      for (let j = 0; j < i; j++) {
        const [a, b] = [places[i], places[j]];
        if (!a || !b) continue;
        const wide = Math.max(1, (halves[i] + halves[j]) / NAME_GAP);
        const [dx, dy] = [(a[0] - b[0]) / wide || 0.1, a[1] - b[1] || 0.1];
        const push = (NAME_GAP - Math.hypot(dx, dy)) / 2 / Math.hypot(dx, dy);
        if (push <= 0) continue;
        places[i] = [a[0] + push * dx * wide, a[1] + push * dy];
        places[j] = [b[0] - push * dx * wide, b[1] - push * dy];
      }
    }
  }
  return places;
}

/** The median place of each class on the plane: a pair, or null where there is none. */
export function medians(labels, feet, classes) {
  const across = Array.from({ length: classes }, () => []);
  const up = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) {
    across[labels[i]]?.push(feet[2 * i]);
    up[labels[i]]?.push(feet[2 * i + 1]);
  }
  const middle = (values) => Float32Array.from(values).sort()[values.length >> 1];
  return across.map((values, label) => (values.length ? [middle(values), middle(up[label])] : null));
}
