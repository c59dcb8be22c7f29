// How the class's parts look, wherever they stand: in a page of their own, in a shadow root, on a projector. Colours are those of the place.

const STYLE = `
.class-map, .class-chart, .class-pad { display: flex; flex-direction: column; gap: .6em; min-width: 0; --line: color-mix(in srgb, currentColor 24%, transparent); }
.class-map { flex: 1; min-height: 0; }
.class-map button, .class-chart button, .class-pad button {
  font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .4em; padding: .3em .7em; min-height: 2.4em; min-width: 2.4em; cursor: pointer;
}
.class-map button:hover, .class-chart button:hover, .class-pad button:hover { border-color: currentColor; }
.class-map button[aria-pressed=true], .class-chart button[aria-pressed=true], .class-pad button[aria-pressed=true] { border: 2px solid currentColor; font-weight: 700; background: color-mix(in srgb, currentColor 10%, transparent); }
.class-map button:disabled, .class-chart button:disabled, .class-pad button:disabled { opacity: .5; cursor: default; }
.class-map :focus-visible, .class-chart :focus-visible, .class-pad :focus-visible { outline: 3px solid color-mix(in srgb, currentColor 60%, transparent); outline-offset: 2px; }
.class-map [hidden], .class-chart [hidden], .class-pad [hidden] { display: none; }
.class-map p, .class-chart p, .class-pad p, .class-map h3 { margin: 0; }
.cl-as-projector .class-plane { min-height: calc(100vh - 7em); }
.cl-as-projector .class-tools, .cl-as-projector details { display: none; }
.class-heading { font-size: 1.25em; font-weight: 650; }
.class-counted { font-size: .8em; font-weight: 400; white-space: nowrap; }
.class-count { font-weight: 400; margin-inline-start: 1em; font-variant-numeric: tabular-nums; }
.class-tools { display: flex; flex-wrap: wrap; gap: .4em 1.2em; justify-content: space-between; }
.class-chips { display: flex; flex-wrap: wrap; gap: .3em; align-items: center; }
.class-chips button { border-bottom: 4px solid var(--own, var(--line)); }
.class-planes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: .6em 1.2em; flex: 1; min-height: 0; }
.class-planes section { display: flex; flex-direction: column; gap: .3em; min-width: 0; }
.class-planes h3 { font-size: 1em; font-weight: 650; }
.class-plane { position: relative; flex: 1 0 min(46vh, 40rem); min-height: min(20rem, 60vw); border: 1px solid var(--line); border-radius: .5em; overflow: hidden; touch-action: none; user-select: none; -webkit-user-select: none; }
.class-plane canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.class-closer { min-height: 6em; }
.class-closer.none .class-large, .cl-as-projector .class-closer.none { display: none; }
.class-closer, .class-draws { display: flex; gap: .9em; align-items: center; }
.class-large { width: 6em; aspect-ratio: 1; background: #000; border-radius: .4em; image-rendering: pixelated; flex: none; }
.class-map details li { list-style: none; } .class-map details ul { padding: 0; display: grid; gap: .3em; } .class-map details button { text-align: left; }
.class-both { display: flex; flex-wrap: wrap; gap: 1em; } .class-frame { flex: 1 1 20em; min-width: 0; } .class-draws { flex: 0 1 15em; flex-direction: column; align-items: start; }
.class-draws img { width: min(15em, 100%); aspect-ratio: 1; background: #000; border-radius: .4em; image-rendering: pixelated; flex: none; }
.class-chart svg { display: block; width: 100%; overflow: visible; }
.class-chart .grid { stroke: currentColor; stroke-opacity: .12; }
.class-chart .equal { stroke: currentColor; stroke-opacity: .45; stroke-dasharray: 2 5; fill: none; }
.class-chart text { fill: currentColor; font-size: 14px; }
.class-chart .rung { fill: none; stroke: currentColor; stroke-opacity: .45; } .class-chart circle.rung { fill: currentColor; fill-opacity: .3; stroke: none; } .class-chart text.small { fill-opacity: .75; font-size: 13px; }
.class-chart .point { cursor: pointer; outline: none; transition: transform .6s; }
.class-chart .point circle { stroke-width: 2; }
.class-chart .point text { fill: #fff; font-weight: 700; text-anchor: middle; dominant-baseline: central; pointer-events: none; font-size: 13px; }
.class-chart .point.going circle { stroke-dasharray: 4 3; stroke: currentColor; }
.class-chart .point[aria-pressed=true] circle, .class-chart .point:focus-visible circle { stroke: currentColor; stroke-width: 4; }
.class-chart table { border-collapse: collapse; } .class-chart td, .class-chart th { padding: .2em .8em .2em 0; text-align: right; font-variant-numeric: tabular-nums; }
.class-pad .pad { width: min(22rem, 100%, 60vh); height: auto; aspect-ratio: 1; background: #000; border-radius: .5em; touch-action: none; cursor: crosshair; }
.class-pad .pad:not(:focus-visible) { outline: 1px solid var(--line); }
.sheet .class-pad .pad { width: 15rem; }
.class-pad .drawing { display: flex; flex-wrap: wrap; gap: 0 1.2em; } .class-pad .drawing > * { flex: 0 1 auto; min-width: 0; } .class-pad .drawing fieldset { flex: 1 1 12em; }
.class-pad .buttons { display: flex; gap: .4em; margin-top: .4em; }
.class-pad .send { font-size: 1.15em; font-weight: 650; border: 2px solid currentColor; align-self: flex-start; min-width: 8em; }
.class-pad fieldset { border: 0; margin: .6em 0 0; padding: 0; } .class-pad fieldset .class-chips { display: grid; grid-template-columns: repeat(5, minmax(0, 4em)); } .class-pad fieldset button { min-height: 2.75em; min-width: 0; padding-inline: 0; } .class-pad legend { padding: 0 0 .3em; }
.class-pad ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .6em; } .class-pad li { display: grid; gap: .3em; justify-items: center; }
.class-pad li canvas { width: 4.5em; aspect-ratio: 1; background: #000; border-radius: .4em; image-rendering: pixelated; }
@media (prefers-reduced-motion: reduce) { .class-chart .point { transition: none; } }
@media (forced-colors: active) { .class-map button[aria-pressed=true], .class-chart button[aria-pressed=true], .class-pad button[aria-pressed=true] { forced-color-adjust: none; background: Highlight; color: HighlightText; } .class-chart .point circle { forced-color-adjust: none; } }
`;

/** Give the document or shadow root in which a part stands the parts' style sheet, once. */
export function wear(root) {
  const place = root.getRootNode();
  const home = place instanceof ShadowRoot ? place : document;
  if (home.adoptedStyleSheets.some((sheet) => sheet["classParts"])) return;
  const sheet = new CSSStyleSheet();
  sheet["classParts"] = true;
  sheet.replaceSync(STYLE);
  home.adoptedStyleSheets = [...home.adoptedStyleSheets, sheet];
}

/** Colours for a canvas that stands in an element: { text, background, font }, as the page around it has them. */
export function inkOf(element) {
  const { color, fontFamily } = getComputedStyle(element);
  let background = "";
  for (let at = element; at && !background; at = at.parentElement ?? at.getRootNode().host) {
    const own = getComputedStyle(at).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(own)) background = own;
  }
  return { text: color, background: background || "Canvas", font: fontFamily };
}
