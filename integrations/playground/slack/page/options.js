// What select menus offer, and what their values are in Slack's payloads.

import { channelName, nameOf, state } from "./state.js";

const DEFAULT_MIN_QUERY = 3; // docs.slack.dev: external_select, min_query_length

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const asOption = (value, label) => ({ text: { type: "plain_text", text: label }, value });
/** Can several be chosen? */
export const isMultiple = (element) => element.type.startsWith("multi_");
const sourceOf = (element) => element.type.replace("multi_", "").replace("_select", "");
/** Do its values hold whole options, or only ids of people and channels? */
export const holdsOptions = (element) => ["static", "external"].includes(sourceOf(element));

const people = () =>
  state.people.filter((person) => !person.deleted).map((person) => asOption(person.id, nameOf(person.id)));
const channels = () =>
  state.channels.filter((channel) => channel.kind !== "im").map((one) => asOption(one.id, `#${one.name}`));
const directs = () =>
  state.channels.filter((channel) => channel.kind === "im").map((one) => asOption(one.id, channelName(one)));

const LISTS = {
  static: (element) => element.option_groups ?? [{ options: element.options || [] }],
  users: () => [{ options: people() }],
  channels: () => [{ options: channels() }],
  conversations: (element) => {
    const wanted = element.filter?.include;
    const shown = (kinds) => !wanted || kinds.some((kind) => wanted.includes(kind));
    return [{ options: [...(shown(["public", "private"]) ? channels() : []), ...(shown(["im"]) ? directs() : [])] }];
  },
};

function matching(groups, query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const fits = (option) => words.every((word) => fold(option.text.text).includes(word));
  return groups
    .map((group) => ({ ...group, options: group.options.filter(fits) }))
    .filter((group) => group.options.length);
}

export const flat = (groups) => groups.flatMap((group) => group.options);

/** What a menu offers without asking the app, for what has been typed. */
export const ownOptions = (element, query) => matching(LISTS[sourceOf(element)](element), query);

export const isExternal = (element) => sourceOf(element) === "external";

/** How much must be typed before the app is asked. */
export const minQuery = (element) => element.min_query_length ?? DEFAULT_MIN_QUERY;

/** The chosen values as options. */
export function chosen(element, value) {
  const values = isMultiple(element) ? value || [] : value === null ? [] : [value];
  if (holdsOptions(element)) return values;
  return values.map((id) => asOption(id, labelOfId(id)));
}

function labelOfId(id) {
  const channel = state.channels.find((one) => one.id === id);
  if (!channel) return nameOf(id);
  return channel.kind === "im" ? channelName(channel) : `#${channel.name}`;
}

export const plainValue = (element, option) => (holdsOptions(element) ? option : option.value);
