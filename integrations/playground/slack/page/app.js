// The page: sidebar, the place in the middle, and what lies over it.

import { sendMessage } from "./api.js";
import { composer, composerId, fitComposers } from "./composer.js";
import { confirmDialog } from "./confirm.js";
import { h, patch } from "./dom.js";
import { dropArea, dropHint } from "./drafts.js";
import { goToEnd, keepPlace } from "./following.js";
import { home } from "./home.js";
import { icon } from "./icons.js";
import { messageList } from "./messages.js";
import { modal } from "./modal.js";
import { showWanted } from "./permalinks.js";
import { arrive, openPlace } from "./places.js";
import { problemList } from "./problems.js";
import { profileDialog } from "./profile.js";
import { channelMark, sidebar } from "./sidebar.js";
import { changed, channelById, channelName, drawnBy, isAppChannel, state } from "./state.js";
import { topView } from "./view_stack.js";

const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
];

function tabs(channel) {
  const turn = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = state.place.tab === "home" ? "messages" : "home";
    openPlace(channel.id, other);
    requestAnimationFrame(() => document.getElementById(`tab-${other}`)?.focus());
  };
  return h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": channelName(channel), onkeydown: turn },
    TABS.map(([tab, label]) =>
      h(
        "button",
        {
          key: tab,
          id: `tab-${tab}`,
          type: "button",
          role: "tab",
          class: `tab${state.place.tab === tab ? " is-current" : ""}`,
          "aria-selected": String(state.place.tab === tab),
          tabindex: state.place.tab === tab ? 0 : -1,
          onclick: () => openPlace(channel.id, tab),
        },
        label,
      ),
    ),
  );
}

function head(channel) {
  const toggle = () => {
    state.sidebarOpen = !state.sidebarOpen;
    changed();
  };
  return h(
    "header",
    { key: "head", class: "place-head" },
    h(
      "button",
      {
        type: "button",
        class: "icon-button sidebar-toggle",
        "aria-label": "Channels",
        "aria-expanded": String(state.sidebarOpen),
        onclick: toggle,
      },
      icon("menu"),
    ),
    h(
      "h1",
      null,
      channel.kind === "im"
        ? channelName(channel)
        : [channelMark(channel), channel.name],
    ),
    channel.kind === "shared" && h("span", { class: "badge" }, "shared with another workspace"),
    isAppChannel(channel) && tabs(channel),
  );
}

function place() {
  const channel = channelById(state.place.channel);
  if (!channel)
    return h(
      "main",
      { key: "place", class: "place" },
      h("p", { class: "empty" }, "There is no channel that you can see."),
    );
  const send = (text) => {
    goToEnd();
    return sendMessage(channel.id, text);
  };
  const isHome = state.place.tab === "home";
  const id = composerId(channel);
  return h(
    "main",
    { key: "place", class: "place", ...(isHome ? {} : dropArea(id)) },
    head(channel),
    !isHome && dropHint(id, channelName(channel)),
    isHome ? home() : messageList(channel),
    topView() ? null : problemList(),
    !isHome && composer({ channel, send }),
  );
}

function page() {
  if (state.failure) {
    return h(
      "main",
      { key: "failure", class: "failure" },
      h("h1", null, "The workspace cannot be shown"),
      h("p", { role: "alert" }, state.failure),
      h("button", { type: "button", class: "button button-primary", onclick: arrive }, "Try again"),
    );
  }
  if (!state.me) return h("p", { key: "loading", class: "failure", role: "status" }, "Opening the workspace…");
  return [sidebar(), place(), modal(), profileDialog(), confirmDialog()];
}

const root = document.getElementById("workspace");

drawnBy(() => {
  patch(root, page());
  fitComposers();
  if (!showWanted()) keepPlace();
});

changed();
arrive();
