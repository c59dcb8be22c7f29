// The links that take a view home as one file (explorer/takehome/offer.py). A page writes what it shows into its address, under the hand too, so a
// link leads to what the address says at the moment at which it is used. The server makes the file; what it refuses stands beside the link.

const LINK = "a.le-take-home";
const HELD = 60_000; // ms for which the file stays in memory: some browsers begin to write it only after a question

/** Let every such link do so, now and later. */
export function takeHome() {
  const follow = ({ target }) => {
    const link = linkOf(target);
    if (link) lead(link);
  };
  for (const kind of ["pointerover", "pointerdown", "focusin"]) addEventListener(kind, follow, { capture: true });
  addEventListener(
    "click",
    (event) => {
      const link = linkOf(event.target);
      if (!link) return;
      lead(link);
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // into a tab of its own
      event.preventDefault();
      take(link);
    },
    { capture: true },
  );
}

/** @returns {HTMLAnchorElement | null} */
function linkOf(target) {
  return target instanceof Element ? target.closest(LINK) : null;
}

/** Let a link say what the page's address says now, where it follows it. @param {HTMLAnchorElement} link */
export function lead(link) {
  if (link.dataset.follows !== undefined) link.search = location.search;
}

/** Fetch the file, and let the browser keep it. Meanwhile and afterwards its place says how it stands. @param {HTMLAnchorElement} link */
async function take(link) {
  if (link.ariaBusy === "true") return;
  const said = link.parentElement?.querySelector("[role=status]");
  const say = (text) => said && (said.textContent = text ?? "");
  link.ariaBusy = "true";
  say(link.dataset.making);
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Refusal(await answer.text());
    keep(await answer.blob(), named(answer.headers.get("Content-Disposition") ?? ""));
    say(link.dataset.made);
  } catch (error) {
    say(error instanceof Refusal ? error.message : link.dataset.failed);
  }
  link.ariaBusy = "false";
}

/** What the server refuses, in its sentence. */
class Refusal extends Error {}

/** The name that an answer gives its file. @param {string} disposition */
export function named(disposition) {
  return /filename="([^"]+)"/.exec(disposition)?.[1] ?? "latent.html";
}

function keep(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), HELD);
}
