// Initials on a quiet colour, the same for a person everywhere.

import { h } from "./dom.js";
import { state } from "./state.js";

const HUES = [204, 262, 328, 24, 88, 168];

function initials(name) {
  const words = name.split(/[\s.]+/).filter(Boolean);
  return [...(words[0] ?? "?")][0].toUpperCase() + (words.length > 1 ? [...words.at(-1)][0].toUpperCase() : "");
}

export function avatar(id, name, size = "") {
  const isApp = id === state.app?.bot_user_id;
  const mixed = [...(id ?? name)].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
  return h(
    "span",
    {
      class: `avatar ${isApp ? "avatar-app" : ""} ${size}`,
      "aria-hidden": "true",
      style: `--hue: ${HUES[mixed % HUES.length]}`,
    },
    isApp ? [...name][0].toUpperCase() : initials(name),
  );
}
