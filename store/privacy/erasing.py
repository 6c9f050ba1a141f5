"""Forgetting a person (GDPR, article 17): what tells who they are goes, what the office did stays without a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, inspect, or_, select, update
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.addresses import MailAddress
from store.audit import AuditEntry
from store.base import BookError, NotFound, Row, _
from store.collaborators import Collaborator
from store.consent import Consent, suppress_erased, suppressed_before
from store.contacts import Contact
from store.contacts.birthdays import Birthday
from store.contacts.ranks import put_kinds
from store.documents import DocumentLink, unlink_document
from store.expenses import Expense
from store.handover import OPEN_STATES, MailState
from store.invitations import Invitation, InvitationMail
from store.linked_checking import forget_unlinked
from store.links import Link
from store.mailings import Delivery, SkipReason
from store.notes import Note
from store.privacy.dossiers import clear_dossiers, dossiers_at, references_of
from store.privacy.holds import hold_of
from store.privacy.linked import clear_telling_url
from store.privacy.lists import forget_lines, marks_of
from store.privacy.traces import clear_trail, forget_merges, past_rows, tells_of, twins_of
from store.relations import Relation, RelationKind, standing_id

TEXTS = ("subject", "place", "headline", "report", "linked_kind", "linked_journal", "linked_number")


def erase_person(
    session: Session, person_id: int, *, by: Collaborator | None, reason: str, now: datetime
) -> tuple[str, int]:
    """Erases for good; returns what stands for the name from now on, and of how many actions it was taken.

    The addresses stay suppressed as keyed hashes. What was done together stays without the person's name, addresses
    and numbers. The id of somebody who was merged away means the one who stands; twins go along. `by` is None when a
    term has run out, which is for nobody but who has this very id. Raises NotAllowed for all but administrators,
    NotFound, and BookError when it is not a person, at `reason` without one, and while a legal hold is in force.
    """
    person = _to_erase(session, person_id, by=by, reason=reason, now=now)
    places = session.scalars(select(Contact).where(Contact.person_id == person.id)).all()
    twins = twins_of(session, person.id)
    told = {text for one in (person, *twins) for text in _telling(one)} | set(references_of(session, (person, *twins)))
    telling = sorted(told, key=len, reverse=True)
    marks = marks_of(session, (person, *twins), places)
    pseudonym = f"#{person.id}"
    actions = _scrubbed(session, person, places, telling, pseudonym)
    about = {"action": actions, "contact": [place.id for place in places]}
    about["expense"] = _scrubbed_expenses(session, actions, telling, pseudonym)
    about |= _clear_notes(session, person, places, telling, pseudonym)
    about |= clear_dossiers(
        session,
        (person, *twins),
        places,
        pseudonym=pseudonym,
        scrub=lambda row, names: _scrub(row, names, telling, pseudonym),
    )
    about["suppression"] = _suppress(session, person, now=now)
    about["document_link"] = _clear_documents(session, person, places, actions, telling, pseudonym, now=now)
    about |= _clear_rows(session, person, places, now=now)
    _clear_mails(session, person, places, pseudonym, now=now)
    for one in (person, *twins):
        _blank(one, name=pseudonym, folded=pseudonym, deleted_at=one.deleted_at or now, changed_at=now)
    session.flush()
    twin_ids = [one.id for one in twins]
    forget_merges(session, [person.id, *twin_ids], now=now)
    forget_lines(session, marks)
    for kind, ids in _told_before(session, person, twin_ids, places, actions, telling).items():
        about[kind] = [*about.get(kind, ()), *ids]
    clear_trail(session, person.id, twin_ids, about, by=by, reason=reason)
    return pseudonym, len(actions)


def _to_erase(session: Session, person_id: int, *, by: Collaborator | None, reason: str, now: datetime) -> Relation:
    if by is not None:
        access.require_admin(by)
        person_id = standing_id(session, person_id)
    person = session.get(Relation, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if person.kind is not RelationKind.PERSON:
        raise BookError(_("Only a person can be erased. Delete a company instead."))
    if not reason.strip():
        raise BookError(_("Say who asked for it, and when."), field="reason")
    if (hold := hold_of(session, person.id, on=now.date())) is not None:
        raise BookError(
            _("This person’s data must be kept: {reason} ({name}). Lift the hold first."),
            reason=hold.reason,
            name=hold.by.name,
        )
    return person


def _telling(person: Relation) -> list[str]:
    """What in a text would tell who it is: the name, addresses and numbers, the longest first."""
    said = [person.name, *(row.mail for row in person.mail_addresses), *(row.number for row in person.phones)]
    return sorted({one for one in said if len(one) > 2}, key=len, reverse=True)


def _scrubbed(
    session: Session, person: Relation, places: Sequence[Contact], telling: Sequence[str], pseudonym: str
) -> list[int]:
    """Takes the person out of the texts of what was done with them. Returns the ids of all those actions."""
    ids = [place.id for place in places]
    part = Action.participants.property.mapper.class_
    took_part = Action.participants.any(part.contact_id.in_(ids))
    query = select(Action).where(or_(Action.relation_id == person.id, Action.contact_id.in_(ids), took_part))
    found = []
    for action in session.scalars(query):
        found.append(action.id)
        _scrub(action, TEXTS, telling, pseudonym)
        clear_telling_url(action, _sought(telling))
        for point in action.point_rows:
            _scrub(point, ("text",), telling, pseudonym)
    forget_unlinked(session)
    return found


def _scrubbed_expenses(session: Session, actions: Sequence[int], telling: Sequence[str], pseudonym: str) -> list[int]:
    """Takes the person out of the words of what these actions cost. Returns the ids of the lines that changed."""
    lines = session.scalars(select(Expense).where(Expense.action_id.in_(actions)))
    return [line.id for line in lines if _scrub(line, ("description",), telling, pseudonym)]


def _scrub(row: Row, names: Sequence[str], telling: Sequence[str], pseudonym: str) -> bool:
    """Puts the pseudonym in these texts of the row; whether there was anything to put it for."""
    sought = _sought(telling)
    if sought is None:
        return False
    told = [name for name in names if sought.search(getattr(row, name))]
    for name in told:
        setattr(row, name, sought.sub(pseudonym, getattr(row, name)))
    return bool(told)


def _sought(telling: Sequence[str]) -> re.Pattern[str] | None:
    # Whole words alone: who is called Max is not meant by "maximum".
    words = "|".join(map(re.escape, telling))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None


def _clear_notes(
    session: Session, person: Relation, places: Sequence[Contact], telling: Sequence[str], pseudonym: str
) -> dict[str, list[int]]:
    """Notes about the person go, with their reminders; those on the relations where they were no longer name them.

    Returns the ids of all those, by table.
    """
    ids = [place.id for place in places]
    of_person = or_(Note.relation_id == person.id, Note.contact_id.in_(ids))
    found: dict[str, list[int]] = {"note": [], "reminder": []}
    for note in session.scalars(select(Note).where(of_person)).unique().all():
        found["note"].append(note.id)
        found["reminder"] += [one.id for one in note.reminders]
        session.delete(note)
    session.flush()
    there = select(Note).where(Note.relation_id.in_([place.relation_id for place in places]))
    rest = session.scalars(there).unique()
    found["note"] += [note.id for note in rest if _scrub(note, ("subject", "detail"), telling, pseudonym)]
    return found


def _told_before(
    session: Session,
    person: Relation,
    twin_ids: Sequence[int],
    places: Sequence[Contact],
    actions: Sequence[int],
    telling: Sequence[str],
) -> dict[str, list[int]]:
    """What only the trail still tells of: a birthday or a document that was taken away, a note that was changed."""
    ids, there = [place.id for place in places], [place.relation_id for place in places]
    theirs = or_(Action.relation_id == person.id, Action.contact_id.in_(ids))
    about = session.scalars(select(Action.id).where(theirs)).all()
    beside = (AuditEntry.kind.in_(("note", "document_link")) & AuditEntry.relation_id.in_(there)) | (
        (AuditEntry.kind == "document_link") & tells_of("action_id", actions)
    )
    everyone = [person.id, *twin_ids]
    return past_rows(session, everyone, ids, about, beside=beside, sought=_sought(telling))


def _suppress(session: Session, person: Relation, *, now: datetime) -> list[int]:
    """Never write there again; an address that somebody else has too stays theirs. Returns the suppressions' ids."""
    found = []
    for row in person.mail_addresses:
        shared = select(MailAddress.id).join(Relation, Relation.id == MailAddress.relation_id)
        shared = shared.where(MailAddress.folded == row.folded, MailAddress.relation_id != person.id)
        if session.scalar(shared.where(Relation.deleted_at.is_(None)).limit(1)) is None:
            found += [suppress_erased(session, row.mail, now=now).id, *suppressed_before(session, row.mail)]
    return found


def _clear_rows(
    session: Session, person: Relation, places: Sequence[Contact], *, now: datetime
) -> dict[str, list[int]]:
    """Returns the ids of what went, by table."""
    for lines in (person.mail_addresses, person.phones, person.postal_addresses):
        lines.clear()
    for place in places:
        put_kinds(session, place, [])
        place.groupings.clear()
        _blank(place, until_on=place.until_on or now.date() - timedelta(days=1), changed_at=now)
    session.execute(update(Consent).where(Consent.person_id == person.id).values(wording=""))
    ends = or_(Link.source_id == person.id, Link.target_id == person.id)
    gone: dict[str, list[int]] = {"link": [], "birthday": []}
    rows: list[Link | Birthday] = [*session.scalars(select(Link).where(ends))]
    rows += session.scalars(select(Birthday).where(Birthday.person_id == person.id))
    for row in rows:
        gone[row.__tablename__].append(row.id)
        session.delete(row)
    return gone


def _clear_documents(
    session: Session,
    person: Relation,
    places: Sequence[Contact],
    actions: Sequence[int],
    telling: Sequence[str],
    pseudonym: str,
    *,
    now: datetime,
) -> list[int]:
    """Those on the person, a place of theirs or an action that was about them go; others there no longer name them.

    Returns the ids of all those.
    """
    ids = [place.id for place in places]
    about = select(Action.id).where(or_(Action.relation_id == person.id, Action.contact_id.in_(ids)))
    on_them = or_(
        DocumentLink.relation_id == person.id,
        DocumentLink.contact_id.in_(ids),
        DocumentLink.dossier_id.in_(dossiers_at([person.id])),
    )
    found = []
    for link in session.scalars(select(DocumentLink).where(on_them | DocumentLink.action_id.in_(about))).all():
        found.append(link.id)
        unlink_document(session, link, now=now)
    relation_ids = [place.relation_id for place in places]
    beside = or_(
        DocumentLink.action_id.in_(actions),
        DocumentLink.relation_id.in_(relation_ids),
        DocumentLink.dossier_id.in_(dossiers_at(relation_ids, general=True)),
    )
    rest = session.scalars(select(DocumentLink).where(beside)).all()
    return found + [link.id for link in rest if _scrub(link, ("name",), telling, pseudonym)]


def _clear_mails(
    session: Session, person: Relation, places: Sequence[Contact], pseudonym: str, *, now: datetime
) -> None:
    """What waits to be sent to them does not leave; what was sent is kept as a fact alone."""
    ids = [place.id for place in places]
    skipped = {"state": MailState.SKIPPED, "failure": SkipReason.LEFT.value, "finished_at": now}
    theirs = Delivery.person_id == person.id
    session.execute(update(Delivery).where(theirs, Delivery.state.in_(OPEN_STATES)).values(skipped))
    nameless = {"mail": "", "folded": None, "name": pseudonym, "company": "", "function": ""}
    session.execute(update(Delivery).where(theirs).values(nameless))
    invited = select(Invitation.id).where(Invitation.contact_id.in_(ids))
    mails = InvitationMail.invitation_id.in_(invited)
    waiting = InvitationMail.state.in_(OPEN_STATES)
    session.execute(update(InvitationMail).where(mails, waiting).values({**skipped, "failure": "erased"}))
    session.execute(update(InvitationMail).where(mails).values(content={}))
    for one in session.scalars(select(Invitation).where(Invitation.contact_id.in_(ids))):
        one.mail, one.name, one.comment = f"{pseudonym}.{one.id}@erased.invalid", pseudonym, ""


def _blank(row: Row, **kept: Any) -> None:
    """Empties every text of the row but the codes that it cannot be without, then sets what is given."""
    for column in inspect(type(row)).column_attrs:
        kind = column.columns[0].type
        if isinstance(kind, String) and type(kind) is String:
            setattr(row, column.key, "")
    for name, value in kept.items():
        setattr(row, name, value)
