// What stands above the planes: layers to switch, which two dimensions the plane shows, and the way home.

import { el } from "../../browser/js/dom.js";

const PRINCIPAL = "principal";

/** Buttons that switch layers; `offered` names them, `layers` is the set they change. */
export function layerButtons(offered, layers, words, changed, signal) {
  const buttons = offered.map((name) => {
    const [text, title] = words.layers[name];
    const button = el("button", { type: "button", textContent: text, title, "aria-pressed": layers.has(name), "data-layer": name });
    button.addEventListener("click", () => toggle(name), { signal });
    return button;
  });
  const toggle = (name) => {
    if (layers.has(name)) layers.delete(name);
    else layers.add(name);
    if (layers.has(name) && name === "digits") layers.delete("points"); // one in place of the other
    if (layers.has(name) && name === "points") layers.delete("digits");
    for (const button of buttons) button.setAttribute("aria-pressed", layers.has(button.dataset.layer));
    changed(name);
  };
  return el("div", { className: "buttons", role: "group", "aria-label": words.said.layers }, ...buttons);
}

/** Menus for the two dimensions across and up, with principal components as a third way; `choice` is { across, up, principal }. */
export function planeMenus(model, choice, { said }, changed, signal) {
  const menu = (name) => {
    const options = model.order.map((d) => el("option", { value: d, textContent: `z${d + 1}`, selected: d === choice[name] }));
    const select = el("select", { "aria-label": said[`dimension_${name}`], disabled: choice.principal }, ...options);
    select.addEventListener(
      "change",
      () => {
        const other = name === "across" ? "up" : "across";
        const wanted = Number(select.value);
        if (choice[other] === wanted) choice[other] = choice[name]; // the two change places
        choice[name] = wanted;
        sync();
        changed();
      },
      { signal },
    );
    return select;
  };
  const across = menu("across");
  const up = menu("up");
  const sync = () => {
    across.value = choice.across;
    up.value = choice.up;
    across.disabled = up.disabled = choice.principal;
    principal.setAttribute("aria-pressed", choice.principal);
  };
  const principal = el("button", {
    type: "button",
    textContent: said.principal,
    title: said.principal_help,
    "aria-pressed": choice.principal,
  });
  principal.addEventListener(
    "click",
    () => {
      choice.principal = !choice.principal;
      sync();
      changed();
    },
    { signal },
  );
  const components = model.principal ? principal : null;
  return el("div", { className: "buttons" }, el("label", {}, `${said.across} `, across), el("label", {}, `${said.up} `, up), components);
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
