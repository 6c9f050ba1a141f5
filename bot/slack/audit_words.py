"""What the audit trail says, as sentences: "Anna changed the phone of Dupont: 02 … → 03 …"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.audit_values import COLUMNS, label_of, value_in_words
from bot.slack.blocks import Words, words
from bot.texts import _
from store.administration import MOVED
from store.audit import AuditEntry
from store.audit_queries import named_row, row_of
from store.base import Row
from store.break_glass import OPENED
from store.collaborators import Collaborator
from store.contacts import Contact
from store.dossiers import Dossier
from store.involvements import Involvement, known_shares
from store.links import Link
from store.naming import name_of
from store.opportunities import Opportunity
from store.quotes import Quote
from store.relation_facts import RelationFact
from store.relations import Relation

_RESTORED = "restored"
DEEDS = {
    "created": _("{who} added {what}"),
    "changed": _("{who} changed {what}"),
    "deleted": _("{who} took away {what}"),
    _RESTORED: _("{who} brought back {what}"),
    "set": _("{who} set {what}"),
    "withdrawn": _("{who} withdrew {what}"),
    "closed": _("{who} closed {what}"),
    "reopened": _("{who} reopened {what}"),
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
    "expense": _("the expense “{name}”"),
    "dossier": _("the dossier {name}"),
    "opportunity": _("the opportunity {name}"),
    "opportunity_line": _("the item “{name}”"),
    "quote": _("the quote {name}"),
    "status_id": _("the status of {name}"),
    "priority_id": _("the priority of {name}"),
}
"""By table; a fact about a relation by what it says."""
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
    "expense": ("product_id", "description"),
    "dossier": ("name",),
    "opportunity": ("dossier_id",),
    "opportunity_line": ("dossier_id", "product_id", "text"),
    "quote": ("dossier_id",),
}
"""Columns that need no label, or of which a new row's sentence tells already."""
_OWN_VALUES = {"mail_address", "phone", "postal_address"}
_DATED_DEEDS = {
    "deleted_at": ("deleted", _RESTORED),
    "removed_at": ("deleted", _RESTORED),
    "withdrawn_at": ("withdrawn", _RESTORED),
    "closed_at": ("closed", "reopened"),
}
"""What a date says was done where it is set, and where it is taken away."""


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
    """A row that people delete or close stays in the book with a date; a fact about a relation is set."""
    for column, (done, undone) in _DATED_DEEDS.items():
        if entry.deed == "changed" and column in {*entry.before, *entry.after}:
            return done if entry.after.get(column) else undone
    return "set" if entry.deed == "created" and entry.kind == "relation_fact" else entry.deed


def _thing(session: Session, caller: Caller, entry: AuditEntry) -> str:
    """What it was done to; a row that is gone for good is known by what stood in it."""
    row = row_of(session, entry)
    relation = session.get(Relation, entry.relation_id) if entry.relation_id else None
    name, other = relation.name if relation else "", ""
    if isinstance(row, Link):
        name, other = row.source.name, row.target.name
    elif isinstance(row, Contact):
        name, other = row.relation.name, row.person.name
    elif isinstance(row, Involvement):
        name, other = row.file.name, row.collaborator.name
    elif isinstance(row, Dossier | Quote):
        name = row.label
    elif isinstance(row, Opportunity):
        name = row.dossier.label
    elif entry.kind in _CALLED:
        found = (_held(session, caller, entry, column, row) for column in _CALLED[entry.kind])
        name = next(filter(None, found), "")
    kind = _fact(entry, row) if entry.kind == "relation_fact" else entry.kind
    return caller.t(THINGS[kind], name=name or "…", other=other or "…")


_CALLED = {
    "action": ("subject",),
    "action_point": ("text",),
    "expense": ("description", "product_id"),
    "opportunity_line": ("product_id", "text"),
}
"""The columns by which people know a row, the first that says something."""


def _fact(entry: AuditEntry, row: Row | None) -> str:
    """Cleared at its action, it is gone for good: what it was stands in the entry."""
    status_id = row.status_id if isinstance(row, RelationFact) else {**entry.before, **entry.after}.get("status_id")
    return "priority_id" if status_id is None else "status_id"


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
        found.append(arrow if is_plain else caller.t.labelled(caller.t(label_of(entry.kind, column)), arrow))
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
    return first + [
        f"{caller.t(label_of(entry.kind, column))} {text}" for column, text in said.items() if column not in own
    ]


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
