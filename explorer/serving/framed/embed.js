// What an address may leave out, for a page in a frame: ?embed=true takes away what stands around the page, ?hide=sidebar,controls,text takes that
// away (embed.css). The address keeps both however the page changes, so that a reload shows the same.

const LEAVABLE = ["sidebar", "controls", "text"];

/** Leave out what the address says, from now on. */
export function embed() {
  const asked = new URLSearchParams(location.search);
  const hidden = (asked.get("hide") ?? "").split(",").filter((part) => LEAVABLE.includes(part));
  const orders = [asked.get("embed") === "true" ? "embed=true" : "", hidden.length ? `hide=${hidden.join(",")}` : ""].filter(Boolean);
  if (!orders.length) return;
  if (asked.get("embed") === "true") document.documentElement.dataset.embed = "";
  document.documentElement.dataset.hide = hidden.join(" ");
  for (const name of /** @type {("pushState" | "replaceState")[]} */ (["pushState", "replaceState"])) {
    const own = history[name].bind(history);
    history[name] = (state, title, url) => own(state, title, url === undefined || url === null ? url : ordered(url, orders));
  }
}

/**
 * An address that has these orders, too. What it says already stays as it is written.
 *
 * @param {string | URL} url
 * @param {string[]} orders such as "embed=true"
 */
export function ordered(url, orders) {
  const address = new URL(url, location.href);
  const more = orders.filter((order) => !address.searchParams.has(order.split("=")[0]));
  address.search = [address.search.slice(1), ...more].filter(Boolean).join("&");
  return address.href;
}
