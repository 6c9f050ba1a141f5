"""What a filed mail shows in Slack."""

from __future__ import annotations

from slack_stories import add_action, add_dupont
from world import CLAIRE, World

from bot.slack.notices import send_notice
from store.filing import Filing


def test_a_document_that_was_too_large_is_named_on_the_card_and_in_the_list(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.collaborator(CLAIRE)
    action_id = add_action(english, claire, relation_id, "Offer")
    with english.office.book.writing() as session:
        filing = Filing(
            key="1",
            action_id=action_id,
            collaborator_id=claire.id,
            filed_at=english.office.now(),
            not_kept=[["plans.pdf", 40_400_000]],
        )
        session.add(filing)
        session.flush()
        filing_id = filing.id
    send_notice(english.office, {"notice": "filed", "filing_id": filing_id, "collaborator_id": claire.id})
    screen = english.person(CLAIRE)
    said = "plans.pdf was too large to keep (40 MB); it is in the mail."
    card = screen.waits_for_message(said)
    screen.presses("Keep", message=card)
    screen.presses("Open", message=screen.waits_for_message("✓ Kept under"))
    screen.chooses("Documents", message=screen.waits_for_message("Complete"))
    screen.waits_for_message("Documents")
    assert said in str(screen.last_message())
