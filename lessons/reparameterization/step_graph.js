// The graph of one training step as SVG: boxes, the way forward in grey, the gradient's way back in colour, and where it is blocked.

export const WAYS = ["direct", "score", "path"];

const BOX = { width: 62, height: 34 };
const PLACES = { mu: [92, 46], sigma: [92, 118], epsilon: [92, 190], encoder: [8, 82], z: [222, 82], f: [322, 82] };
const HEIGHTS = { direct: [38, 122], score: [2, 200], path: [38, 194] }; // where each way's drawing begins, and how high it is
const NAMES = { mu: "\u03bc", sigma: "log \u03c3", epsilon: "\u03b5", z: "z", f: "f(z)" };
const middle = (name) => [PLACES[name][0] + BOX.width / 2, PLACES[name][1] + BOX.height / 2];

function box(name, label) {
  const [x, y] = PLACES[name];
  const shape = name === "z" || name === "epsilon" ? BOX.height / 2 : 5;
  return (
    `<rect class="node ${name}" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="${shape}"/>` +
    `<text x="${x + BOX.width / 2}" y="${y + BOX.height / 2 + 5}" text-anchor="middle">${label}</text>`
  );
}

function forward(from, to, bend = 0) {
  const [x0, y0] = [PLACES[from][0] + BOX.width, middle(from)[1] - 5];
  const [x1, y1] = [PLACES[to][0] - 4, middle(to)[1] - 5 + bend];
  return `<path class="forward" d="M${x0} ${y0} L${x1} ${y1}" marker-end="url(#tip-forward)"/>`;
}

function back(from, to, bend = 0) {
  const [x0, y0] = [PLACES[from][0], middle(from)[1] + 6 + bend];
  const [x1, y1] = [PLACES[to][0] + BOX.width + 4, middle(to)[1] + 6];
  return `<path class="back" d="M${x0} ${y0} L${x1} ${y1}" marker-end="url(#tip-back)"/>`;
}

/** From f over or under the draw straight to a parameter. */
function around(to, height) {
  const [x0] = middle("f");
  const [x1, y1] = [PLACES[to][0] + BOX.width + 4, middle(to)[1]];
  const y0 = height < 82 ? PLACES.f[1] : PLACES.f[1] + BOX.height;
  return `<path class="back" d="M${x0} ${y0} C${x0} ${height} ${x0 - 60} ${height} ${x1} ${y1}" marker-end="url(#tip-back)"/>`;
}

/** The graph of a step taken in one of the WAYS, as HTML; `words` are the part's own. */
export function stepGraph(way, words) {
  const known = WAYS.includes(way) ? way : "path";
  const nodes = ["encoder", "mu", "sigma", "z", "f", ...(known === "path" ? ["epsilon"] : [])];
  const edges = [forward("encoder", "mu"), forward("encoder", "sigma"), forward("mu", "z", -4), forward("sigma", "z", 4), forward("z", "f")];
  if (known === "path") edges.push(forward("epsilon", "z", 10));
  const gradient = {
    direct: [back("f", "z"), `<g class="block"><circle cx="204" cy="105" r="11"/><path d="M198 99 l12 12 M210 99 l-12 12"/></g>`],
    score: [around("mu", 6), around("sigma", 196)],
    path: [back("f", "z"), back("z", "mu", -6), back("z", "sigma", 0)],
  }[known];
  const home = known === "direct" ? [] : [back("mu", "encoder"), back("sigma", "encoder")];
  const tip = (name) => `<marker id="tip-${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip ${name}" d="M0 0 L8 4 L0 8 z"/></marker>`;
  return (
    `<svg viewBox="0 ${HEIGHTS[known][0]} 396 ${HEIGHTS[known][1]}" role="img" aria-label="${words[`way_${known}`]}. ${words[`why_${known}`]}"><defs>${tip("forward")}${tip("back")}</defs>` +
    `${edges.join("")}${gradient.join("")}${home.join("")}${nodes.map((name) => box(name, NAMES[name] ?? words[name])).join("")}</svg><p class="note">${words[`why_${known}`]}</p>`
  );
}
