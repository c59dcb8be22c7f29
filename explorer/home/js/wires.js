// The graph's edges: one SVG behind the stations, drawn from where they stand on the screen.

import { el } from "../../browser/js/dom.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const JOIN = 9; // radius of the sum and the product
const TOP = 2; // CSS pixels from the body's top where an edge runs over a lane
const GUTTER = 8; // CSS pixels between a lane's stations and an edge that runs past them

export class Wires {
  constructor() {
    this.element = el("div", { className: "wires", "aria-hidden": "true" });
  }

  /** Draw all edges anew; `wide` says whether a lane runs across or down. */
  draw(body, input, lanes, wide) {
    const frame = body.getBoundingClientRect();
    const box = (element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left - frame.left, top - frame.top];
      return { left: x, right: x + width, top: y, bottom: y + height, x: x + width / 2, y: y + height / 2 };
    };
    const svg = document.createElementNS(NAMESPACE, "svg");
    svg.setAttribute("width", frame.width);
    svg.setAttribute("height", frame.height);
    for (const lane of lanes) {
      const group = document.createElementNS(NAMESPACE, "g");
      group.setAttribute("class", `lane-${lane.kind}`);
      svg.append(group);
      (wide ? beside : down)({ svg: group, box }, box(input), lane);
    }
    this.element.replaceChildren(svg);
  }
}

/** Every edge of a lane whose stations stand beside each other. */
function beside(pen, input, { stations, element, kind }) {
  const { encoder, mean, z, plane, decoder, picture, reconstruction, loss, ...own } = Object.fromEntries(
    Object.entries(stations).map(([name, each]) => [name, pen.box(each)]),
  );
  const lane = pen.box(element);
  if (kind === "ae") curve(pen, kind, [input.right, input.y], [encoder.left, encoder.y]);
  else {
    const left = lane.left - GUTTER; // over the autoencoder's lane and down beside it
    line(pen, kind, [[input.x, input.top], [input.x, TOP], [left, TOP], [left, encoder.y], [encoder.left, encoder.y]]);
  }
  curve(pen, kind, [encoder.right, encoder.y], [mean.left, mean.y]);
  line(pen, kind, [[decoder.x, plane.bottom], [decoder.x, decoder.top]], "sampled");
  curve(pen, kind, [decoder.right, picture.y], [picture.left, picture.y], "sampled");
  curve(pen, "reconstruction", [picture.right, picture.y], [reconstruction.left, reconstruction.y], "sampled");
  line(pen, "reconstruction", [[reconstruction.x, reconstruction.top], [loss.x, loss.bottom]], "sampled");
  if (kind === "ae") {
    line(pen, kind, [[mean.x, mean.bottom], [mean.x, z.top]]);
    return;
  }
  const { log_variance: logVariance, std, pad, kl } = own;
  curve(pen, kind, [encoder.right, encoder.y], [logVariance.left, logVariance.y]);
  line(pen, "sigma", [[logVariance.right, std.y], [std.left, std.y]]);
  const level = (Math.max(pad.bottom, mean.bottom) + z.top) / 2;
  const margin = lane.right - GUTTER + 1;
  line(pen, "sigma", [[std.right, std.y], [margin, std.y], [margin, level], [pad.x + JOIN, level]]);
  line(pen, "epsilon", [[pad.x, pad.bottom], [pad.x, level - JOIN]], "sampled");
  line(pen, "epsilon", [[pad.x - JOIN, level], [mean.x + JOIN, level]], "sampled");
  line(pen, "mu", [[mean.x, mean.bottom], [mean.x, level - JOIN]]);
  line(pen, "z", [[mean.x, level + JOIN], [mean.x, z.top]], "sampled");
  operator(pen, "\u00d7", [pad.x, level]);
  operator(pen, "+", [mean.x, level]);
  const over = logVariance.top - GUTTER;
  line(pen, "kl", [[mean.x, mean.top], [mean.x, over], [lane.right, over], [lane.right, kl.y], [kl.right, kl.y]]);
  line(pen, "kl", [[std.x, std.top], [std.x, over]], "", false);
  line(pen, "kl", [[kl.x, kl.bottom], [loss.x, loss.top]]);
}

/** The same lane on a narrow screen: short arrows from station to station. */
function down(pen, input, { stations, kind, order }) {
  const first = pen.box(order[0]);
  line(pen, kind, [[first.x, input.bottom + 4], [first.x, first.top]]);
  for (let i = 1; i < order.length; i++) {
    const [above, below] = [pen.box(order[i - 1]), pen.box(order[i])];
    const after = i >= order.indexOf(stations.plane);
    line(pen, kind, [[below.x, above.bottom], [below.x, below.top]], after ? "sampled" : "");
  }
}

function path(pen, idea, d, group, arrow) {
  const made = document.createElementNS(NAMESPACE, "path");
  made.setAttribute("d", d);
  made.setAttribute("class", `wire ${idea} ${group ?? ""}`);
  pen.svg.append(made);
  if (!arrow) return;
  const head = document.createElementNS(NAMESPACE, "path");
  head.setAttribute("d", arrow);
  head.setAttribute("class", `tip ${idea} ${group ?? ""}`);
  pen.svg.append(head);
}

/** An arrow head at a point, in the direction (dx, dy). */
function tip([x, y], dx, dy) {
  const length = Math.hypot(dx, dy) || 1;
  const [u, v] = [dx / length, dy / length];
  const side = (s) => `${x - 7 * u - s * 4 * v},${y - 7 * v + s * 4 * u}`;
  return `M${x},${y}L${side(1)}L${side(-1)}Z`;
}

/** From a point to a point to its right, leaving and arriving level. */
function curve(pen, idea, [x0, y0], [x1, y1], group) {
  const bend = Math.max(8, (x1 - x0) / 2);
  path(pen, idea, `M${x0},${y0}C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1 - 4},${y1}`, group, tip([x1, y1], 1, 0));
}

/** Straight pieces through points, with an arrow at the end. */
function line(pen, idea, points, group, arrow = true) {
  const [[px, py], [x, y]] = points.slice(-2);
  const [dx, dy] = [x - px, y - py];
  const length = Math.hypot(dx, dy) || 1;
  const short = arrow ? [x - (4 * dx) / length, y - (4 * dy) / length] : [x, y];
  const d = [...points.slice(0, -1), short].map(([a, b], i) => `${i ? "L" : "M"}${a},${b}`).join("");
  path(pen, idea, d, group, arrow ? tip([x, y], dx, dy) : null);
}

function operator(pen, sign, [x, y]) {
  const group = document.createElementNS(NAMESPACE, "g");
  group.setAttribute("class", "operator");
  group.innerHTML = `<circle cx="${x}" cy="${y}" r="${JOIN}"/><text x="${x}" y="${y}" dy=".34em">${sign}</text>`;
  pen.svg.append(group);
}
