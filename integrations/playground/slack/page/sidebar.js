// The left column: who you are, the channels, the direct messages, the app.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./popups.js";
import { openPlace, sitDown } from "./places.js";
import { openProfile } from "./profile.js";
import { changed, channelName, isAppChannel, state } from "./state.js";

function languageOf(locale) {
  const language = (locale || "en").split("-")[0];
  const word = new Intl.DisplayNames([language], { type: "language" }).of(language);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function roleOf(person) {
  if (person.deleted) return "deactivated";
  if (person.team_id && person.team_id !== state.team.id) return "outsider, another workspace";
  return person.is_admin ? "administrator" : "member";
}

const about = (person) => `${languageOf(person.locale)} · ${roleOf(person)}`;

function switcher() {
  const { me } = state;
  return menuButton({
    id: "who",
    label: `You are ${me.real_name}. Change person`,
    kind: "who-button",
    heading: "Use the workspace as",
    data: { "data-testid": "person-switcher" },
    face: [
      avatar(me.id, me.real_name),
      h(
        "span",
        { class: "who" },
        h("span", { class: "who-name" }, me.real_name),
        h("span", { class: "who-about" }, about(me)),
      ),
      icon("chevron", 16),
    ],
    items: [
      ...state.people.map((person) => ({
        key: person.id,
        name: `${person.real_name}, ${about(person)}`,
        label: person.real_name,
        detail: about(person),
        before: avatar(person.id, person.real_name),
        isChecked: person.id === me.id,
        pick: () => sitDown(person.id),
      })),
      me.team_id === state.team.id && {
        key: "profile",
        label: me.is_admin ? "Edit profiles…" : "Edit your profile…",
        before: icon("person"),
        pick: openProfile,
      },
    ].filter(Boolean),
  });
}

/** What stands before a channel's name: a lock for a private one. */
export function channelMark(channel) {
  if (channel.kind === "private") return h("span", { class: "hash", role: "img", "aria-label": "private" }, icon("lock", 14));
  return h("span", { class: "hash", "aria-hidden": "true" }, "#");
}

function entry(channel) {
  const isCurrent = state.place.channel === channel.id;
  const name = channelName(channel);
  const mark =
    channel.kind === "im"
      ? avatar(
          channel.members.find((id) => id !== state.me.id),
          name,
          "avatar-small",
        )
      : channelMark(channel);
  return h(
    "li",
    { key: channel.id },
    h(
      "a",
      {
        href: `#/${state.me.id}/${channel.id}`,
        class: `entry${isCurrent ? " is-current" : ""}${channel.unread ? " is-unread" : ""}`,
        "aria-current": isCurrent ? "page" : null,
        "data-testid": `channel-${channel.id}`,
        onclick: (event) => {
          event.preventDefault();
          openPlace(channel.id);
        },
      },
      mark,
      h("span", { class: "entry-name" }, name),
      channel.kind === "shared" && h("span", { class: "entry-note" }, "shared"),
      channel.unread > 0 && h("span", { class: "unread", "aria-label": `${channel.unread} unread` }, channel.unread),
    ),
  );
}

function group(title, channels) {
  if (!channels.length) return null;
  const id = `group-${title.replace(/\W/g, "")}`;
  return h(
    "section",
    { key: title, class: "group" },
    h("h2", { id }, title),
    h("ul", { "aria-labelledby": id }, channels.map(entry)),
  );
}

// Where the other pages are found; the page's server says so when there are others.
const { front } = document.body.dataset;

export function sidebar() {
  const { channels } = state;
  const toApp = channels.filter(isAppChannel);
  const hide = () => {
    state.sidebarOpen = false;
    changed();
  };
  return [
    h(
      "nav",
      {
        key: "sidebar",
        class: `sidebar${state.sidebarOpen ? " is-open" : ""}`,
        "aria-label": "Workspace",
        "data-testid": "sidebar",
        onkeydown: (event) => event.key === "Escape" && state.sidebarOpen && hide(),
      },
      h(
        "div",
        { class: "workspace" },
        h("span", { class: "workspace-name" }, state.team.name),
        h(
          "span",
          { class: "workspace-note" },
          "local workspace",
          front && [" · ", h("a", { href: front }, "mail, calendar")],
        ),
      ),
      switcher(),
      h(
        "div",
        { class: "groups" },
        group("Apps", toApp),
        group(
          "Channels",
          channels.filter((channel) => channel.kind !== "im"),
        ),
        group(
          "Direct messages",
          channels.filter((channel) => channel.kind === "im" && !isAppChannel(channel)),
        ),
      ),
      h(
        "div",
        { class: `link-state${state.app.connected && state.online ? " is-up" : ""}`, role: "status" },
        h("span", { class: "dot", "aria-hidden": "true" }),
        linkText(),
      ),
    ),
    state.sidebarOpen && h("div", { key: "backdrop", class: "backdrop", onclick: hide }),
  ];
}

function linkText() {
  if (!state.online) return "Reconnecting…";
  return state.app.connected ? `${state.app.name} is connected` : `${state.app.name} is not connected`;
}
