// The looks of the search and of a term's words, which come with them.

export const STYLE = `
.le-asked, .le-term {
  font: inherit; color: inherit; background: var(--le-paper, Canvas); border: 1px solid var(--le-line, GrayText); border-radius: .5rem;
  box-shadow: 0 .6rem 2rem rgb(0 0 0 / 30%); box-sizing: border-box;
}
.le-asked { width: min(40rem, calc(100vw - 1rem)); max-height: min(34rem, calc(100dvh - 2rem)); margin: max(1rem, 10dvh) auto auto; padding: .7rem; overflow: hidden; }
.le-asked[open] { display: flex; flex-direction: column; }
.le-asked::backdrop { background: rgb(0 0 0 / 35%); }
.le-asked > div { display: flex; gap: .5rem; }
.le-asked :is(input, button) { font: inherit; color: inherit; background: none; border: 1px solid var(--le-line, GrayText); border-radius: .35rem; padding: .5rem .8rem; }
.le-asked input { flex: 1; min-width: 0; }
.le-asked :is(input, button):focus-visible, .le-term a:focus-visible { outline: 3px solid var(--le-vae, Highlight); outline-offset: 1px; }
.le-asked ul { list-style: none; margin: .6rem 0 0; padding: 0; overflow-y: auto; }
.le-asked p { margin: 0; }
.le-asked p:not(:empty) { padding: .4rem; }
.le-asked li { display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; padding: .4rem .6rem; border-radius: .35rem; cursor: pointer; line-height: 1.35; margin: 0; }
.le-asked li:is([aria-selected="true"], :hover) { background: color-mix(in srgb, currentColor 9%, transparent); }
.le-asked li[aria-selected="true"] { outline: 2px solid var(--le-vae, Highlight); outline-offset: -2px; }
.le-asked li small { opacity: .8; }
.le-asked li span { grid-column: 1 / -1; opacity: .85; font-size: .9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.le-term { position: fixed; inset: auto; margin: 0; width: min(26rem, calc(100vw - 1rem)); padding: .7rem 1rem; line-height: 1.45; font-size: .95rem; text-align: left; }
.le-term p { margin: .2rem 0 .4rem; font-size: inherit; }
.le-term div { overflow-x: auto; padding: .2rem 0; }
`;
