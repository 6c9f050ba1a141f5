"""Who is on one dossier of a relation, as a rep sees and changes it in Slack."""

from __future__ import annotations

from slack_person import text_of
from slack_stories import add_dupont, wait_until
from world import CLAIRE, EMMA, World

from store.dossiers import DossierFacts, open_dossier
from store.involvements import involvements_in_dossiers


def test_a_colleague_is_put_on_a_dossier_from_the_form_represents_there_and_is_taken_back(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    with english.office.book.writing() as session:
        facts, by = DossierFacts("Cellar 2027"), english.collaborator(CLAIRE)
        reference = open_dossier(
            session, by=by, relation_id=relation_id, facts=facts, now=english.office.now()
        ).reference
    claire = english.person(CLAIRE)
    claire.types("/crm who Dupont")
    claire.presses("Change from a day on", message=claire.waits_for_message("Representative: Claire Dubois"))
    claire.waits_for_view("Who is on it")
    claire.fills(file=f"{reference} Cellar 2027")
    wait_until(lambda: "parts0.0.who" not in claire.fields())
    claire.presses("involvements/parts0")
    wait_until(lambda: "parts0.0.who" in claire.fields())
    claire.fills(**{"parts0.0.who": "Bram de Vries"})
    assert claire.submits() is None
    said = claire.waits_for_message(f"({reference} Cellar 2027)")
    assert "Representative: Bram de Vries" in text_of(said)

    claire.types("/crm who Dupont")
    whole = text_of(claire.waits_for_message(f"{reference}: Representative: Bram de Vries"))
    assert "Representative: Claire Dubois" in whole
    claire.types("/crm files Bram")
    claire.waits_for_message(f"{reference}: Representative")

    claire.types(f"/crm dossier {reference}")
    card = claire.waits_for_message("Bram de Vries (Representative)")
    claire.presses("New action", message=card)
    claire.waits_for_view("Action")
    assert claire.fields()["representative"] == "Bram de Vries"
    claire.closes()

    claire.presses("Undo", message=said)
    claire.waits_for_message("it is as it was.")
    with english.office.book.reading() as session:
        assert not involvements_in_dossiers(session, relation_id, asked_by=english.collaborator(EMMA), on=None)
    assert claire.problems == []
