// Layers as pictures: a unit is a pixel, a map is a tile; hover, tap and arrow keys find one.

import { clamp } from "../../explorer/browser/js/numbers.js";
import { el } from "../../explorer/browser/js/dom.js";

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Which of the numbers that divide `count` lies nearest to `wanted`. */
function divisor(count, wanted) {
  let best = 1;
  for (let d = 1; d <= count; d++) if (count % d === 0 && Math.abs(d - wanted) < Math.abs(best - wanted)) best = d;
  return best;
}

/** How the units of a stage of that shape lie in a picture: tiles of height x width, `columns` side by side, a gap between. */
export function arrangement(shape) {
  const [count, height = 1, width = 1] = shape;
  const columns = divisor(count, Math.sqrt(0.75 * count));
  const gap = height > 1 ? 1 : 0;
  return {
    height,
    width,
    columns,
    gap,
    across: columns * (width + gap) - gap,
    down: (count / columns) * (height + gap) - gap,
    /** The place (x, y) of a unit in the picture. */
    placeOf(unit) {
      const tile = Math.floor(unit / (height * width));
      const within = unit % (height * width);
      return [(tile % columns) * (width + gap) + (within % width), Math.floor(tile / columns) * (height + gap) + Math.floor(within / width)];
    },
    /** The unit at a place; null in a gap. */
    unitAt(x, y) {
      const [tileX, tileY] = [Math.floor(x / (width + gap)), Math.floor(y / (height + gap))];
      const [c, r] = [x - tileX * (width + gap), y - tileY * (height + gap)];
      if (x < 0 || y < 0 || tileX >= columns || tileY >= count / columns || c >= width || r >= height) return null;
      return (tileY * columns + tileX) * height * width + r * width + c;
    },
  };
}

/** A box over a picture of so many pixels: { top, left, bottom, right } in its pixels. */
export function place(mark, box, across, down) {
  mark.hidden = !box;
  if (!box) return;
  const percent = (value, of) => `${(100 * value) / of}%`;
  Object.assign(mark.style, {
    left: percent(box.left, across),
    top: percent(box.top, down),
    width: percent(box.right - box.left, across),
    height: percent(box.bottom - box.top, down),
  });
}

/** A small canvas of pictures' own pixels, with a box that may lie over it. */
export class Tile {
  constructor(className, label) {
    this.canvas = el("canvas", { className: "in-pixels", role: "img", "aria-label": label });
    this.mark = el("span", { className: "in-mark", hidden: true });
    this.element = el("span", { className: `in-tile ${className}` }, this.canvas, this.mark);
  }

  /** Colour every pixel: `colour(i)` gives [r, g, b]. */
  show(width, height, colour) {
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) image.data.set([...colour(i), 255], 4 * i);
    context.putImageData(image, 0, 0);
  }

  grey(pixels, width, height, white = 1) {
    this.show(width, height, (i) => Array(3).fill(clamp((255 * pixels[i]) / white, 0, 255)));
  }

  box(box) {
    place(this.mark, box, this.canvas.width, this.canvas.height);
  }

  say(text) {
    this.canvas.setAttribute("aria-label", text);
  }
}

/** One layer as a picture under the hand. on: { hover(unit), leave(), pick(unit), moved(unit) }. */
export class LayerView {
  constructor(stage, { title, caption, scale }, on, signal) {
    this.stage = stage;
    this.lay = arrangement(stage.shape);
    this.count = stage.shape.reduce((product, size) => product * size, 1);
    this.unit = 0;
    const { across, down } = this.lay;
    this.canvas = el("canvas", {
      className: "in-pixels in-layer",
      width: across,
      height: down,
      tabIndex: 0,
      role: "slider",
      "aria-label": title,
      "aria-valuemin": 1,
      "aria-valuemax": this.count,
      "aria-valuenow": 1,
    });
    this.image = this.canvas.getContext("2d").createImageData(across, down);
    this.mark = el("span", { className: "in-mark", hidden: true });
    const frame = el("span", { className: "in-tile" }, this.canvas, this.mark);
    frame.style.width = `calc(${across * scale} * var(--in-unit, 1px))`;
    this.element = el("figure", { className: "in-station" }, frame, el("figcaption", {}, ...caption));
    this.#listen(on, signal);
  }

  #listen(on, signal) {
    const { canvas } = this;
    const unitAt = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      const along = (value, low, size, count) => Math.floor(((value - low) / size) * count);
      return this.lay.unitAt(along(clientX, box.left, box.width, this.lay.across), along(clientY, box.top, box.height, this.lay.down));
    };
    const listen = (name, act) => canvas.addEventListener(name, act, { signal });
    const find = (act) => (event) => {
      const unit = unitAt(event);
      if (unit !== null) act(unit);
    };
    listen("pointermove", find(on.hover));
    listen("pointerdown", find(on.hover));
    listen("click", find(on.pick));
    listen("pointerleave", on.leave);
    listen("pointercancel", on.leave);
    listen("focus", () => canvas.matches(":focus-visible") && on.moved(this.unit));
    listen("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = this.#neighbour(event.key);
      if (next === null) return;
      event.preventDefault();
      this.unit = next; // the next key may come before the next frame
      on.moved(next);
    });
  }

  /** The unit that a key leads to: arrows step in the picture, over gaps; Page up and down change the map; null for other keys. */
  #neighbour(key) {
    const { height, width } = this.lay;
    const area = height * width;
    if (key === "Home") return 0;
    if (key === "End") return this.count - 1;
    if (key === "PageUp" || key === "PageDown") {
      const next = this.unit + (key === "PageDown" ? 1 : -1) * (area > 1 ? area : this.lay.columns);
      return next >= 0 && next < this.count ? next : this.unit;
    }
    if (!(key in ARROWS)) return null;
    const [dy, dx] = ARROWS[key];
    let [x, y] = this.lay.placeOf(this.unit);
    for (let hop = 0; hop < 2; hop++) {
      [x, y] = [x + dx, y + dy];
      const unit = this.lay.unitAt(x, y);
      if (unit !== null) return unit;
    }
    return this.unit;
  }

  /** Draw the layer's numbers, white at `white`. */
  show(values, white) {
    const { data } = this.image;
    for (let unit = 0; unit < this.count; unit++) {
      const [x, y] = this.lay.placeOf(unit);
      const grey = clamp((255 * values[unit]) / white, 0, 255);
      const p = 4 * (y * this.lay.across + x);
      data[p] = data[p + 1] = data[p + 2] = grey;
      data[p + 3] = 255;
    }
    this.canvas.getContext("2d").putImageData(this.image, 0, 0);
  }

  /** A box over the layer's own pixels, or none. */
  frame(box) {
    place(this.mark, box, this.lay.across, this.lay.down);
  }

  /** Mark a unit as the one that is looked at, or none. */
  select(unit, words) {
    if (unit === null) return this.frame(null);
    this.unit = unit;
    const [x, y] = this.lay.placeOf(unit);
    this.frame({ left: x, top: y, right: x + 1, bottom: y + 1 });
    this.canvas.setAttribute("aria-valuenow", unit + 1);
    this.canvas.setAttribute("aria-valuetext", words);
  }
}

/** The heads: a button for each, with its number. */
export class HeadsView {
  constructor(names, { title, caption }, on, signal) {
    this.buttons = names.map((name, unit) => {
      const value = el("b");
      const button = el("button", { type: "button", className: "in-head" }, name, value);
      const listen = (event, act) => button.addEventListener(event, act, { signal });
      listen("pointerenter", () => on.hover(unit));
      listen("pointerleave", on.leave);
      listen("focus", () => button.matches(":focus-visible") && on.moved(unit));
      listen("click", () => on.pick(unit));
      return { button, value };
    });
    this.element = el(
      "figure",
      { className: "in-station" },
      el("div", { className: "in-heads", role: "group", "aria-label": title }, ...this.buttons.map(({ button }) => button)),
      el("figcaption", {}, ...caption),
    );
  }

  show(values) {
    this.buttons.forEach(({ value }, unit) => (value.textContent = values[unit].toFixed(2).replace("-", "\u2212")));
  }

  select(unit) {
    this.buttons.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === unit)));
  }
}
