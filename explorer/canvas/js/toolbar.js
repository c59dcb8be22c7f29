// What stands above the planes: layers to switch, which two dimensions the plane shows, and the way home.

import { el } from "../../browser/js/dom.js";

const PRINCIPAL = "principal";

/** Buttons that switch layers; `offered` names them, `layers` is the set they change. `show` puts them where the set is. */
export function layerButtons(offered, layers, words, changed, signal) {
  const buttons = offered.map((name) => {
    const [text, title] = words.layers[name];
    return el("button", { type: "button", textContent: text, title, "aria-pressed": layers.has(name), "data-layer": name });
  });
  const show = () => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(layers.has(button.dataset.layer)));
  };
  const toggle = (name) => {
    if (!layers.delete(name)) layers.add(name);
    if (layers.has(name) && name === "digits") layers.delete("points"); // one in place of the other
    if (layers.has(name) && name === "points") layers.delete("digits");
    show();
    changed(name);
  };
  for (const button of buttons) button.addEventListener("click", () => toggle(button.dataset.layer), { signal });
  return { element: el("div", { className: "buttons", role: "group", "aria-label": words.said.layers }, ...buttons), show };
}

/** Menus for the two dimensions across and up, with principal components as a third way; `choice` is { across, up, principal }. `show` puts them where it is. */
export function planeMenus(model, choice, { said }, changed, signal) {
  const menu = (name) => {
    const options = model.order.map((d) => el("option", { value: d, textContent: `z${d + 1}`, selected: d === choice[name] }));
    return el("select", { "aria-label": said[`dimension_${name}`], disabled: choice.principal }, ...options);
  };
  const across = menu("across");
  const up = menu("up");
  const pressed = { "aria-pressed": choice.principal };
  const principal = el("button", { type: "button", textContent: said.principal, title: said.principal_help, ...pressed });
  const show = () => {
    across.value = String(choice.across);
    up.value = String(choice.up);
    across.disabled = up.disabled = choice.principal;
    principal.setAttribute("aria-pressed", String(choice.principal));
  };
  const chosen = () => {
    show();
    changed();
  };
  const take = (name, other, wanted) => {
    if (choice[other] === wanted) choice[other] = choice[name]; // the two change places
    choice[name] = wanted;
    chosen();
  };
  across.addEventListener("change", () => take("across", "up", Number(across.value)), { signal });
  up.addEventListener("change", () => take("up", "across", Number(up.value)), { signal });
  const switched = () => {
    choice.principal = !choice.principal;
    chosen();
  };
  principal.addEventListener("click", switched, { signal });
  const components = model.principal ? principal : null;
  const element = el("div", { className: "buttons" }, el("label", {}, `${said.across} `, across), el("label", {}, `${said.up} `, up), components);
  return { element, show };
}

/** Which plane is shown, as an address says it: two dimensions counted from 1, or the principal components. */
export function planeText({ across, up, principal }) {
  return principal ? PRINCIPAL : `${across + 1},${up + 1}`;
}

/** The same, read back; without a text, the plane that the model comes with. */
export function planeChoice(text, { axes }) {
  const [across, up] = text && text !== PRINCIPAL ? text.split(",").map((d) => Number(d) - 1) : axes;
  return { across, up, principal: text === PRINCIPAL };
}
