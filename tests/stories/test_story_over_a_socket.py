"""The main job from beginning to end with Slack over a WebSocket, Rapport in a process of its own, no browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import slack_visitor
from icalendar import Calendar
from slack_screen import text_of
from story_office import CLAIRE, ELS, StoryOffice, story_office, until

from bot.texts import Texts
from integrations.playground.exchange import Address, Attachment, Mail
from store.actions import Action
from store.filing import Filing, FilingState
from store.handover import MailState
from store.invitations import Answer, Invitation
from store.mailings import Delivery

t = Texts("fr-BE")
SOON = datetime.now(UTC).date() + timedelta(days=5)
OFFER = Mail(
    to=(Address(ELS, "Els Peeters"),),
    subject="Offre 2026-118",
    text="Bonjour Els",
    attachments=(Attachment("Offre 2026-118.pdf", "application/pdf", b"%PDF-1.7 offer"),),
)


def test_the_whole_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_visitor, "WAIT_S", 30)
    with story_office(tmp_path, mode="socket") as office:
        a_relation_is_added(office)
        a_visit_is_planned_with_a_contact_made_on_the_way(office)
        the_invitation_is_accepted(office)
        a_mail_with_a_document_files_itself(office)
        a_mailing_goes_out_and_is_left(office)
        the_calendar_shows_the_visit(office)
        office.claire.opens_home()
        office.claire.waits_for_home(t("Good day, {name}", name="Claire Dubois"))
        assert office.claire.problems == []


def a_relation_is_added(office: StoryOffice) -> None:
    claire = office.claire
    claire.types("/relation")
    claire.waits_for_view(t("Relation"))
    claire.fills(name="Brasserie Dupont")
    assert claire.submits() is None
    claire.waits_until_closed()
    claire.waits_for_message(t("{name} is in the book.", name="Brasserie Dupont"))


def a_visit_is_planned_with_a_contact_made_on_the_way(office: StoryOffice) -> None:
    claire = office.claire
    claire.types("/action Dupont")
    claire.waits_for_view(t("Action"), containing="Brasserie Dupont")
    claire.fills(contact="new:")
    claire.waits_for_view(t("Contact"))
    claire.presses(t("More…"))
    claire.waits_for_view(t("Contact"), containing=t("Language"))
    claire.fills(name="Els Peeters", mail=ELS, language="Nederlands")
    assert claire.submits() is None
    claire.waits_for_view(t("Action"), containing="Els Peeters")
    claire.fills(type="Visite", on=SOON.isoformat())
    if claire.fields()["all_day"]:
        claire.fills(all_day=False)
    claire.waits_for_view(containing=t("From"))
    claire.fills(starts="14:30", guests=["Els Peeters"])
    claire.waits_for_view(containing="1 invitation (Els Peeters)")
    assert claire.submits() is None
    claire.waits_until_closed()


def the_invitation_is_accepted(office: StoryOffice) -> None:
    (item,) = until(lambda: office.arrived(ELS, "Brasserie Dupont"))
    office.exchange.answer_invitation(ELS, item.id, "accept", "Tot dan")
    comes = t("{name} comes: {subject}", name="Els Peeters", subject="Visite · Brasserie Dupont")
    assert "Tot dan" in text_of(office.claire.waits_for_message(comes))
    assert [one.answer for one in office.rows(Invitation)] == [Answer.ACCEPTED]


def a_mail_with_a_document_files_itself(office: StoryOffice) -> None:
    office.exchange.send(CLAIRE, OFFER)
    card = office.claire.waits_for_message("Offre 2026-118.pdf")
    assert office.claire.presses(t("Keep"), message=card) is None
    office.claire.waits_for_message(
        t("✓ Kept under {relation}: {subject}", relation="Brasserie Dupont", subject="Offre 2026-118")
    )
    assert [one.state for one in office.rows(Filing)] == [FilingState.KEPT]
    assert sum(one.subject == "Offre 2026-118" for one in office.rows(Action)) == 1


def a_mailing_goes_out_and_is_left(office: StoryOffice) -> None:
    claire = office.claire
    claire.types("/crm publipostage")
    claire.presses("mailing/new", message=claire.waits_for_message(t("+ New mailing")))
    claire.waits_for_view(t("Mailing"))
    claire.fills(name="Primeurs", recipients=["Els Peeters"], delay="0")
    claire.fills(subject_fr="Primeurs pour {{ name }}", body_fr="Bonjour {{ name }}")
    assert claire.submits() is None
    claire.waits_until_closed()
    ready = claire.waits_for_message(t("{name} is ready. Nothing is sent before you press Start.", name="Primeurs"))
    claire.presses("mailing/start", message=ready)
    claire.waits_for_message(t("{name} is finished.", name="Primeurs"))
    (item,) = until(lambda: office.arrived(ELS, "Primeurs pour Els Peeters"))
    _leaves_by_one_click(office, item.id)
    assert [one.state for one in office.rows(Delivery)] == [MailState.SENT, MailState.SKIPPED]


def _leaves_by_one_click(office: StoryOffice, item_id: str) -> None:
    page = f"{office.url}/mail/page-api/unsubscribe?person={ELS}"
    assert httpx.post(page, json={"id": item_id}, timeout=20).status_code == 200
    claire = office.claire
    claire.types("/crm publipostage")
    claire.presses("mailing/new", message=claire.waits_for_message(t("+ New mailing")))
    claire.waits_for_view(t("Mailing"))
    claire.fills(name="Encore", recipients=["Els Peeters"], delay="0", subject_fr="Encore", body_fr="Encore")
    assert claire.submits() is None
    claire.waits_until_closed()
    claire.waits_for_message(t("does not want mailings any more"))


def the_calendar_shows_the_visit(office: StoryOffice) -> None:
    claire = office.claire
    claire.types("/crm calendrier")
    claire.presses("calendar/new", message=claire.waits_for_message(t("+ New address")))
    claire.waits_for_view(t("My calendar"))
    claire.fills(name="Téléphone")
    assert claire.submits() is None
    said = text_of(claire.waits_for_message(".ics"))
    address = next(word.strip("`") for word in said.split() if ".ics" in word)
    answer = httpx.get(address, timeout=20)
    subjects = {str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert any("Brasserie Dupont" in subject for subject in subjects)
    again = httpx.get(address, headers={"If-None-Match": answer.headers["etag"]}, timeout=20)
    assert (again.status_code, again.content) == (304, b"")
