// The calendar page: which view of which days, and whose calendars; everything drawn again when something changed.

import { patch } from "/slack/static/dom.js";
import { agenda } from "./agenda.js";
import { drawCalendars } from "./calendars.js";
import { nowIn, todayIn } from "./days.js";
import { showDetails } from "./details.js";
import { month } from "./month.js";
import { week } from "./week.js";

const VIEWS = { agenda, week, month };
const app = document.getElementById("app");
const { person, zone } = app.dataset;
const element = (id) => document.getElementById(id);

const state = {
  view: VIEWS[sessionStorage.getItem("calendar-view")] ? sessionStorage.getItem("calendar-view") : "agenda",
  on: todayIn(zone),
  hidden: new Set(),
  calendars: [],
  entries: [],
};

const API = "/calendar/page-api/";

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(API + path, { method: "POST", headers, body: JSON.stringify({ person, ...body }) });
    return await answer.json();
  } catch {
    return { error: "The playground does not answer. Is it still running?" };
  }
}

let asked = 0;

async function read() {
  asked += 1;
  const mine = asked;
  const [from, to] = VIEWS[state.view].window(state.on);
  const answer = await fetch(`${API}calendars?${new URLSearchParams({ person, from, to })}`).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const found = await answer.json();
  Object.assign(state, { calendars: found.calendars, entries: found.entries });
  draw();
}

function draw() {
  const view = VIEWS[state.view];
  const title = view.title(state.on);
  if (element("title").textContent !== title) element("title").textContent = title;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
  }
  patch(element("list"), drawCalendars(state, { toggle, unsubscribe, zone }));
  element("no-calendars").hidden = state.calendars.length > 0;
  patch(element("view"), view.draw({
    on: state.on,
    today: todayIn(zone),
    now: nowIn(zone),
    entries: state.entries.filter((entry) => !state.hidden.has(entry.calendar)),
    colourOf: (entry) => state.calendars.find(({ id }) => id === entry.calendar)?.colour ?? "own",
    open: (entry) => showDetails(entry, state.calendars.find(({ id }) => id === entry.calendar)?.name ?? "Own calendar"),
    goTo: (day) => show("agenda", day),
  }));
}

function show(view, on) {
  Object.assign(state, { view, on });
  sessionStorage.setItem("calendar-view", view);
  return read();
}

function toggle(id) {
  if (!state.hidden.delete(id)) state.hidden.add(id);
  draw();
}

async function unsubscribe(calendar) {
  await post("unsubscribe", { id: calendar.id });
  element("said").textContent = `No longer subscribed to ${calendar.name}.`;
  await read();
}

async function refresh() {
  await post("refresh", {});
  await read();
}

element("subscribe").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = element("url");
  const answer = await post("subscribe", { url: field.value });
  element("url-problem").textContent = answer.error ?? "";
  field.setAttribute("aria-invalid", String(Boolean(answer.error)));
  if (answer.error) return field.focus();
  element("said").textContent = `Subscribed to ${answer.name}.`;
  field.value = "";
  return read();
});

element("refresh").addEventListener("click", async () => {
  const button = element("refresh");
  button.setAttribute("aria-busy", "true");
  await refresh();
  button.removeAttribute("aria-busy");
  element("said").textContent = "Calendars refreshed.";
});

element("today").addEventListener("click", () => show(state.view, todayIn(zone)));
element("back").addEventListener("click", () => show(state.view, VIEWS[state.view].step(state.on, -1)));
element("forward").addEventListener("click", () => show(state.view, VIEWS[state.view].step(state.on, 1)));
for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => show(button.dataset.view, state.on));
}
addEventListener("resize", draw);
for (const button of app.querySelectorAll("button:disabled")) button.disabled = false;

async function keepFresh() {
  if (!document.hidden) await refresh();
  setTimeout(keepFresh, Number(app.dataset.refreshS) * 1000);
}

read().then(keepFresh);
