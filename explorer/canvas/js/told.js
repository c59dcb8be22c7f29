// What the reader has done, by the names under which the rows of an address know it. Nothing here knows the screen.

/**
 * The same as CanvasState.told of explorer/canvas/canvas.py makes of a report.
 *
 * @param {{ position: number[][], digit: number | null, layers: string[], plane: string | null, sight: number[] | null, moment: number | null,
 *   ends: number[] | null, choices: Record<string, any> }} report
 * @returns {Record<string, any>}
 */
export function toldOf({ position, digit, layers, plane, sight, moment, ends, choices }) {
  const places = position.flat();
  const only = position.length === 1 ? Object.fromEntries(places.map((value, d) => [`z${d + 1}`, value])) : {};
  const way = ends ? { a: ends[0], b: ends[1] } : {};
  return { ...choices, digit, moment, layers, plane, sight: sight ?? [], ...only, places, z: digit === null ? places : [], ...way };
}
