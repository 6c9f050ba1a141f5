"""A mailing at zero delay, against a bare loop that builds each mail with EmailMessage and submits it the same way.

Both talk EWS to a local Exchange server in its own process: a draft is saved, then sent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.exchange_process import ANNA, DOMAIN, exchange_process, mails_a_second, office_for
from bot.office import Office
from integrations.mail.mailbox import Mailbox as OpenMailbox
from integrations.mail.message import OutgoingMail
from jobs.deliver_mailings import deliver_mailings
from store.addresses import MailAddress
from store.mailboxes import Mailbox
from store.mailings import Mailing, MailingMode, MailingState, prepare_mailing, start_mailing
from store.relations import Relation, RelationKind

SIZE = 60
REPETITIONS = 5
_BODY = "{{ salutation }},\n\nNos bières de saison sont arrivées : venez les goûter.\n\n{{ sender_name }}"


def rows() -> list[dict[str, Any]]:
    """Mails a second, medians of runs taken in turn; `ratio` is the floor's speed by ours."""
    ours, bare = list[float](), list[float]()
    with (
        tempfile.TemporaryDirectory() as name,
        exchange_process(Path(name)) as exchange,
        _office(Path(name), exchange.endpoint) as (office, mailbox_id, person_ids),
    ):
        box = office.mailbox("exchange", ANNA)
        for turn in range(REPETITIONS):
            bare.append(_timed(lambda turn=turn: _bare_loop(box, turn)))
            mailing_id = _prepared(office, mailbox_id, person_ids, turn)
            ours.append(_timed(lambda mailing_id=mailing_id: _to_the_end(office, mailbox_id, mailing_id)))
    return [mails_a_second("mailing: mails at zero delay", SIZE, ours, bare)]


def _bare_loop(box: OpenMailbox, turn: int) -> None:
    for number in range(SIZE):
        message = EmailMessage()
        message["From"] = f"Anna <{ANNA}>"
        message["To"] = f"Guest {number} <guest{number}@{DOMAIN}>"
        message["Subject"] = "Nouvelles"
        message["Date"] = datetime.now(UTC)
        message["Message-ID"] = f"<bare-{turn}-{number}@office.example>"
        message["List-Unsubscribe"] = f"<https://rapport.example/unsubscribe/{number}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(
            f"Bonjour Guest {number},\n\nNos bières de saison sont arrivées : venez les goûter.\n\nAnna"
        )
        message.add_alternative(f"<p>Bonjour Guest {number},</p><p>Nos bières sont arrivées.</p>", subtype="html")
        mail = OutgoingMail(f"bare-{turn}-{number}", str(message["Message-ID"]), message.as_bytes())
        box.send_draft(box.save_draft(mail))


def _to_the_end(office: Office, mailbox_id: int, mailing_id: int) -> None:
    while True:
        deliver_mailings(office, mailbox_id)
        with office.book.reading() as session:
            if session.get_one(Mailing, mailing_id).state is MailingState.FINISHED:
                return


def _prepared(office: Office, mailbox_id: int, person_ids: list[int], turn: int) -> int:
    with office.book.writing() as session:
        anna = session.get_one(Mailbox, mailbox_id).collaborator
        mailing = prepare_mailing(
            session,
            by=anna,
            name=f"News {turn}",
            mailbox_id=mailbox_id,
            texts={"fr": ("Nouvelles", _BODY)},
            mode=MailingMode.DIRECT,
            delay_s=0,
            contact_ids=(),
            person_ids=person_ids,
            topic_id=None,
            now=office.now(),
        )
        return start_mailing(session, by=anna, mailing_id=mailing.id, now=office.now()).id


@contextmanager
def _office(folder: Path, endpoint: str) -> Iterator[tuple[Office, int, list[int]]]:
    with office_for(folder, endpoint) as (office, mailbox_id):
        with office.book.writing() as session:
            people = [_person(number, office.now()) for number in range(SIZE)]
            session.add_all(people)
            session.flush()
            person_ids = [person.id for person in people]
        yield office, mailbox_id, person_ids


def _person(number: int, now: datetime) -> Relation:
    person = Relation(
        kind=RelationKind.PERSON,
        name=f"Guest {number}",
        folded=f"guest {number}",
        language="fr",
        created_at=now,
        changed_at=now,
    )
    mail = f"guest{number}@{DOMAIN}"
    person.mail_addresses = [MailAddress(mail=mail, folded=mail, position=0)]
    return person


def _timed(run: Any) -> float:
    begin = perf_counter()
    run()
    return perf_counter() - begin
