"""A colleague is asked about somebody to whom they keep sending documents, and adds them with one button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from slack_person import text_of
from sqlalchemy import select
from world import CLAIRE, World

from bot.settings import PrivacySection
from bot.slack.notices import send_notice
from integrations.mail.message import Address, Attachment, ReadMail, Sensitivity
from jobs.file_sent_mail import file_sent
from store.addresses import MailAddress
from store.collaborators import Collaborator
from store.outbox import Outgoing
from store.stranger_rows import LeftAlone, Stranger


def _mail(number: int, mail: str, at: datetime) -> ReadMail:
    return ReadMail(
        item_id=str(number), message_id=f"<{mail}-{number}@office.example>", sender=Address(CLAIRE.email),
        to=(Address(mail),), cc=(), bcc=(), subject="Offre", text="", sent_at=at, sensitivity=Sensitivity.NORMAL,
        is_automatic=False, is_encrypted=False, attachments=(Attachment("offre.pdf", "text/plain", b"%PDF-1.7", 8),),
        calendars=(), in_reply_to="",
    )  # fmt: skip


def _sent(world: World, *, days: int, mail: str) -> None:
    """Three mails of Claire's, filed in an office that keeps strangers so long; then what it says of them."""
    settings = world.office.settings.model_copy(update={"privacy": PrivacySection(strangers_days=days)})
    office = replace(world.office, settings=settings)
    with office.book.writing(door="mail") as session:
        claire = session.get_one(Collaborator, world.collaborator(CLAIRE).id)
        for number in range(3):
            file_sent(session, office, _mail(number, mail, office.now()), claire)
    with office.book.reading() as session:
        notices = [row.content for row in session.scalars(select(Outgoing)) if row.content["notice"] == "stranger"]
    for content in notices[-1:]:
        send_notice(office, content)


def test_whom_a_colleague_keeps_writing_to_is_proposed_to_them_alone_where_the_office_wants_it(english: World) -> None:
    claire = english.person(CLAIRE)
    _sent(english, days=0, mail="els@dupont.example")
    with english.office.book.reading() as session:
        assert session.scalars(select(Stranger)).all() == []
        assert session.scalars(select(Outgoing)).all() == []
    _sent(english, days=90, mail="els.peeters@brasserie-dupont.example")
    card = claire.waits_for_message("You sent documents 3 times to els.peeters@brasserie-dupont.example")
    assert "Only you see this. The address is kept for 90 days" in text_of(card)
    claire.presses("Add to Rapport", message=card)
    claire.waits_for_view("Add to Rapport")
    shown = claire.fields()
    assert (shown["person"], shown["new_company"]) == ("Els Peeters", "Brasserie Dupont")
    assert shown["mail"] == "els.peeters@brasserie-dupont.example"
    assert claire.submits() is None
    claire.waits_for_message("Els Peeters is in the book, at Brasserie Dupont.")
    claire.presses("Add to Rapport", message=card)
    claire.waits_for_message("This address is in the book by now, or forgotten.")
    with english.office.book.reading() as session:
        assert session.scalars(select(MailAddress.folded)).all() == ["els.peeters@brasserie-dupont.example"]


def test_never_ask_again_forgets_the_address_and_can_be_taken_back(english: World) -> None:
    claire = english.person(CLAIRE)
    _sent(english, days=90, mail="jan@gmail.com")
    card = claire.waits_for_message("jan@gmail.com, who is in no file.")
    claire.presses("Never ask again", message=card)
    answer = claire.waits_for_message("You are not asked about this address again")
    with english.office.book.reading() as session:
        assert session.scalars(select(Stranger)).all() == []
        assert len(session.scalars(select(LeftAlone)).all()) == 1
    claire.presses("Undo", message=answer)
    claire.waits_for_message("You are asked again once you write there some more.")
    with english.office.book.reading() as session:
        assert session.scalars(select(LeftAlone.is_taken_back)).all() == [True]
