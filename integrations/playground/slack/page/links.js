// Links, and the names of people and channels inside texts.

import { h } from "./dom.js";
import { placeOfLink } from "./permalinks.js";
import { channelById, nameOf } from "./state.js";

const SAFE = /^(https?:|mailto:|tel:)/i;

/** Is this an address a text may link to? Never `javascript:` and its kind. */
export const isSafe = (url) => SAFE.test(url || "");

export function link(url, label) {
  if (!isSafe(url)) return label;
  const here = placeOfLink(url);
  if (here) return h("a", { href: here }, label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

export const personMention = (id) => h("span", { class: "mention" }, `@${nameOf(id)}`);

export function channelMention(id, label) {
  const channel = channelById(id);
  return h("span", { class: "mention" }, `#${label || channel?.name || id}`);
}

export const broadcast = (range) => h("span", { class: "mention mention-all" }, `@${range}`);
