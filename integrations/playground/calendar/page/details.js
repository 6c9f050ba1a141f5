// One entry in full, in a dialog.

import { h, patch } from "/slack/static/dom.js";
import { dayOf, fullDay, spoken } from "./days.js";

const dialog = document.getElementById("details");

export function showDetails(entry, calendarName) {
  patch(dialog,
    h("h2", { id: "details-title" }, entry.title),
    entry.is_cancelled && h("span", { class: "badge bad" }, "cancelled"),
    h("dl", {},
      h("dt", {}, "When"), h("dd", {}, `${fullDay(dayOf(entry.starts))}, ${spoken(entry)}`),
      entry.place && [h("dt", {}, "Where"), h("dd", {}, entry.place)],
      h("dt", {}, "Calendar"), h("dd", {}, calendarName),
      entry.notes && [h("dt", {}, "Notes"), h("dd", { class: "notes" }, entry.notes)],
      entry.link && [h("dt", {}, "Link"), h("dd", {}, h("a", { href: entry.link, target: "_blank", rel: "noreferrer" }, entry.link))],
    ),
    h("form", { method: "dialog" }, h("button", { class: "primary" }, "Close")),
  );
  dialog.showModal();
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
