// What the stage and the windows of its notes say to one another, in one browser and without a class.

const NAME = "le-stage";

/** A name for a stage that begins; of two, the newer stage's is the greater. */
export function named() {
  return `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}

/**
 * @typedef {object} Place what the stage tells
 * @property {string} plan
 * @property {string} stage its name, by which it is asked for something
 * @property {number} step from 0
 * @property {number} began
 * @property {boolean} blank
 * @property {boolean} revealed
 * @property {{ answered: number, of: number, state: string } | null} vote
 */

/**
 * The stage's end.
 *
 * @param {() => Place} place where the stage is
 * @param {(what: string, value?: number) => void} act does what the notes ask for: "go" with a step, "began" with a time, "reveal", "vote", "discuss" or "blank"
 * @returns {{ tell: () => void, close: () => void }} tell says where the stage is, if that is new
 */
export function stageEnd(place, act) {
  const channel = new BroadcastChannel(NAME);
  let said = "";
  const tell = () => {
    const at = JSON.stringify(place());
    if (at === said) return;
    said = at;
    channel.postMessage({ k: "at", ...place() });
  };
  channel.onmessage = ({ data }) => {
    if (data?.k === "who") {
      said = "";
      tell();
    } else if (data?.k === "do" && data.stage === place().stage) act(data.what, data.step ?? data.began);
  };
  tell();
  return { tell, close: () => channel.close() };
}
