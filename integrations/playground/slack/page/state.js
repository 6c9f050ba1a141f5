// What the page knows. Everything on screen is drawn from here, by one redraw per frame.

export const state = {
  team: null,
  me: null,
  people: [],
  channels: [],
  app: null,
  commands: [],
  shortcuts: [],
  place: { channel: null, tab: "messages" }, // tab: "home" or "messages", for the app only
  messages: new Map(), // channel id -> messages, oldest first
  views: [], // open modals, root first
  home: null,
  problems: [], // {id, text}
  online: true,
  sidebarOpen: false,
  failure: null, // why the page could not start
};

let draw = () => {};
let asked = false;
let isListStale = true; // whether the messages must be described anew

export function drawnBy(redraw) {
  draw = redraw;
}

/** Ask for a redraw; many changes in one frame are drawn once. Typing leaves the message list as it is. */
export function changed({ isList = true } = {}) {
  isListStale ||= isList;
  if (asked) return;
  asked = true;
  queueMicrotask(() => {
    asked = false;
    draw();
    isListStale = false;
  });
}

const kept = { name: null, description: null };

/** The description of a list, made anew only when something other than typing has happened. */
export function unlessStale(name, describe) {
  if (isListStale || kept.name !== name) Object.assign(kept, { name, description: describe() });
  return kept.description;
}

const personById = (id) => state.people.find((person) => person.id === id);
export const channelById = (id) => state.channels.find((channel) => channel.id === id);

/** The direct message between me and the app. */
export const appChannel = () =>
  state.channels.find((channel) => channel.kind === "im" && channel.members.includes(state.app.bot_user_id));

export const isAppChannel = (channel) => channel.kind === "im" && channel.members.includes(state.app.bot_user_id);

/** How a person, or the app, is called. */
export function nameOf(id) {
  if (state.app && id === state.app.bot_user_id) return state.app.name;
  const person = personById(id);
  return person ? person.real_name || person.name : id;
}

/** How a channel is called in the sidebar and above its messages. */
export function channelName(channel) {
  if (channel.kind !== "im") return channel.name;
  const other = channel.members.find((id) => id !== state.me.id) ?? state.me.id;
  return nameOf(other);
}
