// The app's Home tab.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { state } from "./state.js";

export function home() {
  const view = state.home;
  if (!view) {
    return h(
      "div",
      { key: "home", class: "home empty", "data-testid": "home" },
      h("p", { class: "empty-title" }, `${state.app.name} has not filled its Home yet.`),
      state.commands.length > 0 && h("p", null, "In Messages, try ", h("code", null, state.commands[0].command), "."),
    );
  }
  const surface = { container: { type: "home" }, key: "home", blocks: view.blocks, held: view.state?.values };
  return h(
    "section",
    { key: "home", class: "home", "aria-label": "Home", "data-testid": "home", role: "tabpanel" },
    h("div", { class: "home-body" }, drawBlocks(surface, view.blocks)),
  );
}
