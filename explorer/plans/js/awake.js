// The screen stays on while a plan is taught: for minutes nobody touches the phone with the notes, or the computer with the stage.
// (Screen Wake Lock, W3C.)

/**
 * Keep the screen on as long as this page is seen. A browser lets go when the page is hidden, so it is asked again when the page is back, and
 * where it wants a touch or a key first, after that. Where it knows no such lock, as at an address without https, or refuses it, nothing is said.
 */
export function stayAwake() {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let asking = false;
  const ask = async () => {
    if (asking || document.visibilityState !== "visible" || lock?.released === false) return;
    asking = true;
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    asking = false;
  };
  document.addEventListener("visibilitychange", ask);
  for (const touched of ["click", "keyup"]) addEventListener(touched, ask, true);
  ask();
}
