// The workspace's own HTTP interface, one function per thing a person does.

import { state } from "./state.js";

const BASE = "/slack/page-api/";

async function answered(response) {
  const body = await response.json().catch(() => null);
  if (body) return body;
  return { ok: false, error: `The workspace answered with status ${response.status}. Try again.` };
}

async function ask(request) {
  try {
    return await answered(await request());
  } catch {
    return { ok: false, error: "The workspace cannot be reached. Is it still running?" };
  }
}

function get(path, params = {}) {
  return ask(() => fetch(`${BASE}${path}?${new URLSearchParams(params)}`));
}

function post(path, body) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" } };
  return ask(() => fetch(BASE + path, { ...request, body: JSON.stringify({ user: state.me.id, ...body }) }));
}

export const readBootstrap = (user) => get("bootstrap", user ? { user } : {});
export const readMessages = (channel) => get("messages", { user: state.me.id, channel });
export const readViews = () => get("views", { user: state.me.id });
export const readHome = () => get("home", { user: state.me.id });

export const sendMessage = (channel, text, thread) =>
  post("message", thread ? { channel, text, thread_ts: thread } : { channel, text });
export const sendCommand = (channel, text) => post("command", { channel, text });
export const useShortcut = (callback, on = {}) => post("shortcut", { callback_id: callback, ...on });
export const react = (channel, ts, name) => post("reaction", { channel, ts, name });
export const openHome = () => post("home", {});
export const sendAction = (action) => post("block-action", action);
export const readOptions = (question) => post("options", question);
export const submitView = (view, values) => post("submit", { view_id: view, state: { values } });
export const closeView = (view, values, isCleared) =>
  post("close", { view_id: view, is_cleared: isCleared, state: { values } });

export const deleteFile = (file) => post("delete-file", { file });
export const changeProfile = (person, changes) => post("profile", { person, changes });

/** Share files in one message of a channel; without a channel they are kept for a form's file field. */
export function upload(files, { channel = "", text = "", thread = "" } = {}) {
  const body = new FormData();
  const fields = { user: state.me.id, channel, text, thread_ts: thread };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  for (const file of files) body.append("file", file);
  return ask(() => fetch(`${BASE}upload`, { method: "POST", body }));
}

/** The workspace's events for one person; `heard(event)` gets each, `linked(isUp)` says whether the line is up. */
export function listen(user, heard, linked) {
  const source = new EventSource(`${BASE}events?${new URLSearchParams({ user })}`);
  source.onmessage = (message) => heard(JSON.parse(message.data));
  source.onopen = () => linked(true);
  source.onerror = () => linked(false);
  return () => source.close();
}
