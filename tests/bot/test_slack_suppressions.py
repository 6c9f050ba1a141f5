"""An administrator excludes an address from mailings in Slack, whether a file has it or none, and lets it back in."""

from __future__ import annotations

from slack_person import text_of
from slack_stories import add_dupont
from sqlalchemy import select
from world import CLAIRE, EMMA, World

from store.audit import AuditEntry
from store.consent import Suppression, SuppressionReason


def _suppressed(world: World) -> list[tuple[str, SuppressionReason]]:
    with world.office.book.reading() as session:
        return [(one.mail, one.reason) for one in session.scalars(select(Suppression).order_by(Suppression.id))]


def test_an_address_in_no_file_is_excluded_from_mailings_let_back_in_and_both_can_be_taken_back(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/crm mailing")
    emma.presses("Addresses that get no mailings", message=emma.waits_for_message("A mailing sends one mail"))
    said = emma.waits_for_message("Every address may get mailings")
    emma.presses("+ Exclude an address", message=said)
    emma.waits_for_view("Exclude an address")
    emma.fills(mail="jan dupont")
    assert emma.submits() == {"mail": "jan dupont is not an e-mail address."}
    emma.fills(mail="Jan@Gmail.com")
    assert emma.submits() is None
    done = emma.waits_for_message("No mailing goes to jan@gmail.com any more.")
    assert _suppressed(english) == [("jan@gmail.com", SuppressionReason.OFFICE)]
    with english.office.book.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "suppression")).one()
    assert (entry.actor_id, entry.door) == (english.collaborator(EMMA).id, "slack")
    emma.types("/crm excluded JAN@gmail.com")
    emma.presses("Let back in", message=emma.waits_for_message("Emma Clarke excluded JAN@gmail.com, today."))
    lifted = emma.waits_for_message("jan@gmail.com may get mailings again")
    assert _suppressed(english) == []
    emma.presses("Undo", message=lifted)
    emma.waits_for_message("No mailing goes to jan@gmail.com any more.")
    assert _suppressed(english) == [("jan@gmail.com", SuppressionReason.OFFICE)]
    emma.presses("suppression/undo", message=done)
    emma.waits_for_message("jan@gmail.com may get mailings again")
    assert _suppressed(english) == []


def test_who_asked_to_be_forgotten_is_known_by_a_code_and_their_contact_says_why_nothing_goes(english: World) -> None:
    _relation_id, _contact_id = add_dupont(english)
    emma = english.person(EMMA)
    emma.types("/crm exclude els@dupont.example")
    emma.waits_for_view("Exclude an address")
    assert emma.fields()["mail"] == "els@dupont.example"
    emma.fills(is_hashed=True)
    assert emma.submits() is None
    emma.waits_for_message("Only a code of it is kept.")
    [(mail, reason)] = _suppressed(english)
    assert (mail[0], reason) == ("#", SuppressionReason.ERASED)
    emma.types("/crm excluded")
    assert "Let back in" not in text_of(emma.waits_for_message("is kept as a code"))
    emma.types("/crm excluded els@dupont.example")
    emma.waits_for_message("Somebody who had els@dupont.example asked to be forgotten")
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.presses("Contacts", message=claire.waits_for_message("Rue du Moulin"))
    claire.chooses("Mailings", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_view("Mailings", containing="Nothing goes to els@dupont.example: somebody who had it")
    claire.fills(receives=True, wording="By phone")
    assert claire.submits() == {"receives": "Nothing goes to this address: only an administrator can let it back in."}
    claire.closes()
    claire.types("/crm excluded els@dupont.example")
    claire.waits_for_message("Only an administrator can do this.")
