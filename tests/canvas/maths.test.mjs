// The canvas's pure parts against slower, plainer second ways. Run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Codes, distances } from "../../explorer/canvas/js/codes.js";
import { Decoder } from "../../explorer/browser/js/decoder.js";
import { emptiest, names } from "../../explorer/canvas/js/contours.js";
import { axesPlane, ellipse, lift, nearestFeet, project, way } from "../../explorer/canvas/js/geometry.js";
import { parse, Trouble } from "../../explorer/browser/js/payload.js";
import { centred } from "../../explorer/browser/js/strokes.js";
import { View } from "../../explorer/canvas/js/view.js";

/** Numbers in [-1, 1) that are the same in every run. */
function noise(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function someCodes(count, dims) {
  const next = noise(7);
  return new Codes({ count, dims, labels: new Uint8Array(count), means: Float32Array.from({ length: count * dims }, () => 3 * next()) });
}

/** An orthonormal plane that is none of the axes'. */
function tilted(dims) {
  const next = noise(3);
  const unit = (w) => w.map((value) => value / Math.hypot(...w));
  const u = unit(Array.from({ length: dims }, next));
  const raw = Array.from({ length: dims }, next);
  const dot = raw.reduce((sum, value, d) => sum + value * u[d], 0);
  return { u, v: unit(raw.map((value, d) => value - dot * u[d])), mean: Array.from({ length: dims }, next), titles: ["", ""] };
}

test("the nearest code is the nearest of all", () => {
  const codes = someCodes(500, 5);
  const z = [0.3, -1, 2, 0, 0.7];
  const all = Array.from({ length: codes.count }, (_, i) => Math.hypot(...z.map((value, d) => value - codes.code(i)[d])));
  const { index, distance } = codes.nearest(z);
  assert.equal(index, all.indexOf(Math.min(...all)));
  assert.ok(Math.abs(distance - Math.min(...all)) < 1e-6);
});

for (const [dims, plane] of [
  [2, axesPlane(2, 0, 1)],
  [6, axesPlane(6, 4, 1)],
  [6, tilted(6)],
]) {
  test(`distances over a plane of ${dims} dimensions are those to the nearest code`, () => {
    const codes = someCodes(300, dims);
    const z = Array.from({ length: dims }, (_, d) => 0.4 * d - 0.5);
    const grid = { left: -4, top: 4, cell: 0.05, columns: 160, rows: 160 };
    const field = distances(codes, plane, z, grid);
    for (const [row, column] of [[80, 80], [70, 100], [95, 60], [110, 110], [60, 75]]) {
      const place = lift(plane, z, grid.left + (column + 0.5) * grid.cell, grid.top - (row + 0.5) * grid.cell);
      const { distance } = codes.nearest(place);
      assert.ok(Math.abs(field[row * grid.columns + column] - distance) < 0.05, `${field[row * grid.columns + column]} and ${distance}`);
    }
  });
}

test("lifting to a place and projecting gives the place, and changes nothing off the plane", () => {
  const plane = tilted(8);
  const next = noise(9);
  const z = Array.from({ length: 8 }, next);
  const moved = lift(plane, z, 1.5, -0.25);
  const [a, b] = project(plane, moved);
  assert.ok(Math.abs(a - 1.5) < 1e-9 && Math.abs(b + 0.25) < 1e-9);
  const step = z.map((value, d) => moved[d] - value);
  const along = [plane.u, plane.v].map((w) => step.reduce((sum, value, d) => sum + value * w[d], 0));
  const rest = step.map((value, d) => value - along[0] * plane.u[d] - along[1] * plane.v[d]);
  assert.ok(Math.hypot(...rest) < 1e-9);
});

test("an ellipse has the spread of draws as the plane sees them, in every direction", () => {
  const plane = tilted(5);
  const std = [0.2, 1.5, 0.7, 0.1, 2];
  const { long, short, angle } = ellipse(plane, std);
  for (const turn of [0, 0.4, 1, 2]) {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const variance = std.reduce((sum, sigma, d) => sum + ((c * plane.u[d] + s * plane.v[d]) * sigma) ** 2, 0);
    const ours = (long * Math.cos(turn - angle)) ** 2 + (short * Math.sin(turn - angle)) ** 2;
    assert.ok(Math.abs(variance - ours) < 1e-9);
  }
});

test("on two of the model's own axes the ellipse's half axes are the two standard deviations", () => {
  const { long, short } = ellipse(axesPlane(3, 2, 0), [0.5, 9, 0.25]);
  assert.ok(Math.abs(long - 0.5) < 1e-12 && Math.abs(short - 0.25) < 1e-12);
});

test("a spherical way keeps to the sphere and both ways meet their ends", () => {
  const [start, end] = [[3, 0, 0], [0, 3, 0]];
  for (const code of way(start, end, 7, "spherical")) assert.ok(Math.abs(Math.hypot(...code) - 3) < 1e-9);
  for (const method of ["linear", "spherical"]) {
    const path = way(start, end, 7, method);
    assert.deepEqual(path[0].map(Math.round), Float64Array.from(start));
    assert.deepEqual(path[6].map(Math.round), Float64Array.from(end));
  }
  assert.ok(way([0, 0, 0], [1, 1, 1], 3, "spherical").every((code) => code.every(Number.isFinite)));
});

test("zooming keeps the point under the hand, and home shows all", () => {
  const view = new View();
  view.resize(800, 500);
  view.setBounds([[-5, 5], [-4, 4]]);
  const before = view.toPlane(600, 100);
  view.zoom(3, 600, 100);
  view.toPlane(600, 100).forEach((value, k) => assert.ok(Math.abs(value - before[k]) < 1e-9));
  view.pan(50, 20);
  view.home();
  for (const corner of [[-5, -4], [5, 4]]) {
    const [x, y] = view.toScreen(...corner);
    assert.ok(x >= -1e-9 && x <= 800 + 1e-9 && y >= -1e-9 && y <= 500 + 1e-9);
  }
});

test("a drawing has its centre of mass in the middle and fits MNIST's box, wherever and however large it was drawn", () => {
  const seven = [[[0.1, 0.1], [0.3, 0.1], [0.2, 0.4]]];
  const there = seven.map((stroke) => stroke.map(([x, y]) => [0.5 + 1.7 * x, 0.2 + 1.7 * y]));
  for (const strokes of [seven, there]) {
    const image = centred(strokes);
    let [mass, x, y] = [0, 0, 0];
    image.forEach((ink, p) => {
      mass += ink;
      x += ink * (p % 28);
      y += ink * Math.floor(p / 28);
    });
    assert.ok(Math.abs(x / mass - 13.5) < 0.05 && Math.abs(y / mass - 13.5) < 0.05);
    const rows = new Set(Array.from(image.keys()).filter((p) => image[p] > 127).map((p) => Math.floor(p / 28)));
    assert.ok(rows.size >= 19 && rows.size <= 21, `${rows.size} rows`);
  }
  assert.deepEqual(centred(seven), centred(there));
});

test("a dot and an empty pad are drawings too", () => {
  assert.equal(centred([]), null);
  assert.ok(centred([[[0.5, 0.5]]]).some((ink) => ink > 200));
});

test("bytes cut short or of another kind are trouble that can be said in a sentence", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(3), new Uint8Array(100).fill(255), new TextEncoder().encode("<!doctype html>")]) {
    assert.throws(() => parse(bytes, "decoder"), (error) => error instanceof Trouble && /^The decoder .*\.$/.test(error.message));
  }
});

function someDecoder(next) {
  const layer = (inputs, outputs, activation) => ({ type: "linear", inputs, outputs, size: outputs, activation });
  const layers = [layer(3, 7, "gelu"), layer(7, 9, "")];
  const arrays = {};
  layers.forEach(({ inputs, outputs }, i) => {
    arrays[`weight${i}`] = Float32Array.from({ length: inputs * outputs }, next);
    arrays[`bias${i}`] = Float32Array.from({ length: outputs }, next);
  });
  return new Decoder({ dims: 3, shape: [1, 3, 3], layers, arrays, output: "sigmoid" });
}

test("decoding many is decoding each", () => {
  const next = noise(5);
  const decoder = someDecoder(next);
  const codes = Array.from({ length: 21 }, () => [next(), next(), next()]);
  const each = codes.flatMap((code) => Array.from(decoder.decode(code)));
  decoder.decodeAll(codes).forEach((value, p) => assert.ok(Math.abs(value - each[p]) < 1e-6));
});

test("the background's thread answers with each decoded tile in its place, in one ink", async () => {
  const next = noise(11);
  const decoder = someDecoder(next);
  const codes = Array.from({ length: 4 }, () => [next(), next(), next()]);
  const heard = {};
  globalThis.addEventListener = (name, act) => (heard[name] = act);
  let said = null;
  globalThis.postMessage = (answer) => (said = answer);
  await import("../../explorer/canvas/js/worker.js");
  heard.message({ data: { payload: structuredClone(decoder.payload), codes, side: 2, colour: [10, 20, 30] } });
  assert.equal(said.pixels.length, 4 * 6 * 6);
  codes.forEach((code, tile) => {
    decoder.decode(code).forEach((value, p) => {
      const [x, y] = [(tile % 2) * 3 + (p % 3), Math.floor(tile / 2) * 3 + Math.floor(p / 3)];
      const at = 4 * (6 * y + x);
      assert.deepEqual(Array.from(said.pixels.subarray(at, at + 3)), [10, 20, 30]);
      assert.ok(Math.abs(said.pixels[at + 3] - 255 * value) <= 0.51);
    });
  });
});

test("the nearest points are the first of all, sorted", () => {
  const next = noise(13);
  const feet = Float32Array.from({ length: 2 * 400 }, () => 5 * next());
  const far = (i) => Math.hypot(feet[2 * i] - 0.4, feet[2 * i + 1] + 1);
  const sorted = Array.from({ length: 400 }, (_, i) => i).sort((i, j) => far(i) - far(j));
  assert.deepEqual(nearestFeet(feet, 0.4, -1, 60), sorted.slice(0, 60));
  assert.equal(nearestFeet(feet.subarray(0, 20), 0, 0, 60).length, 10);
});

test("the close-up of the prior stands within the plane, in the corner that covers the fewest points", () => {
  const next = noise(11);
  for (const [width, height] of [[480, 300], [175, 190], [400, 170]]) {
    const view = new View();
    view.resize(width, height);
    view.setBounds([[-width / height, width / height], [-1, 1]]);
    const side = Math.round(0.42 * Math.min(width, height));
    const covered = ([left, top], feet) => {
      let count = 0;
      for (let p = 0; p < feet.length; p += 2) {
        const [x, y] = view.toScreen(feet[p], feet[p + 1]);
        count += Number(x >= left && x <= left + side && y >= top && y <= top + side);
      }
      return count;
    };
    const everywhere = Float32Array.from({ length: 4000 }, (_, i) => next() * (i % 2 ? 1 : width / height));
    const places = new Set();
    for (const [across, up] of [[-1, -1], [-1, 1], [1, -1], [1, 1]]) {
      const free = [];
      for (let p = 0; p < everywhere.length; p += 2) {
        const [a, b] = everywhere.subarray(p, p + 2);
        if (a * across < 0 || b * up < 0) free.push(a, b); // one quarter has none
      }
      const [left, top] = emptiest(view, Float32Array.from(free), side);
      assert.ok(left >= 0 && top >= 0 && left + side <= width && top + side <= height);
      assert.ok(covered([left, top], free) < 0.1 * (free.length / 2), `${covered([left, top], free)} of ${free.length / 2}`);
      places.add(`${left},${top}`);
    }
    assert.equal(places.size, 4);
  }
});

test("classes are named where their points are; where all are in one place, a crowd of names is no name", () => {
  const view = new View();
  view.resize(400, 300);
  view.setBounds([[-4, 4], [-3, 3]]);
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  const said = (spread) => {
    const texts = [];
    const context = new Proxy({}, { get: (_, name) => (name === "measureText" ? () => ({ width: 7 }) : name === "fillText" ? (text) => texts.push(text) : () => {}), set: () => true });
    const middles = classes.map((_, i) => [spread * Math.cos(0.2 * Math.PI * i), spread * Math.sin(0.2 * Math.PI * i)]);
    names(context, { view, ink: {}, middles, classes, names: ["#000000"] });
    return texts;
  };
  assert.deepEqual(said(2), classes);
  assert.deepEqual(said(0.05), []);
});

for (const [width, height] of [[600, 600], [300, 700], [900, 200]]) {
  test(`what is in sight is named whatever the size of the plane: ${width} x ${height}`, () => {
    const seen = new View();
    seen.resize(640, 480);
    seen.setBounds([[-3, 5], [-2, 2]]);
    seen.zoom(4, 100, 300);
    seen.pan(-37, 12);
    const named = seen.sight;
    const led = new View();
    led.setBounds([[-3, 5], [-2, 2]]);
    led.look(named); // before the plane has a size
    led.resize(width, height);
    assert.deepEqual(led.sight, named);
    assert.ok(Math.abs(led.scale / led.homeScale - 4) < 1e-9);
    const [middle, there] = [seen.toPlane(320, 240), led.toPlane(width / 2, height / 2)];
    for (const d of [0, 1]) assert.ok(Math.abs(middle[d] - there[d]) < 0.01);
    led.pan(5, 0);
    assert.notDeepEqual(led.sight, named);
    led.home();
    assert.deepEqual(led.sight, [0, 0, 1]);
  });
}
