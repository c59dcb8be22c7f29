// The looks of the dialog that keeps a view, which come with it.

export const STYLE = `
.le-keeping {
  font: inherit; color: inherit; background: var(--le-paper, Canvas); border: 1px solid var(--le-line, GrayText); border-radius: .6rem; box-sizing: border-box;
  box-shadow: 0 .6rem 2rem rgb(0 0 0 / 30%); width: min(46rem, calc(100vw - 1rem)); max-height: calc(100dvh - 1rem); padding: 1rem 1.2rem 1.2rem; line-height: 1.4;
}
.le-keeping::backdrop { background: rgb(0 0 0 / 35%); }
.le-keeping header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; margin-bottom: .6rem; }
.le-keeping h2 { font-size: 1.25rem; margin: 0; padding: 0; }
.le-keeping form, .le-keeping .what > div { display: grid; gap: .7rem; align-content: start; }
.le-keeping .what { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.15fr); gap: 1rem; }
.le-keeping .what:not(:has(img)) { grid-template-columns: 1fr; }
.le-keeping img { width: 100%; height: auto; border: 1px solid var(--le-line, GrayText); border-radius: .4rem; }
.le-keeping label { display: grid; gap: .2rem; font-size: .875rem; }
.le-keeping :is(input, textarea, select, button) {
  font: inherit; font-size: 1rem; color: inherit; background: var(--le-paper, Canvas); border: 1px solid color-mix(in srgb, currentColor 40%, transparent); border-radius: .4rem;
  padding: .4rem .7rem; min-height: 2.5rem; box-sizing: border-box; min-width: 0;
}
.le-keeping textarea { resize: vertical; }
.le-keeping .ways { display: flex; flex-wrap: wrap; gap: .8rem; align-items: end; justify-content: space-between; }
.le-keeping fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: .5rem; min-width: 0; }
.le-keeping details > * { margin-top: .5rem; }
.le-keeping summary { cursor: pointer; }
.le-keeping .leave { flex-wrap: wrap; gap: .3rem 1rem; }
.le-keeping .leave label { display: flex; align-items: center; gap: .4rem; font-size: 1rem; }
.le-keeping .leave input { width: auto; min-height: 0; margin: 0; }
.le-keeping details textarea { width: 100%; font-size: .8125rem; }
.le-keeping legend { padding: 0; font-size: .875rem; margin-bottom: .2rem; }
.le-keeping :is(select, .ways input) { width: 11rem; }
.le-keeping button { cursor: pointer; white-space: nowrap; }
.le-keeping button:hover:not(:disabled) { border-color: currentColor; }
.le-keeping button:disabled { opacity: .55; cursor: default; }
.le-keeping .main { font-weight: 600; color: var(--le-on-accent, Canvas); background: var(--le-mu-text, Highlight); border-color: transparent; }
.le-keeping .close { min-height: 2rem; padding: 0 .6rem; font-size: 1.3rem; line-height: 1; border-color: transparent; background: none; }
.le-keeping :is(a, input, textarea, select, button, summary):focus-visible { outline: 3px solid var(--le-vae, Highlight); outline-offset: 1px; }
.le-keeping p { margin: 0; font-size: inherit; outline: none; overflow-wrap: anywhere; }
.le-keeping details > p { margin-top: .5rem; }
.le-keeping .trouble { color: var(--le-warning-text); font-weight: 600; }
.le-keeping .trouble:empty { display: none; }
.le-keeping .next { display: flex; flex-wrap: wrap; align-items: center; gap: .8rem; margin-top: .9rem; }
.le-keeping .next input { flex: 1 1 14rem; }
.le-keeping a { color: inherit; font-weight: 600; }
@media (max-width: 640px) {
  .le-keeping .what { grid-template-columns: 1fr; }
  .le-keeping img { max-width: 15rem; }
  .le-keeping .ways, .le-keeping fieldset { display: grid; grid-template-columns: minmax(0, 1fr); width: 100%; }
  .le-keeping :is(select, .ways input) { width: 100%; }
}
@media (max-height: 600px) and (min-width: 641px) { .le-keeping textarea { height: 4.2rem; } }
`;
