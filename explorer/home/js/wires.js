// The graph's edges: one SVG behind the stations, drawn from where they stand on the screen.

import { el } from "../../browser/js/dom.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const JOIN = 9; // radius of the sum and the product
const GUTTER = 9; // CSS pixels above a lane's stations

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
      (wide ? across : down)({ svg: group, box }, box(input), lane);
    }
    this.element.replaceChildren(svg);
  }
}

/** Every edge of a lane that runs from left to right. */
function across(pen, input, { stations, kind }) {
  const at = Object.fromEntries(Object.entries(stations).map(([name, element]) => [name, pen.box(element)]));
  const { encoder, mean, plane, decoder, output, reconstruction, loss } = at;
  const from = { ...input, y: input.y + (kind === "ae" ? -10 : 10) };
  curve(pen, kind, [from.right, from.y], [encoder.left, encoder.y]);
  curve(pen, kind, [encoder.right, encoder.y], [mean.left, mean.y]);
  curve(pen, kind, [plane.right, decoder.y], [decoder.left, decoder.y], "sampled");
  curve(pen, kind, [decoder.right, decoder.y], [output.left, decoder.y], "sampled");
  curve(pen, "reconstruction", [output.right, output.y], [reconstruction.left, reconstruction.y], "sampled");
  line(pen, "reconstruction", [[reconstruction.x, reconstruction.top], [loss.x, loss.bottom]], "sampled");
  const end = [plane.left, mean.y];
  if (kind === "ae") {
    line(pen, kind, [[mean.right, mean.y], end]);
    return;
  }
  const { log_variance: logVariance, std, noise, kl } = at;
  curve(pen, kind, [encoder.right, encoder.y], [logVariance.left, logVariance.y]);
  line(pen, "sigma", [[logVariance.right, std.y], [std.left, std.y]]);
  const join = (std.right + plane.left) / 2 - 2;
  /** @type {[number, number]} */
  const product = [join, (std.y + noise.y) / 2];
  curve(pen, "sigma", [std.right, std.y], [join - JOIN * 0.7, product[1] - JOIN * 0.7]);
  curve(pen, "epsilon", [noise.right, noise.y], [join - JOIN * 0.7, product[1] + JOIN * 0.7], "sampled");
  line(pen, "epsilon", [[join, product[1] - JOIN], [join, mean.y + JOIN]], "sampled");
  line(pen, "mu", [[mean.right, mean.y], [join - JOIN, mean.y]]);
  line(pen, "z", [[join + JOIN, mean.y], end], "sampled");
  operator(pen, "\u00d7", product);
  operator(pen, "+", [join, mean.y]);
  const gutter = mean.top - GUTTER;
  line(pen, "kl", [[mean.x, mean.top], [mean.x, gutter], [kl.left - 12, gutter], [kl.left - 12, kl.y], [kl.left, kl.y]]);
  line(pen, "kl", [[std.x, std.top], [std.x, gutter]], "", false);
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
