"""Filing one mail, whichever of our mailboxes saw it first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.actions import Action, Participant, ParticipantRole
from store.addresses import MailAddress
from store.collaborators import Collaborator
from store.contacts import Contact
from store.documents import DocumentShelf, link_document
from store.dossiers import dossier_tagged
from store.filing.mails import NotFiled, SentMail, decide, filing_key
from store.filing.model import Filing, FilingState
from store.mailboxes import Mailbox, office_addresses
from store.outbox import put_in_outbox, slack_lane
from store.planning import record_done_action
from store.relations import Relation
from store.scopes import in_scope

MAIL_SENT = "mail_sent"
"""Key of the action type of a filed mail."""
LONGEST_SUBJECT = 150

Place = tuple[int, int | None]
"""Ids of a relation and of the contact there, if any."""


def file_mail(
    session: Session, mail: SentMail, *, collaborator: Collaborator, shelf: DocumentShelf, now: datetime
) -> Filing | NotFiled:
    """Files a mail seen in this collaborator's Sent Items, or says why not. Seeing it again changes nothing.

    The action belongs to the sender; every colleague whose mailbox has it, or who is in To or Cc, takes part. Its
    relation and contact are those of the first recipient that the book knows, or of whom a dossier named in the subject
    is; the contacts of all others take part too. Raises BookBusy when the disk of the documents is full.
    """
    office = office_addresses(session)
    on = collaborator.day_of(mail.sent_at)
    sender = next(iter(_colleagues(session, [mail.sender])), collaborator)
    places = _places(session, [address for address in mail.recipients if address not in office], on, sender)
    if (why := decide(mail, office=office, known=places)) is not None:
        return why
    key = filing_key(mail)
    filing = _filing_with(session, key)
    if filing is None:
        try:
            with session.begin_nested():
                filing = _file(session, mail, key, places, sender, shelf, now)
        except IntegrityError:
            # Another mailbox's copy was filed at the same moment; any other clash is a bug and is raised.
            if (filing := _filing_with(session, key)) is None:
                raise
    if filing.state is not FilingState.UNFILED:
        _take_part(session, filing, collaborator, now)
    return filing


def _filing_with(session: Session, key: str) -> Filing | None:
    return session.scalars(select(Filing).where(Filing.key == key)).one_or_none()


def _file(
    session: Session,
    mail: SentMail,
    key: str,
    places: dict[str, list[Place]],
    sender: Collaborator,
    shelf: DocumentShelf,
    now: datetime,
) -> Filing:
    # The key is written first: whoever files the same mail at the same moment waits here, holding nothing.
    filing = Filing(key=key, collaborator_id=sender.id, filed_at=now, not_kept=[], unlinked=[])
    session.add(filing)
    session.flush()
    known = list(dict.fromkeys(place for found in places.values() for place in found))
    tagged = dossier_tagged(session, mail.subject, relation_ids={one for one, _contact in known}, asked_by=sender)
    filing.tag, filing.tag_ignored = tagged.reference, tagged.ignored
    dossier = tagged.dossier
    if dossier is not None and (named := dossier.relation_id) is not None:
        known.sort(key=lambda place: place[0] != named)
    (relation_id, contact_id), *others = known
    subject = " ".join(mail.subject.split()) or mail.documents[0].name
    filing.action = record_done_action(
        session,
        by=sender,
        relation_id=relation_id,
        contact_id=contact_id,
        type_key=MAIL_SENT,
        subject=subject[:LONGEST_SUBJECT],
        at=mail.sent_at,
        now=now,
        dossier_id=dossier.id if dossier else None,
    )
    contact_ids = dict.fromkeys(other for _relation_id, other in others if other not in {None, contact_id})
    filing.action.participants += [
        Participant(contact_id=other, role=ParticipantRole.INFORMED) for other in contact_ids
    ]
    for colleague in _colleagues(session, [*mail.to, *mail.cc]):
        _add_colleague(filing.action, colleague)
    session.flush()
    _link_documents(session, filing, mail, sender, shelf, now)
    return filing


def _link_documents(
    session: Session, filing: Filing, mail: SentMail, sender: Collaborator, shelf: DocumentShelf, now: datetime
) -> None:
    for one in mail.documents:
        if one.content is None:
            filing.not_kept = [*filing.not_kept, [one.name, one.size]]
            continue
        document = shelf.keep(session, one.content, media_type=one.media_type, now=now)
        link_document(session, document, name=one.name, action_id=filing.action_id, by=sender, now=now)


def _take_part(session: Session, filing: Filing, collaborator: Collaborator, now: datetime) -> None:
    action = filing.action
    if action is None or action.deleted_at is not None:
        return
    if _add_colleague(action, collaborator):
        action.changed_at = now
        session.flush()
    if collaborator.tells_filings:
        put_in_outbox(
            session,
            kind="notice",
            key=f"filed/{filing.id}/{collaborator.id}",
            lane=slack_lane(collaborator.id),
            content={"notice": "filed", "filing_id": filing.id, "collaborator_id": collaborator.id},
            now=now,
        )


def _add_colleague(action: Action, collaborator: Collaborator) -> bool:
    known = {action.owner_id, *(participant.collaborator_id for participant in action.participants)}
    if collaborator.id in known:
        return False
    action.participants.append(Participant(collaborator_id=collaborator.id, role=ParticipantRole.INFORMED))
    return True


def _colleagues(session: Session, addresses: Sequence[str]) -> Sequence[Collaborator]:
    """The active collaborators behind these addresses, by id."""
    behind = select(Mailbox.collaborator_id).where(Mailbox.address.in_(addresses))
    query = select(Collaborator).where(or_(Collaborator.mail.in_(addresses), Collaborator.id.in_(behind)))
    return session.scalars(query.where(Collaborator.is_active).order_by(Collaborator.id)).all()


def _places(session: Session, addresses: Sequence[str], on: date, sender: Collaborator) -> dict[str, list[Place]]:
    """By address, in their order, where the book knows it: the place it is tied to, else every current place of its
    person, else its relation itself. Unknown addresses are left out, and what is not in the sender's scope: else
    writing to somebody would open their file."""
    query = select(MailAddress).join(Relation, Relation.id == MailAddress.relation_id)
    query = query.where(MailAddress.folded.in_(addresses), Relation.deleted_at.is_(None)).order_by(MailAddress.id)
    query = query.where(in_scope(MailAddress.relation_id, asked_by=sender))
    lines = session.scalars(query).all()
    contacts = _current_contacts(session, {line.relation_id for line in lines}, on, sender)
    found: dict[str, list[Place]] = {}
    for address in dict.fromkeys(addresses):
        places = [place for line in lines if line.folded == address for place in _places_of(line, contacts)]
        if places:
            # Places come before relations without one, then the older before the newer.
            found[address] = sorted(set(places), key=lambda place: (place[1] is None, place[1] or place[0]))
    return found


def _places_of(line: MailAddress, contacts: Iterable[Contact]) -> list[Place]:
    own = [contact for contact in contacts if contact.person_id == line.relation_id]
    tied = [contact for contact in own if contact.id == line.contact_id]
    return [(contact.relation_id, contact.id) for contact in tied or own] or [(line.relation_id, None)]


def _current_contacts(session: Session, person_ids: Iterable[int], on: date, sender: Collaborator) -> Sequence[Contact]:
    query = select(Contact).where(
        Contact.person_id.in_(person_ids),
        Contact.deleted_at.is_(None),
        or_(Contact.until_on.is_(None), Contact.until_on >= on),
        in_scope(Contact.relation_id, asked_by=sender),
    )
    found = session.scalars(query.order_by(Contact.id)).unique().all()
    return [contact for contact in found if contact.relation.deleted_at is None]
