"""What the audit trail says, as sentences: "Anna changed the phone of Dupont: 02 … → 03 …"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Words, words
from bot.slack.relations import KIND_NAMES, RELATION_KIND_NAMES
from bot.texts import Texts, _
from store.administration import MOVED
from store.audit import AuditEntry
from store.audit_queries import named_row, row_of
from store.base import Row
from store.break_glass import OPENED
from store.collaborators import Collaborator
from store.contacts import Contact
from store.involvements import known_shares
from store.links import Link
from store.naming import name_of
from store.relations import Relation

_RESTORED = "restored"
DEEDS = {
    "created": _("{who} added {what}"),
    "changed": _("{who} changed {what}"),
    "deleted": _("{who} took away {what}"),
    _RESTORED: _("{who} brought back {what}"),
    "erased": _("{who} erased {what} for good"),
    "copied": _("{who} took a copy of the data of {what}"),
    "merged": _("{who} merged another one into {what}"),
    "parted": _("{who} parted {what} from another one again"),
    OPENED: _("{who} opened {what}, although private"),
    MOVED: _("{who} gave {what} another Slack account"),
}
DOORS = {
    "slack": "",
    "cli": _("on the command line"),
    "import": _("by an import"),
    "undo": _("by undoing an import"),
    "mail": _("by a mail"),
    "web": _("on a web page"),
    "demo": _("for the demo"),
    "job": _("by itself"),
}
"""Nearly all is done in Slack: that is not said each time."""
THINGS = {
    "relation": _("{name}"),
    "mail_address": _("the e-mail of {name}"),
    "phone": _("the phone of {name}"),
    "postal_address": _("the address of {name}"),
    "involvement": _("the part of {other} in {name}"),
    "contact": _("the contact {other} at {name}"),
    "link": _("the link between {name} and {other}"),
    "action": _("the action “{name}”"),
    "action_point": _("the point “{name}”"),
}
COLUMNS = {
    "reason": _("Reason"),
    "kind": _("Kind"),
    "name": _("Name"),
    "person_id": _("Person"),
    "source_id": _("From"),
    "target_id": _("To"),
    "type_id": _("Type"),
    "subject": _("Subject"),
    "category_id": _("Category"),
    "collaborator_id": _("Collaborator"),
    "commission": _("Commission"),
    "is_main": _("Main person"),
    "since_on": _("Since"),
    "until_on": _("Last day"),
    "mail": _("E-mail"),
    "number": _("Phone"),
    "extension": _("Extension"),
    "street": _("Street and number"),
    "postal_code": _("Postal code"),
    "town": _("Town"),
    "country": _("Country"),
    "function": _("Function"),
    "legal_form": _("Legal form"),
    "vat": _("VAT number"),
    "qst": _("QST number (Québec)"),
    "language": _("Language"),
    "website": _("Website"),
    "birthday": _("Birthday"),
    "contact_id": _("Contact"),
    "owner_id": _("Representative"),
    "followed_by_id": _("Followed by"),
    "status_id": _("Status"),
    "priority_id": _("Priority"),
    "starts_on": _("Date"),
    "starts_time": _("From"),
    "ends_on": _("Until"),
    "ends_time": _("To"),
    "place": _("Place"),
    "deadline_on": _("Deadline"),
    "text": _("Text"),
    "is_discussed": _("Discussed"),
    "headline": _("What came out of it"),
    "report": _("Report"),
    "billed_hours": _("Hours to bill"),
    "billed_rate": _("Rate an hour"),
    "billed_in": _("Billed in"),
    "is_private": _("Private"),
    "notes": _("Remarks"),
}
"""What shows of a change; the columns that Rapport keeps for itself do not."""
_SAID_BY_ITSELF = {
    "relation": ("name",),
    "mail_address": ("mail",),
    "phone": ("number",),
    "postal_address": ("street", "postal_code", "town"),
    "involvement": ("collaborator_id",),
    "contact": ("person_id",),
    "link": ("source_id", "target_id"),
    "action": ("subject",),
    "action_point": ("text",),
}
"""Columns that need no label, or of which a new row's sentence tells already."""
_OWN_VALUES = {"mail_address", "phone", "postal_address"}
_GONE = ("deleted_at", "removed_at")


def sentence(session: Session, caller: Caller, entry: AuditEntry) -> list[Words]:
    """One line, with what changed behind a colon; several changes stand on a line each below it.

    Nothing when the change is none that people know of.
    """
    t, deed = caller.t, _deed(entry)
    by = session.get(Collaborator, entry.actor_id) if entry.actor_id else None
    said = t(DEEDS.get(deed, DEEDS["changed"]), who=by.name if by else "Rapport", what=_thing(session, caller, entry))
    door = t(DOORS.get(entry.door, "")) if by or entry.door != "job" else ""
    said = f"{said} ({door})" if door else said
    if deed == "changed":
        changes = _changes(session, caller, entry)
        if len(changes) == 1:
            return [words(t.labelled(said, changes[0]))]
        return [words(said), *(words(f"    {one}") for one in changes)] if changes else []
    values = ", ".join(_values(session, caller, entry))
    return [words(t.labelled(said, values) if values else said)]


def joined_lines(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """An address or a number for which another one was written is one change: the book takes a row out and adds one."""
    alike: dict[tuple[object, ...], list[AuditEntry]] = {}
    for entry in entries:
        if entry.kind in _OWN_VALUES and entry.deed in ("created", "deleted"):
            alike.setdefault((entry.at, entry.actor_id, entry.kind, entry.relation_id), []).append(entry)
    instead, gone = {}, set()
    for found in alike.values():
        if sorted(entry.deed for entry in found) == ["created", "deleted"]:
            new, old = sorted(found, key=lambda entry: entry.deed)
            instead[new.id] = _replaced(old, new)
            gone.add(old.id)
    return [instead.get(entry.id, entry) for entry in entries if entry.id not in gone]


def _replaced(old: AuditEntry, new: AuditEntry) -> AuditEntry:
    """As if the row had been changed; never written."""
    columns = [column for column in {**old.before, **new.after} if old.before.get(column) != new.after.get(column)]
    return AuditEntry(
        id=new.id, at=new.at, actor_id=new.actor_id, door=new.door, kind=new.kind, row_id=new.row_id,
        relation_id=new.relation_id, deed="changed",
        before={column: old.before[column] for column in columns if column in old.before},
        after={column: new.after[column] for column in columns if column in new.after},
    )  # fmt: skip


def _deed(entry: AuditEntry) -> str:
    """A row that people delete stays in the book with a date."""
    for column in _GONE:
        if entry.deed == "changed" and column in {*entry.before, *entry.after}:
            return "deleted" if entry.after.get(column) else _RESTORED
    return entry.deed


def _thing(session: Session, caller: Caller, entry: AuditEntry) -> str:
    """What it was done to; a row that is gone for good is known by what stood in it."""
    row = row_of(session, entry)
    relation = session.get(Relation, entry.relation_id) if entry.relation_id else None
    name, other = relation.name if relation else "", ""
    if isinstance(row, Link):
        name, other = row.source.name, row.target.name
    elif isinstance(row, Contact):
        name, other = row.relation.name, row.person.name
    elif entry.kind == "involvement":
        other = _held(session, caller, entry, "collaborator_id", row)
    elif entry.kind == "action":
        name = _held(session, caller, entry, "subject", row)
    elif entry.kind == "action_point":
        name = _held(session, caller, entry, "text", row)
    return caller.t(THINGS[entry.kind], name=name or "…", other=other or "…")


def _held(session: Session, caller: Caller, entry: AuditEntry, column: str, row: Row | None) -> str:
    value = getattr(row, column, None) or entry.after.get(column) or entry.before.get(column)
    return _said(session, caller, entry.kind, column, value)


def _changes(session: Session, caller: Caller, entry: AuditEntry) -> list[str]:
    found = []
    for column in _shown(session, caller, entry):
        before = _said(session, caller, entry.kind, column, entry.before.get(column))
        after = _said(session, caller, entry.kind, column, entry.after.get(column))
        if not (before or after):
            continue
        arrow = f"{before or '–'} → {after or '–'}"
        is_plain = entry.kind in _OWN_VALUES and column in _SAID_BY_ITSELF[entry.kind]
        found.append(arrow if is_plain else caller.t.labelled(caller.t(COLUMNS[column]), arrow))
    return found


def _values(session: Session, caller: Caller, entry: AuditEntry) -> list[str]:
    """What a new row was given, or what a row had that is gone."""
    content, own = entry.after or entry.before, _SAID_BY_ITSELF.get(entry.kind, ())
    told = {column: content.get(column) for column in _shown(session, caller, entry)}
    said = {
        column: _said(session, caller, entry.kind, column, value)
        for column, value in told.items()
        if value not in (None, "", False)
    }
    first = [said[column] for column in own if column in said] if entry.kind in _OWN_VALUES else []
    return first + [f"{caller.t(COLUMNS[column])} {text}" for column, text in said.items() if column not in own]


def _shown(session: Session, caller: Caller, entry: AuditEntry) -> list[str]:
    """The columns to tell of: percentages only to whom they are told elsewhere."""
    columns = [column for column in COLUMNS if column in entry.before or column in entry.after]
    if entry.kind == "involvement" and "commission" in columns and entry.relation_id:
        shares = known_shares(session, [entry.relation_id], asked_by=caller.collaborator, today=caller.today)
        is_own = getattr(row_of(session, entry), "collaborator_id", None) == caller.collaborator.id
        if not (caller.collaborator.is_admin or is_own or entry.row_id in shares):
            columns.remove("commission")
    return columns


def _said(session: Session, caller: Caller, kind: str, column: str, value: Any) -> str:
    """The value in words: whom an id names, a line of a list in the reader's language, a day as they write it."""
    if isinstance(value, int) and column.endswith("_id"):
        return name_of(named_row(session, kind, column, value), caller.t.language) or str(value)
    return value_in_words(caller.t, kind, column, value)


def value_in_words(t: Texts, kind: str, column: str, value: Any) -> str:
    """What a column of the table `kind` holds, as JSON, as the reader writes it; "" for nothing."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return t(_("yes")) if value else t(_("no"))
    if column == "kind":
        among: Mapping[Any, str] = RELATION_KIND_NAMES if kind == "relation" else KIND_NAMES
        return t(among[value]) if value in among else str(value)
    if column.endswith(("_on", "_at")) or column == "at":
        return t.in_figures(datetime.fromisoformat(str(value)).date())
    return _PLAIN[column](t, str(value)) if column in _PLAIN else str(value)


def _hour(t: Texts, value: str) -> str:
    return t.hour(datetime.combine(date.min, time.fromisoformat(value)))


def _language(t: Texts, value: str) -> str:
    try:
        return str(Locale(value).get_display_name(t.locale) or value)
    except UnknownLocaleError:
        return value


_PLAIN: Mapping[str, Callable[[Texts, str], str]] = {
    "language": _language,
    "country": lambda t, value: str(t.locale.territories.get(value, value)),
    "commission": lambda t, value: f"{t.number(Decimal(value))} %",
    **{column: _hour for column in COLUMNS if column.endswith("_time")},
}
"""How values of these columns are written."""
