// The card above an invitation, its cancellation, or the answer to one.

import { h } from "/slack/static/dom.js";
import { person } from "./api.js";
import { span } from "./dates.js";

const HEADS = { REQUEST: "Invitation", CANCEL: "Cancelled", REPLY: "Answer to an invitation", PUBLISH: "Calendar entry", COUNTER: "Another time proposed" };
const ANSWERED = { Accept: "You accepted.", Tentative: "You answered maybe.", Decline: "You declined." };
const OWN = { Accept: "ACCEPTED", Tentative: "TENTATIVE", Decline: "DECLINED" };
const CHOICES = [["accept", "Accept", "Accept"], ["tentative", "Maybe", "Tentative"], ["decline", "Decline", "Decline"]];
const STATES = { ACCEPTED: ["accepted", "good"], DECLINED: ["declined", "bad"], TENTATIVE: ["maybe", "warn"], "NEEDS-ACTION": ["no answer yet", ""] };

export function drawMeeting(meeting, acts) {
  const isReply = meeting.method === "REPLY";
  return h("section", { key: "meeting", class: `meeting is-${meeting.method.toLowerCase()}`, "aria-label": HEADS[meeting.method] ?? "Meeting" },
    h("p", { class: "kind" }, HEADS[meeting.method] ?? "Meeting"),
    h("h3", {}, meeting.title || "(no title)"),
    h("dl", {},
      h("dt", {}, "When"),
      h("dd", {}, span(meeting), meeting.repeats && `, ${meeting.repeats}`, !meeting.is_all_day && h("span", { class: "muted" }, ` (${meeting.zone.replaceAll("_", " ")})`)),
      meeting.place && [h("dt", {}, "Where"), h("dd", {}, meeting.place)],
      !isReply && meeting.organizer && [h("dt", {}, "Organised by"), h("dd", {}, meeting.organizer.name)],
      meeting.attendees.length > 0 && [h("dt", {}, "Who"), h("dd", {}, h("ul", { class: "plain" }, meeting.attendees.map((one) => attendee(one, meeting))))],
      meeting.notes && [h("dt", {}, "Notes"), h("dd", { class: "notes" }, meeting.notes)],
    ),
    meeting.outdated && h("p", { class: "muted" }, meeting.outdated),
    meeting.method === "REQUEST" && ANSWERED[meeting.response] && h("p", { class: "answered" }, ANSWERED[meeting.response]),
    meeting.can_answer && h("div", { class: "answers", role: "group", "aria-label": "Your answer" }, CHOICES.map(([answer, label, response]) =>
      h("button", { key: answer, "aria-pressed": String(meeting.response === response), onclick: () => acts.answer(answer) }, label))),
  );
}

/** The reader's own answer is the one given here; the message still says what was known when it was sent. */
function attendee({ mail, name, answer }, meeting) {
  const given = mail.toLowerCase() === person.toLowerCase() && OWN[meeting.response];
  const [words, look] = STATES[given || answer] ?? [answer.toLowerCase(), ""];
  return h("li", { key: mail }, name, " ", h("span", { class: `badge ${look}` }, words));
}
