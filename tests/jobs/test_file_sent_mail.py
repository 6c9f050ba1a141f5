"""From a mailbox's words to the book's: addresses, names and kinds of a sent mail."""

from __future__ import annotations

from datetime import UTC, datetime

from dupont import new_relation
from job_office import JobOffice
from sqlalchemy import select

from integrations.mail.message import Address, Attachment, ReadMail, Sensitivity
from jobs.file_sent_mail import file_sent
from store.collaborators import Collaborator
from store.documents import DocumentLink
from store.filing import Filing


def test_a_mail_to_an_international_address_is_filed_under_a_safe_name(sqlite_office: JobOffice) -> None:
    office = sqlite_office
    mail = ReadMail(
        item_id="1",
        message_id="<1@office.example>",
        sender=Address("anna@office.example"),
        to=(Address("Info@xn--bro-hoa.example"),),
        cc=(),
        bcc=(),
        subject="Offre",
        text="",
        sent_at=datetime(2026, 11, 21, 8, 59, tzinfo=UTC),
        sensitivity=Sensitivity.NORMAL,
        is_automatic=False,
        is_encrypted=False,
        attachments=(Attachment("..\\offre\u202e:1.pdf", "text/plain", b"%PDF-1.7 offre", 14),),
        calendars=(),
        in_reply_to="",
    )
    with office.office.book.writing() as session:
        new_relation(session, "Büro", "info@büro.example")
        file_sent(session, office.office, mail, session.get_one(Collaborator, office.anna_id))
        filing = session.scalars(select(Filing)).one()
        assert filing.action is not None
        assert filing.action.relation.name == "Büro"
        link = session.scalars(select(DocumentLink)).one()
        assert (link.name, link.document.media_type) == ("offre_1.pdf", "application/pdf")
