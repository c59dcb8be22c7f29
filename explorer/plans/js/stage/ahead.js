// What the next step needs, fetched while this one is shown and the browser has nothing else to do: the code and the models that the document of
// its page names (explorer/serving/entry.py). All of it has names that change with its contents, so browsers keep it.

const NAMED = 'link[rel="modulepreload"], link[rel="preload"]';
/** @type {Set<string>} */
const asked = new Set();

/**
 * @param {string} base
 * @param {string} path of a page, "" for Home
 */
export function fetchAhead(base, path) {
  const document_ = `${base}/${path}`;
  if (asked.has(document_)) return;
  asked.add(document_);
  idle(async () => {
    try {
      const text = await (await fetch(document_)).text();
      const links = [...new DOMParser().parseFromString(text, "text/html").querySelectorAll(NAMED)];
      await Promise.all(links.map((link) => come(link.getAttribute("rel"), link.getAttribute("href"))));
    } catch {
      asked.delete(document_); // the page asks for it itself
    }
  });
}

/** A module is fetched and read, so that it only has to run; anything else is fetched. */
async function come(rel, href) {
  if (!href || asked.has(href)) return;
  asked.add(href);
  if (rel === "modulepreload") document.head.append(Object.assign(document.createElement("link"), { rel, href }));
  else await (await fetch(href)).arrayBuffer();
}

function idle(act) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(act, { timeout: 5_000 });
  else setTimeout(act, 500);
}
