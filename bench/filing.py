"""Filing sent mails with a document, against a bare exchangelib loop that reads the same mails.

Reading, deciding, keeping the documents and writing the book, against reading alone; both from a local Exchange server
in its own process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from exchangelib import BASIC, DELEGATE, Account, Configuration, Credentials, Version
from exchangelib.version import EXCHANGE_2016

from bench.exchange_process import ANNA, ELS, PASSWORD, exchange_process, mails_a_second, office_for
from bot.office import Office
from jobs.read_mailboxes import read_mailbox
from store.addresses import MailAddress
from store.filing import Filing
from store.relations import Relation, RelationKind

SIZE = 60
REPETITIONS = 5
DOCUMENT_BYTES = 60_000


def rows() -> list[dict[str, Any]]:
    """Mails a second, medians of runs taken in turn over the same mails; `ratio` is the floor's speed by ours."""
    ours, bare = list[float](), list[float]()
    document = os.urandom(DOCUMENT_BYTES)
    with (
        tempfile.TemporaryDirectory() as name,
        exchange_process(Path(name)) as exchange,
        office_for(Path(name), exchange.endpoint) as (office, mailbox_id),
    ):
        _know_els(office)
        read_mailbox(office, mailbox_id)
        account = _account(exchange.endpoint)
        state = _read_all(account, None)
        for turn in range(1, REPETITIONS + 1):
            exchange.anna_sends(SIZE, document)
            seconds, state = _timed(lambda state=state: _read_all(account, state))
            bare.append(seconds)
            ours.append(_timed(lambda: read_mailbox(office, mailbox_id))[0])
            assert _filed(office) == turn * SIZE
    return [mails_a_second("filing: sent mails with a document", SIZE, ours, bare)]


def _account(endpoint: str) -> Account:
    config = Configuration(
        credentials=Credentials(ANNA, PASSWORD),
        service_endpoint=endpoint,
        auth_type=BASIC,
        version=Version(build=EXCHANGE_2016),
    )
    return Account(primary_smtp_address=ANNA, config=config, access_type=DELEGATE)


def _read_all(account: Account, state: str | None) -> str:
    """What is new in Sent Items, each mail with its addresses and its whole MIME."""
    folder = account.sent
    new = [item for _kind, item in folder.sync_items(sync_state=state, only_fields=["subject", "has_attachments"])]
    fields = ["mime_content", "subject", "sender", "to_recipients", "cc_recipients", "bcc_recipients", "message_id"]
    for item in new:
        (mail,) = account.fetch([(item.id, item.changekey)], only_fields=fields)
        assert len(mail.mime_content) > DOCUMENT_BYTES
    return str(folder.item_sync_state)


def _know_els(office: Office) -> None:
    with office.book.writing() as session:
        now = office.now()
        els = Relation(
            kind=RelationKind.PERSON, name="Els", folded="els", language="fr", created_at=now, changed_at=now
        )
        els.mail_addresses = [MailAddress(mail=ELS, folded=ELS, position=0)]
        session.add(els)


def _filed(office: Office) -> int:
    with office.book.reading() as session:
        return session.query(Filing).count()


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    begin = perf_counter()
    result = run()
    return perf_counter() - begin, result
