// What the parts of a class ask the server for, beside the socket.

const CLASS = new URL("../../../../../../../class/", import.meta.url); // this code is served at <base>/canvas/code/<name>/explorer/classroom/js/together/
const asked = new Map();

/** The address of something of the class, such as "draws/K3v0eVx1T8mJrQzUa7cF2w.png". */
export function addressOf(path) {
  return new URL(path, CLASS).href;
}

/**
 * JSON of the class, asked for once.
 *
 * @param {string} path
 * @returns {Promise<any>}
 */
export function ask(path) {
  if (!asked.has(path)) {
    const answer = fetch(addressOf(path)).then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))));
    answer.catch(() => asked.delete(path)); // so that the next try asks again
    asked.set(path, answer);
  }
  return asked.get(path);
}

/** Bytes of base64. */
export function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}
