"""Who gets a mailing, at which address, in which language; and who does not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from store import access
from store.base import BookError, NotFound, _
from store.batches import batches
from store.collaborators import Collaborator, language_of
from store.consent import MailingTopic, refusals
from store.contacts import Contact
from store.domain import line
from store.handover import MailState, message_id_for, new_marker
from store.mailboxes import Mailbox
from store.mailing_template import CompiledText, compile_text
from store.mailing_text import fields_for, missing_fields
from store.mailings.model import Delivery, Mailing, MailingMode, MailingText, SkipReason
from store.relations import Relation, RelationKind
from store.scopes import in_scope

MOST_RECIPIENTS = 10_000
LONGEST_DELAY_S = 86_400


@dataclass(frozen=True, slots=True)
class _Recipient:
    person_id: int
    contact_id: int | None
    mail: str
    folded: str | None
    name: str
    company: str
    function: str
    language: str
    skipped: str = ""


def prepare_mailing(
    session: Session,
    *,
    by: Collaborator,
    name: str,
    topic_id: int | None,
    mailbox_id: int,
    mode: MailingMode,
    delay_s: int,
    texts: Mapping[str, tuple[str, str]],
    now: datetime,
    contact_ids: Sequence[int] = (),
    person_ids: Sequence[int] = (),
) -> Mailing:
    """A mailing with one delivery per recipient, in the order given, contacts first; it leaves once it is started.

    `texts` are (subject, body) by language; the first serves whoever has another language. Nobody is dropped: who
    gets no mail has a skipped delivery that says why, and of several with one address the first gets it.

    Raises NotAllowed for somebody else's mailbox, NotFound, BookError at `name`, `delay_s`, `texts`, `subject`,
    `body` or `recipients`.
    """
    mailbox = _mailbox_for(session, mailbox_id, by)
    if topic_id is not None:
        topic_id = line(session, MailingTopic, topic_id, field="topic_id").id
    _check(name, delay_s, texts, len(contact_ids) + len(person_ids))
    today, languages = by.day_of(now), list(texts)
    at_places = _at_places(session, by, contact_ids, today, languages)
    found = _skip_same_address([*at_places, *_as_themselves(session, by, person_ids, today, languages)])
    recipients = _skip_refused(session, found, topic_id)
    recipients = _skip_incomplete(recipients, texts, mailbox, today)
    mailing = Mailing(
        name=name.strip(),
        topic_id=topic_id,
        mailbox=mailbox,
        created_by_id=by.id,
        sender_name=mailbox.collaborator.name,
        mode=mode,
        delay_s=delay_s,
        created_at=now,
    )
    mailing.texts = [
        MailingText(language=language, subject=subject, body=body) for language, (subject, body) in texts.items()
    ]
    session.add(mailing)
    session.flush()
    session.add_all(_delivery(mailing, recipient, now) for recipient in recipients)
    session.flush()
    return mailing


def text_for(delivery: Delivery) -> CompiledText:
    """The mailing's text in the delivery's language, compiled once for all its recipients."""
    text = next(text for text in delivery.mailing.texts if text.language == delivery.language)
    return compile_text(text.subject, text.body)


def fields_of(delivery: Delivery, *, unsubscribe_url: str, on: date) -> dict[str, str]:
    """What fills the text for this recipient, as the book knew them when the mailing was prepared."""
    sender = delivery.mailing.mailbox
    return fields_for(
        name=delivery.name,
        company=delivery.company,
        function=delivery.function,
        language=delivery.language,
        sender_name=delivery.mailing.sender_name,
        sender_mail=sender.address,
        unsubscribe_url=unsubscribe_url,
        on=on,
    )


def _mailbox_for(session: Session, mailbox_id: int, by: Collaborator) -> Mailbox:
    access.require_active(by)
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or not mailbox.is_active:
        raise NotFound(field="mailbox_id")
    if mailbox.collaborator_id != by.id:
        access.require_admin(by)
    return mailbox


def _check(name: str, delay_s: int, texts: Mapping[str, tuple[str, str]], recipients: int) -> None:
    if not name.strip():
        raise BookError(_("Give the mailing a name."), field="name")
    if not 0 <= delay_s <= LONGEST_DELAY_S:
        raise BookError(_("The delay is between 0 and {most} seconds."), field="delay_s", most=LONGEST_DELAY_S)
    if not texts:
        raise BookError(_("Write a text in at least one language."), field="texts")
    for subject, body in texts.values():
        compile_text(subject, body)
    if not 1 <= recipients <= MOST_RECIPIENTS:
        raise BookError(_("Choose between 1 and {most} recipients."), field="recipients", most=MOST_RECIPIENTS)


def _at_places(
    session: Session, by: Collaborator, contact_ids: Sequence[int], today: date, languages: Sequence[str]
) -> Iterator[_Recipient]:
    query = select(Contact).where(in_scope(Contact.relation_id, asked_by=by))
    query = query.options(
        selectinload(Contact.relation).selectinload(Relation.mail_addresses),
        selectinload(Contact.person).selectinload(Relation.mail_addresses),
    )
    known = {row.id: row for ids in batches(contact_ids) for row in session.scalars(query.where(Contact.id.in_(ids)))}
    for contact_id in contact_ids:
        if (contact := known.get(contact_id)) is None:
            raise NotFound(field="recipients")
        person, relation = contact.person, contact.relation
        mail, folded = _address(person, contact_id, today)
        has_left = contact.until_on is not None and contact.until_on < today
        is_gone = has_left or any(row.deleted_at is not None for row in (contact, person, relation))
        yield _Recipient(
            person_id=person.id,
            contact_id=contact.id,
            mail=mail,
            folded=folded,
            name=person.name,
            company=relation.name,
            function=contact.function,
            language=_language(languages, person.language, relation.language),
            skipped=SkipReason.LEFT if is_gone else "" if folded else SkipReason.NO_ADDRESS,
        )


def _as_themselves(
    session: Session, by: Collaborator, person_ids: Sequence[int], today: date, languages: Sequence[str]
) -> Iterator[_Recipient]:
    query = select(Relation).where(in_scope(Relation.id, asked_by=by))
    query = query.options(selectinload(Relation.mail_addresses))
    known = {row.id: row for ids in batches(person_ids) for row in session.scalars(query.where(Relation.id.in_(ids)))}
    for person_id in person_ids:
        if (person := known.get(person_id)) is None:
            raise NotFound(field="recipients")
        mail, folded = _address(person, None, today)
        is_company = person.kind is RelationKind.COMPANY
        yield _Recipient(
            person_id=person.id,
            contact_id=None,
            mail=mail,
            folded=folded,
            name="" if is_company else person.name,
            company=person.name if is_company else "",
            function="",
            language=_language(languages, person.language),
            skipped=SkipReason.LEFT if person.deleted_at else "" if folded else SkipReason.NO_ADDRESS,
        )


def _address(person: Relation, contact_id: int | None, on: date) -> tuple[str, str | None]:
    """The address of that place, else the person's own; never the one of another place. ("", None) for none."""
    valid = [line for line in person.mail_addresses if line.is_valid(on)]
    own = [line for line in valid if line.contact_id is None]
    at_place = [line for line in valid if line.contact_id == contact_id]
    found = next(iter([*at_place, *own]), None)
    return (found.mail, found.folded) if found is not None else ("", None)


def _language(languages: Sequence[str], *known: str) -> str:
    wanted = next((language_of(language) for language in known if language), "")
    return wanted if wanted in languages else languages[0]


def _skip_same_address(recipients: Iterable[_Recipient]) -> list[_Recipient]:
    """Somebody skipped for another reason does not take the address from who comes after."""
    kept, taken = [], set[str]()
    for recipient in recipients:
        if recipient.skipped:
            kept.append(replace(recipient, folded=None))
        elif recipient.folded in taken:
            kept.append(replace(recipient, folded=None, skipped=SkipReason.SAME_ADDRESS))
        else:
            taken.add(recipient.folded or "")
            kept.append(recipient)
    return kept


def _skip_refused(session: Session, recipients: Sequence[_Recipient], topic_id: int | None) -> list[_Recipient]:
    asked = [recipient for recipient in recipients if not recipient.skipped]
    answers = iter(refusals(session, [(one.person_id, one.folded or "") for one in asked], topic_id=topic_id))
    return [
        recipient if recipient.skipped else replace(recipient, skipped=next(answers) or "") for recipient in recipients
    ]


def _skip_incomplete(
    recipients: Sequence[_Recipient], texts: Mapping[str, tuple[str, str]], mailbox: Mailbox, today: date
) -> list[_Recipient]:
    kept = []
    for one in recipients:
        fields = fields_for(
            name=one.name,
            company=one.company,
            function=one.function,
            language=one.language,
            sender_name=mailbox.collaborator.name,
            sender_mail=mailbox.address,
            unsubscribe_url="https://",
            on=today,
        )
        missing = [] if one.skipped else missing_fields(compile_text(*texts[one.language]), fields)
        why = f"{SkipReason.MISSING_FIELD}: {', '.join(missing)}"
        kept.append(replace(one, skipped=why) if missing else one)
    return kept


def _delivery(mailing: Mailing, one: _Recipient, now: datetime) -> Delivery:
    marker = new_marker()
    return Delivery(
        mailing_id=mailing.id,
        person_id=one.person_id,
        contact_id=one.contact_id,
        mail=one.mail,
        folded=one.folded,
        name=one.name,
        company=one.company,
        function=one.function,
        language=one.language,
        marker=marker,
        message_id=message_id_for(marker, mailing.mailbox.address),
        state=MailState.SKIPPED if one.skipped else MailState.QUEUED,
        failure=str(one.skipped),
        finished_at=now if one.skipped else None,
    )
