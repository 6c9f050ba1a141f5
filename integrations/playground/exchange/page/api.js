// What the mail page asks the playground, one function per thing a person does. Each answers with JSON; `error` or
// `fields` in it says what went wrong.

export const { person, zone } = document.getElementById("app").dataset;

const BASE = "/mail/page-api/";
const OFFLINE = { error: "The playground does not answer. Is it still running?" };

export const address = (path, params = {}) => `${BASE}${path}?${new URLSearchParams({ person, ...params })}`;

async function ask(url, request = {}) {
  try {
    const answer = await fetch(url, request);
    return await answer.json();
  } catch {
    return OFFLINE;
  }
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return ask(address(path), { method: "POST", headers, body: JSON.stringify(body) });
}

export const readFolders = () => ask(address("folders"));
export const readItems = (folder) => ask(address("items", { folder }));
export const readItem = (id) => ask(address("item", { id }));
export const formOfDraft = (draft) => ask(address("form", { draft }));
export const formOfReply = (answers) => ask(address("form", { answers }));
export const markRead = (id) => post("read", { id });
export const remove = (id) => post("delete", { id });
export const answerInvitation = (id, answer) => post("answer", { id, answer });
export const unsubscribe = (id) => post("unsubscribe", { id });
export const save = (form) => ask(address("save"), { method: "POST", body: form });
export const send = (form) => ask(address("send"), { method: "POST", body: form });

export async function readSource(id) {
  try {
    const answer = await fetch(address("source", { id }));
    return await answer.text();
  } catch {
    return OFFLINE.error;
  }
}

/** Calls `changed` at every change in the mailbox, and `linked(isUp)` when the line comes and goes. */
export function listen(changed, linked) {
  const source = new EventSource(address("events"));
  source.onmessage = changed;
  source.onopen = () => linked(true);
  source.onerror = () => linked(false);
}
