// What stands above the planes: layers to switch, which two dimensions the plane shows, and the way home.

import { el } from "../../browser/js/dom.js";

const LAYERS = {
  points: ["Points", "Each test image at its code, coloured by class"],
  digits: ["Images", "The test images themselves, at their codes"],
  decoded: ["Decoded", "What the decoder draws at each place of the plane"],
  ellipses: ["Ellipses", "Posteriors of the 60 codes nearest to you: one standard deviation, true to scale"],
  prior: ["Prior", "N(0, I) at 1, 2 and 3 standard deviations"],
  distance: ["Off the map", "Shades places far from every code"],
};

/** Buttons that switch layers; `offered` names them, `layers` is the set they change. */
export function layerButtons(offered, layers, changed, signal) {
  const buttons = offered.map((name) => {
    const [text, title] = LAYERS[name];
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
  return el("div", { className: "buttons", role: "group", "aria-label": "Layers" }, ...buttons);
}

/** Menus for the two dimensions across and up, with principal components as a third way; `choice` is { across, up, principal }. */
export function planeMenus(model, choice, changed, signal) {
  const menu = (name, label) => {
    const options = model.order.map((d) => el("option", { value: d, textContent: `z${d + 1}`, selected: d === choice[name] }));
    const select = el("select", { "aria-label": `Dimension ${label}`, disabled: choice.principal }, ...options);
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
  const across = menu("across", "across");
  const up = menu("up", "up");
  const sync = () => {
    across.value = choice.across;
    up.value = choice.up;
    across.disabled = up.disabled = choice.principal;
    principal.setAttribute("aria-pressed", choice.principal);
  };
  const principal = el("button", {
    type: "button",
    textContent: "Principal components",
    title: "Show the two directions in which the codes vary most",
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
  return el("div", { className: "buttons" }, el("label", {}, "Across ", across), el("label", {}, "Up ", up), components);
}
