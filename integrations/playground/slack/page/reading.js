// Reading what changed, without reading the same thing twice at once.

import * as api from "./api.js";
import { keepOnly } from "./fields.js";
import { tell } from "./problems.js";
import { changed, channelById, state } from "./state.js";
import { takeViews } from "./view_stack.js";

const running = new Map(); // name -> whether to read once more when done

async function once(name, read) {
  if (running.has(name)) {
    running.set(name, true);
    return;
  }
  running.set(name, false);
  try {
    await read();
  } finally {
    const again = running.get(name);
    running.delete(name);
    if (again) once(name, read);
  }
}

export function readMessages(channelId) {
  const reader = state.me.id;
  return once(`messages ${reader} ${channelId}`, async () => {
    const messages = await api.readMessages(channelId);
    if (!Array.isArray(messages)) return void tell(messages.error);
    if (state.me.id !== reader) return undefined; // someone else sits here now
    for (const message of messages) keepOnly(messageKey(channelId, message), message.blocks ?? []);
    state.messages.set(channelId, messages);
    return changed();
  });
}

/** The key under which values chosen in a message's blocks are kept. */
export const messageKey = (channelId, message) => `m-${channelId}-${message.ts}`;

export function readViews() {
  const reader = state.me.id;
  return once(`views ${reader}`, async () => {
    const views = await api.readViews();
    if (!Array.isArray(views)) return void tell(views.error);
    return state.me.id === reader ? takeViews(views) : undefined;
  });
}

export function readHome() {
  const reader = state.me.id;
  return once(`home ${reader}`, async () => {
    const answer = await api.readHome();
    if (answer.error) return void tell(answer.error);
    if (state.me.id !== reader) return undefined;
    if (answer.view) keepOnly("home", answer.view.blocks);
    state.home = answer.view ?? null;
    return changed();
  });
}

const isShown = (channelId) => state.place.channel === channelId && state.place.tab === "messages";

function unread({ channel, count }) {
  const known = channelById(channel);
  if (!known) return readBook();
  known.unread = isShown(channel) ? 0 : count;
  return changed();
}

/** A channel has come, or a person has changed: read who and what there is anew. */
async function readBook() {
  const { error, me, people, channels } = await api.readBootstrap(state.me.id);
  if (error) tell(error);
  else if (me.id === state.me.id) Object.assign(state, { me, people, channels });
  changed();
}

const HEARD = {
  messages: ({ channel }) => {
    if (!channelById(channel)) readBook();
    if (isShown(channel)) readMessages(channel);
    else state.messages.delete(channel);
  },
  people: readBook,
  views: readViews,
  home: readHome,
  app: ({ connected }) => {
    state.app.connected = connected;
    changed();
  },
  problem: ({ text }) => tell(text),
  unread,
};

let hangUp = () => {};

/** Follow the workspace as this person. What changed before the line was up is told to nobody: it is read then. */
export function follow() {
  hangUp();
  hangUp = api.listen(
    state.me.id,
    (event) => HEARD[event.type]?.(event),
    (isUp) => {
      if (isUp) readAll();
      if (state.online !== isUp) {
        state.online = isUp;
        changed();
      }
    },
  );
}

function readAll() {
  readViews();
  readHome();
  if (state.place.channel) readMessages(state.place.channel);
}
