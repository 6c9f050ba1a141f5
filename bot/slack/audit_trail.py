"""Who changed what about a relation, a contact or an action: readable, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU, CONTACT_MENU, RELATION_MENU
from bot.slack.seen import seen_action, seen_contact, seen_relation
from bot.texts import _
from store.actions import Action
from store.administration import MOVED
from store.audit import AuditEntry
from store.audit_queries import named_row, trail_of
from store.base import Row
from store.break_glass import OPENED
from store.collaborators import Collaborator
from store.contacts import Contact
from store.domain import Listed
from store.relations import Relation

SHOWN = 15
Record = Relation | Contact | Action
SEEN: Mapping[str, Callable[[Session, Caller, int], Record]] = {
    "relation": seen_relation,
    "contact": seen_contact,
    "action": seen_action,
}
DEEDS = {
    "created": _("added"),
    "changed": _("changed"),
    "deleted": _("taken away"),
    "erased": _("erased for good"),
    "copied": _("copied for the person"),
    "merged": _("merged with another"),
    "parted": _("parted again"),
    OPENED: _("opened although private"),
    MOVED: _("has another Slack account"),
}
DOORS = {
    "slack": _("in Slack"),
    "cli": _("on the command line"),
    "import": _("by an import"),
    "undo": _("by undoing an import"),
    "mail": _("by a mail"),
    "web": _("on a web page"),
    "demo": _("for the demo"),
    "job": _("by itself"),
}
KINDS = {
    "relation": _("Relation"),
    "mail_address": _("E-mail"),
    "phone": _("Phone"),
    "postal_address": _("Address"),
    "involvement": _("Who is on it"),
    "contact": _("Contact"),
    "link": _("Link"),
    "action": _("Action"),
    "action_point": _("Point"),
}
COLUMNS = {
    "reason": _("Reason"),
    "billed_hours": _("Hours billed"),
    "billed_in": _("Billed in"),
    "billed_rate": _("Rate an hour"),
    "birthday": _("Birthday"),
    "category_id": _("Category"),
    "collaborator_id": _("Collaborator"),
    "commission": _("Commission"),
    "contact_id": _("Contact"),
    "country": _("Country"),
    "deadline_on": _("Deadline"),
    "deleted_at": _("Deleted"),
    "ends_on": _("Until"),
    "ends_time": _("To"),
    "followed_by_id": _("Followed by"),
    "function": _("Function"),
    "headline": _("What came out of it"),
    "is_discussed": _("Discussed"),
    "is_private": _("Private"),
    "kind": _("Kind"),
    "language": _("Language"),
    "legal_form": _("Legal form"),
    "mail": _("E-mail"),
    "name": _("Name"),
    "notes": _("Remarks"),
    "number": _("Phone"),
    "owner_id": _("Representative"),
    "person_id": _("Person"),
    "place": _("Place"),
    "postal_code": _("Postal code"),
    "priority_id": _("Priority"),
    "removed_at": _("Deleted"),
    "report": _("Report"),
    "since_on": _("Since"),
    "source_id": _("From"),
    "starts_on": _("Date"),
    "starts_time": _("From"),
    "status_id": _("Status"),
    "street": _("Street and number"),
    "subject": _("Subject"),
    "target_id": _("To"),
    "text": _("Point"),
    "town": _("Town"),
    "type_id": _("Type"),
    "until_on": _("Last day"),
    "vat": _("VAT number"),
    "website": _("Website"),
}
"""What shows of a change; the columns that Rapport keeps for itself do not."""


def show_trail(what: str, interaction: Interaction, record_id: int, before_id: int | None = None) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        record = SEEN[what](session, caller, record_id)
        blocks = trail_blocks(session, caller, what, record, before_id)
    interaction.say(caller.t(_("Who changed what")), blocks)


def trail_blocks(
    session: Session, caller: Caller, what: str, record: Record, before_id: int | None = None
) -> list[Json]:
    found = trail_of(session, record, asked_by=caller.collaborator, before_id=before_id, limit=SHOWN + 1)
    if not found:
        return [section(plain(caller.t(_("Nothing was changed yet."))))]
    lines = [line for entry in found[:SHOWN] for line in _entry(session, caller, entry)]
    blocks = [rich(words(caller.t(_("Who changed what")), bold=True), *lines)]
    if len(found) > SHOWN:
        earlier = f"{what}:{record.id}:{found[SHOWN - 1].id}"
        blocks.append(actions(button(caller.t(_("Earlier")), "audit/earlier", earlier)))
    return blocks


def _entry(session: Session, caller: Caller, entry: AuditEntry) -> list[Words]:
    """When, who, through which door and what; then a line for each thing that changed."""
    t = caller.t
    at = t.moment(entry.at, zone=caller.collaborator.zone, today=caller.today)
    by = session.get(Collaborator, entry.actor_id) if entry.actor_id else None
    door = t(DOORS[entry.door]) if entry.door in DOORS else entry.door
    kind, deed = t(KINDS[entry.kind]), t(DEEDS.get(entry.deed, entry.deed))
    head = words(f"{at} · {by.name if by else 'Rapport'} {door} · {t.labelled(kind, deed)}")
    changed = [column for column in COLUMNS if column in entry.before or column in entry.after]
    return [head, *(_change(session, caller, entry, column) for column in changed)]


def _change(session: Session, caller: Caller, entry: AuditEntry, column: str) -> Words:
    before = _said(session, caller, entry.kind, column, entry.before.get(column))
    after = _said(session, caller, entry.kind, column, entry.after.get(column))
    if not before and not after:
        return []
    arrow = f"{before or '–'} → {after or '–'}" if entry.deed == "changed" else after or before
    return words(f"    {caller.t.labelled(caller.t(COLUMNS[column]), arrow)}")


def _said(session: Session, caller: Caller, kind: str, column: str, value: Any) -> str:
    """The value in words: whom an id names, a day as the reader writes it."""
    if isinstance(value, bool):
        return caller.t(_("yes")) if value else caller.t(_("no"))
    if isinstance(value, int) and column.endswith("_id"):
        return _named(caller, named_row(session, kind, column, value)) or str(value)
    if isinstance(value, str) and column.endswith("_on"):
        return caller.t.day(date.fromisoformat(value), today=caller.today)
    if isinstance(value, str) and column.endswith("_at"):
        return caller.t.moment(datetime.fromisoformat(value), zone=caller.collaborator.zone, today=caller.today)
    return "" if value is None else str(value)


def _named(caller: Caller, row: Row | None) -> str:
    if isinstance(row, Listed):
        return row.label(caller.t.language)
    if isinstance(row, Contact):
        return row.label
    return row.name if isinstance(row, Relation | Collaborator) else ""


def _show_earlier(interaction: Interaction) -> None:
    what, record_id, before_id = interaction.value.split(":")
    show_trail(what, interaction, int(record_id), int(before_id))


def register(slack: Listening) -> None:
    for what, menu in (("relation", RELATION_MENU), ("contact", CONTACT_MENU), ("action", ACTION_MENU)):
        slack.menu(menu, "trail", _("Who changed what"), partial(show_trail, what), at=80)
    slack.action("audit/earlier", _show_earlier)
