// The posterior on its plane, true to scale, and the same through a magnifying glass: most posteriors are too narrow to see.

import { TICK } from "../../browser/js/theme.js";

const TURN = 2 * Math.PI;
const RIM = 0.92; // share of the glass's radius that three standard deviations fill
const WIDTHS = 3;
const FEWEST = 1; // times: the glass makes nothing smaller
const NEIGHBOURS = 400; // test codes drawn in the glass at most

/** How many times the glass magnifies a plane so that a posterior's widest side fills it. */
export function magnification(std, scale, radius) {
  return Math.max(FEWEST, (RIM * radius) / (WIDTHS * Math.max(...std) * scale));
}

/**
 * Draw a sample, its posterior and the draws before on a plane, and through the glass.
 * on: { mean, std, z, trace (codes), plane (Plane), glass: { x, y, radius, times } in CSS pixels }; std is all 0 for a point.
 */
export function drawSample(context, on, ink) {
  const { plane, glass, mean } = on;
  const scale = plane.view.scale;
  const whole = { place: (code) => plane.view.toScreen(...code), scale, small: true };
  const [mx, my] = whole.place(mean);
  const field = Math.max(4, glass.radius / glass.times);
  const { width, height } = plane.view;
  if (mx >= 0 && my >= 0 && mx <= width && my <= height) leaders(context, ink, [mx, my], field, glass);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  posterior(context, on, ink, whole);
  context.restore();
  context.save();
  context.beginPath();
  context.arc(glass.x, glass.y, glass.radius, 0, TURN);
  context.fillStyle = ink.background;
  context.fill();
  context.clip();
  const near = scale * glass.times;
  const place = ([a, b]) => [glass.x + (a - mean[0]) * near, glass.y - (b - mean[1]) * near];
  neighbours(context, plane, glass, mean, near);
  posterior(context, on, ink, { place, scale: near, small: false });
  context.restore();
  context.strokeStyle = ink.text;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(glass.x, glass.y, glass.radius, 0, TURN);
  context.stroke();
  context.globalAlpha = 0.9;
  context.font = `600 ${TICK}px ${ink.font}`;
  context.textAlign = "center";
  words(context, ink, `\u00d7${glass.times < 20 ? Math.round(glass.times) : 5 * Math.round(glass.times / 5)}`, glass.x, glass.y + glass.radius - 6);
  context.globalAlpha = 1;
}

/** Mean, ellipses of one and two standard deviations, draws before, and the sample with the noise that led to it. */
function posterior(context, { mean, std, z, trace }, ink, { place, scale, small }) {
  const [mx, my] = place(mean);
  const [x, y] = place(z);
  if (std[0] > 0) {
    context.strokeStyle = ink.sigma;
    for (const widths of small ? [2] : [1, 2]) {
      context.globalAlpha = widths === 1 ? 1 : 0.6;
      context.lineWidth = small ? 1.5 : 2;
      context.beginPath();
      context.ellipse(mx, my, widths * std[0] * scale, widths * std[1] * scale, 0, 0, TURN);
      context.stroke();
    }
  }
  if (!small) {
    context.fillStyle = ink.z;
    context.globalAlpha = 0.4;
    for (const code of trace) dot(context, place(code), 2);
  }
  context.globalAlpha = 1;
  context.strokeStyle = ink.epsilon;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(mx, my);
  context.lineTo(x, y);
  context.stroke();
  context.strokeStyle = ink.mu;
  context.lineWidth = 2.5;
  const arm = small ? 4 : 6;
  context.beginPath();
  context.moveTo(mx - arm, my);
  context.lineTo(mx + arm, my);
  context.moveTo(mx, my - arm);
  context.lineTo(mx, my + arm);
  context.stroke();
  context.fillStyle = ink.z;
  context.strokeStyle = ink.background;
  context.lineWidth = 2;
  dot(context, [x, y], 6);
  context.stroke();
}

/** Test codes in the glass, in their classes' colours; `near` is the glass's scale. */
function neighbours(context, { feet, codes, names }, glass, mean, near) {
  const reach = glass.radius / near;
  let left = NEIGHBOURS;
  context.globalAlpha = 0.3;
  for (let i = 0; i < codes.count && left > 0; i++) {
    const across = feet[2 * i] - mean[0];
    const up = feet[2 * i + 1] - mean[1];
    if (across > reach || across < -reach || up > reach || up < -reach) continue;
    left--;
    context.fillStyle = names[codes.labels[i] % names.length];
    dot(context, [glass.x + across * near, glass.y - up * near], 2.5);
  }
  context.globalAlpha = 1;
}

/** The field of the glass on the plane, and two lines from it to the glass. */
function leaders(context, ink, [x, y], field, glass) {
  context.strokeStyle = ink.text;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.beginPath();
  context.arc(x, y, field, 0, TURN);
  context.stroke();
  const along = Math.atan2(glass.y - y, glass.x - x);
  for (const side of [-1, 1]) {
    const turn = along + (side * TURN) / 4;
    context.beginPath();
    context.moveTo(x + field * Math.cos(turn), y + field * Math.sin(turn));
    context.lineTo(glass.x + glass.radius * Math.cos(turn), glass.y + glass.radius * Math.sin(turn));
    context.stroke();
  }
  context.globalAlpha = 1;
}

function dot(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fill();
}

function words(context, ink, text, x, y) {
  context.lineWidth = 3;
  context.strokeStyle = ink.background;
  context.strokeText(text, x, y);
  context.fillStyle = ink.text;
  context.fillText(text, x, y);
}
