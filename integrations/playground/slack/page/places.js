// Where the visitor is: which person, which channel, which tab. The address says so: #/person/channel/tab.

import { openHome, readBootstrap } from "./api.js";
import { goToEnd } from "./following.js";
import { isMessageName, wantMessage } from "./permalinks.js";
import { clearProblems, tell, wentWell } from "./problems.js";
import { follow, readHome, readMessages } from "./reading.js";
import { appChannel, changed, channelById, isAppChannel, state } from "./state.js";

const REMEMBERED = "workspace-person";

function fromAddress() {
  const { searchParams } = new URL(location.href); // a message's own address leads here with its name
  if (searchParams.has("channel")) {
    return { person: "", channel: searchParams.get("channel"), tab: searchParams.get("message") };
  }
  const [, person, channel, tab] = decodeURIComponent(location.hash).split("/");
  return { person, channel, tab };
}

function toAddress() {
  const { channel, tab } = state.place;
  const address = `#/${state.me.id}/${channel ?? ""}${tab === "home" ? "/home" : ""}`;
  if (location.search || location.hash !== address) history.pushState(null, "", location.pathname + address);
}

/** Open a channel; for the app, its `tab` ("home" or "messages"); or at a message, named as in its address. */
export function openPlace(channelId, tab = "messages") {
  const channel = channelById(channelId) ?? appChannel() ?? state.channels[0];
  if (!channel) return;
  state.place = { channel: channel.id, tab: isAppChannel(channel) && tab === "home" ? "home" : "messages" };
  state.sidebarOpen = false;
  goToEnd();
  if (isMessageName(tab)) wantMessage(tab);
  toAddress();
  if (state.place.tab === "home") openHome().then(wentWell).then(readHome);
  else {
    channel.unread = 0;
    readMessages(channel.id);
  }
  changed();
}

/** Become another person: everything is read anew, with their eyes. */
export async function sitDown(person, { channel, tab } = {}) {
  const book = await readBootstrap(person);
  if (book.error || !book.me) {
    if (state.me) tell(book.error);
    else state.failure = book.error ?? "The workspace did not say who you are.";
    changed();
    return;
  }
  const { team, me, people, channels, app, commands, shortcuts } = book;
  Object.assign(state, {
    team,
    me,
    people,
    channels,
    app,
    commands,
    shortcuts,
    failure: null,
    home: null,
    views: [],
    online: true,
  });
  state.messages.clear();
  clearProblems();
  localStorage.setItem(REMEMBERED, me.id);
  document.title = `${team.name} · ${app.name}`;
  follow();
  openPlace(channel, tab);
}

/** Start where the address says, else as the person of last time, else as the first of the list. */
export async function arrive() {
  const { person, channel, tab } = fromAddress();
  const last = person || localStorage.getItem(REMEMBERED);
  await sitDown(last, { channel, tab });
  if (state.failure && last && !person) await sitDown(null);
}

addEventListener("popstate", () => {
  const { person, channel, tab } = fromAddress();
  if (!state.me) return;
  if (person && person !== state.me.id) sitDown(person, { channel, tab });
  else openPlace(channel, tab);
});
