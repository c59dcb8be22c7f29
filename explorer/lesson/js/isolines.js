// Lines of equal height of a function on a grid, by marching squares. Nothing here knows the screen.

/** Segments [x0, y0, x1, y1] where a field of rows * columns values crosses `level`; positions in cells, the first value at (0, 0). */
export function isolines(field, columns, rows, level) {
  const segments = [];
  const cut = (a, b) => (level - a) / (b - a);
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const at = r * columns + c;
      const [a, b, d, e] = [field[at], field[at + 1], field[at + columns], field[at + columns + 1]];
      const crossings = [];
      if (a < level !== b < level) crossings.push([c + cut(a, b), r]);
      if (b < level !== e < level) crossings.push([c + 1, r + cut(b, e)]);
      if (d < level !== e < level) crossings.push([c + cut(d, e), r + 1]);
      if (a < level !== d < level) crossings.push([c, r + cut(a, d)]);
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([...crossings[k], ...crossings[k + 1]]);
    }
  }
  return segments;
}
