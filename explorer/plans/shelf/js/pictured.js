// A picture of what the first screen shows: its canvases, drawings and images, where they stand, without the words around them.

const [WIDTH, HEIGHT] = [480, 270];
const MOST = 64 * 1024; // bytes
const QUALITIES = [0.85, 0.6, 0.35, 0.15];
const LEAST = 24; // pixels: what is smaller is a sign, no picture
const MARGIN = 0.03; // of the width
const MOST_SHAPES = 6_000; // of a drawing whose looks are read one by one
// What a drawing has from the style sheets of the page, which do not go with it.
const LOOKS = ["color", "display", "dominant-baseline", "fill", "fill-opacity", "font-family", "font-size", "font-weight", "opacity",
  "paint-order", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-opacity", "stroke-width", "text-anchor", "visibility"];

/** @typedef {HTMLCanvasElement | HTMLImageElement | SVGSVGElement} Drawn */

/**
 * The picture (webp, 480 x 270, at most 64 kB); null where there is nothing to draw or it cannot be drawn.
 *
 * @param {Element} main what it shows
 * @param {string} paper colour behind
 * @returns {Promise<Blob | null>}
 */
export async function pictured(main, paper) {
  const found = [...seen(main)].map((element) => ({ element, box: element.getBoundingClientRect() })).filter(({ box }) => onScreen(box));
  if (found.length === 0) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = paper;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  const around = frame(found.map(({ box }) => box));
  pen.setTransform(around.scale, 0, 0, around.scale, around.x, around.y);
  for (const { element, box } of found) {
    try {
      const image = element instanceof SVGSVGElement ? await ofDrawing(element, box) : element;
      pen.imageSmoothingEnabled = getComputedStyle(element).imageRendering !== "pixelated" || around.scale < 1;
      pen.drawImage(image, box.x, box.y, box.width, box.height);
    } catch {
      // this one cannot be drawn; the others can
    }
  }
  try {
    return await small(canvas);
  } catch {
    return null; // it has what may not be read again
  }
}

/**
 * What can be drawn below an element, in the order in which it stands there, also in shadow roots.
 *
 * @param {Element} element
 * @returns {Generator<Drawn>}
 */
function* seen(element) {
  if (element instanceof HTMLCanvasElement || element instanceof HTMLImageElement || element instanceof SVGSVGElement) {
    if (element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) yield element;
  } else for (const child of [...(element.shadowRoot?.children ?? []), ...element.children]) yield* seen(child);
}

/** @param {DOMRect} box */
function onScreen({ top, bottom, left, right, width, height }) {
  return width >= LEAST && height >= LEAST && top < innerHeight && bottom > 0 && left < innerWidth && right > 0;
}

/**
 * How boxes on the screen fill the picture: what is outside the window is left out.
 *
 * @param {DOMRect[]} boxes
 */
function frame(boxes) {
  const left = Math.max(0, Math.min(...boxes.map((box) => box.left)));
  const top = Math.max(0, Math.min(...boxes.map((box) => box.top)));
  const right = Math.min(innerWidth, Math.max(...boxes.map((box) => box.right)));
  const bottom = Math.min(innerHeight, Math.max(...boxes.map((box) => box.bottom)));
  const scale = (1 - 2 * MARGIN) * Math.min(WIDTH / (right - left), HEIGHT / (bottom - top));
  return { scale, x: WIDTH / 2 - (scale * (left + right)) / 2, y: HEIGHT / 2 - (scale * (top + bottom)) / 2 };
}

/**
 * A drawing as an image, with the looks that it has on the page.
 *
 * @param {SVGSVGElement} drawing
 * @param {DOMRect} box
 */
async function ofDrawing(drawing, { width, height }) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const [own, made] = [drawing, copy].map((each) => /** @type {SVGElement[]} */ ([each, ...each.querySelectorAll("*")]));
  if (own.length <= MOST_SHAPES) {
    own.forEach((each, i) => {
      const looks = getComputedStyle(each);
      for (const name of LOOKS) made[i].style?.setProperty(name, looks.getPropertyValue(name));
    });
  }
  for (const foreign of copy.querySelectorAll("foreignObject, script")) foreign.remove();
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const image = new Image(width, height);
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob | null>}
 */
async function small(canvas) {
  for (const quality of QUALITIES) {
    /** @type {Blob | null} */
    const blob = await new Promise((done) => canvas.toBlob(done, "image/webp", quality));
    if (blob && blob.size <= MOST) return blob;
  }
  return null;
}
