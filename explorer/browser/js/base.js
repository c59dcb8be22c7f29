// Where the app begins, as this browser sees it. A server in front may serve it below a path that the app itself does not know, so it is learned
// from where the document came from: pages lie where the app begins, and a document that lies deeper says the way up (`up` in assets.py).

/** Its path, such as "" or "/a/b". */
export function base() {
  return new URL(".", document.baseURI).pathname.slice(0, -1);
}

/**
 * The whole address of something that the app named from where it begins.
 *
 * @param {string} address such as "./canvas/data/0a1b"
 */
export function placed(address) {
  return new URL(address, document.baseURI).href;
}
