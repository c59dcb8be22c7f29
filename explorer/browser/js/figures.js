// Figures drawn by Plotly. Python puts their places on the page (explorer/page/plotting.py); the library and a figure are fetched when its
// place comes near the screen, and what comes under the same key takes the place of what is there.

import { enlarged } from "./size.js";

const NEAR = "100px"; // from the screen
const AGAIN = 200; // ms until an arriving page is looked at once more
const STEP = 0.1; // of what is seen, by which an arrow key moves it
const CONFIG = { displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
const PAPER = 660; // pixels, the width that fits on a sheet
const AXIS = /^[xy]axis\d*$/;
// What a key does to a range: moves it along x and y by shares of it, or widens it by a factor.
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowDown: [0, -STEP], ArrowUp: [0, STEP] };
const ZOOMS = { "+": 1 / 1.25, "=": 1 / 1.25, "-": 1.25 };

/** @typedef {HTMLElement & { layout: Record<string, any>, on(event: string, act: () => void): void }} Drawing what Plotly makes of an element */

/**
 * Draw every figure that is or comes on the page.
 *
 * @param {string} library address of Plotly's code
 */
export function drawFigures(library) {
  /** @type {Map<string, Figure>} by their keys */
  const figures = new Map();
  const plotly = once(() => script(library));
  let look = "";

  function found() {
    for (const [key, figure] of figures) if (!figure.place.isConnected && !placeOf(key)) figures.delete(key) && figure.end();
    for (const place of document.querySelectorAll(".le-figure:not([data-found])")) {
      if (!(place instanceof HTMLElement)) continue;
      place.dataset.found = "";
      const key = place.dataset.key ?? "";
      const figure = figures.get(key) ?? new Figure(plotly);
      figures.set(key, figure);
      figure.take(place);
    }
  }

  function coloured() {
    const now = JSON.stringify(template());
    if (now !== look) for (const figure of figures.values()) figure.colour();
    look = now;
  }

  new MutationObserver((changes) => {
    if (changes.some(({ type }) => type === "childList")) found();
    if (figures.size && changes.some(({ target }) => target instanceof HTMLElement && target.dataset.testid === "stApp")) coloured();
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  addEventListener("beforeprint", () => figures.forEach((figure) => figure.resize(PAPER)));
  addEventListener("afterprint", () => figures.forEach((figure) => figure.resize()));
}

/** The place of a figure on the page, if it has one. */
function placeOf(key) {
  return document.querySelector(`.le-figure[data-key="${CSS.escape(key)}"]`);
}

/** One figure: it keeps its drawing while Python changes its place or what it shows. */
class Figure {
  constructor(plotly) {
    this.plotly = plotly;
    const margins = { rootMargin: NEAR, scrollMargin: NEAR };
    this.near = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#approach(), margins);
    this.sizes = new ResizeObserver(() => this.resize());
    /** @type {Drawing | null} */
    this.drawing = null;
  }

  /** Be in this place of the page; what is drawn already comes along. */
  take(place) {
    this.place = place;
    place.addEventListener("keydown", (event) => this.#key(event));
    this.near.disconnect();
    if (!this.drawing) return this.near.observe(place);
    place.append(this.drawing);
    this.#watch();
    return this.#come();
  }

  end() {
    this.near.disconnect();
    this.sizes.disconnect();
    if (this.drawing) this.library.purge(this.drawing);
  }

  /** Be near the screen. While the page arrives (arrival.js), what stands above may still push the figure away. */
  #approach() {
    if (document.documentElement.dataset.arriving === undefined) return this.#come();
    this.near.disconnect();
    setTimeout(() => this.place.isConnected && !this.drawing && this.near.observe(this.place), AGAIN);
  }

  /** Fetch the figure, and the library where it has not come, and draw. */
  async #come() {
    this.near.disconnect();
    const { place } = this;
    try {
      const [library, { data, layout }] = await Promise.all([this.plotly(), figureOf(place.dataset.figure ?? "")]);
      if (place !== this.place || !place.isConnected) return;
      this.library = library;
      const drawing = this.drawing ?? /** @type {Drawing} */ (/** @type {unknown} */ (document.createElement("div")));
      if (!this.drawing) {
        drawing.style.height = "100%";
        place.append(drawing);
      }
      await library.react(drawing, data, { ...layout, height: place.clientHeight, template: template(), autosize: true }, CONFIG);
      if (!this.drawing) drawing.on("plotly_afterplot", () => oneStop(drawing));
      oneStop(drawing);
      this.drawing = drawing;
      this.first = ranges(drawing);
      this.#watch();
      place.dataset.drawn = "";
    } catch (error) {
      if (!this.drawing) place.textContent = place.dataset.unloaded ?? "";
      console.warn(error);
    }
  }

  #watch() {
    this.sizes.disconnect();
    this.sizes.observe(this.place);
  }

  /** Fill the place, or a width. */
  resize(width = this.place?.clientWidth) {
    if (!this.drawing || !width) return;
    const { clientHeight: height } = this.place;
    const size = `${width} ${height}`;
    if (this.drawing.dataset.size === size && Math.abs(width - this.drawing.clientWidth) < 1) return;
    this.drawing.dataset.size = size;
    this.library.relayout(this.drawing, { width, height, template: template() });
  }

  /** Take the page's colours, which have changed. */
  colour() {
    if (this.drawing) this.library.relayout(this.drawing, { template: template() });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.drawing || event.ctrlKey || event.altKey || event.metaKey) return;
    const changed = event.key === "0" ? this.first : seen(ranges(this.drawing), event.key);
    if (!changed) return;
    event.preventDefault();
    this.library.relayout(this.drawing, changed);
  }
}

/** The ranges of a drawing's axes, as `relayout` takes them; of axes that stay none. */
function ranges({ layout }) {
  const moving = Object.entries(layout).filter(([name, axis]) => AXIS.test(name) && !axis.fixedrange && axis.range?.every(Number.isFinite));
  return Object.fromEntries(moving.map(([name, { range }]) => [`${name}.range`, [...range]]));
}

/**
 * The ranges after a key, or null where it does nothing.
 *
 * @param {Record<string, number[]>} before
 * @param {string} key
 */
export function seen(before, key) {
  const [x, y] = MOVES[key] ?? [0, 0];
  const zoom = ZOOMS[key] ?? 1;
  if (!x && !y && zoom === 1) return null;
  return Object.fromEntries(
    Object.entries(before).map(([name, [low, high]]) => {
      const middle = (low + high) / 2 + (name.startsWith("x") ? x : y) * (high - low);
      const half = (zoom * (high - low)) / 2;
      return [name, [middle - half, middle + half]];
    }),
  );
}

/** A figure is one stop of the Tab key; its tool bar is for the mouse, and keys do the same. */
function oneStop(drawing) {
  for (const tool of drawing.querySelectorAll(".modebar :is(a, button)")) tool.setAttribute("tabindex", "-1");
}

async function figureOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** The page's colours and letters, as Plotly takes them. */
function template() {
  const { color, backgroundColor, fontFamily } = getComputedStyle(document.querySelector('[data-testid="stApp"]') ?? document.body);
  const ink = (share) => color.replace(/^rgba?\(([^,]+,[^,]+,[^,)]+).*$/, `rgba($1, ${share})`);
  const small = 13 * enlarged(); // CSS pixels
  const axis = {
    gridcolor: ink(0.12),
    zerolinecolor: ink(0.12),
    tickcolor: ink(0.12),
    tickfont: { color: ink(0.75), size: small },
    title: { font: { color: ink(0.75), size: small + 1 } },
    automargin: true,
  };
  return {
    layout: {
      font: { color, family: fontFamily, size: small },
      paper_bgcolor: backgroundColor,
      plot_bgcolor: backgroundColor,
      legend: { font: { color, size: small } },
      hoverlabel: { bgcolor: backgroundColor, bordercolor: ink(0.3), font: { color, family: fontFamily, size: small } },
      margin: { pad: 8 },
      xaxis: { ...axis, showgrid: false, zeroline: false, title: { ...axis.title, standoff: 14 } },
      yaxis: { ...axis, title: { ...axis.title, standoff: 24 } },
    },
  };
}

/** A function whose promise is made at the first call; one that failed is made again. */
function once(make) {
  let made = null;
  return () => {
    made ??= make().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}

/** Load Plotly, which is no module. */
function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = () => resolve(/** @type {any} */ (globalThis).Plotly);
    element.onerror = () => reject(new Error(`${address} was not loaded`));
    document.head.append(element);
  });
}
