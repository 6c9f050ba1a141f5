"""Administering collaborators."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.administration import (
    MOVED,
    choose_locale,
    deactivate_collaborator,
    edit_collaborator,
    follow_slack_locale,
    reactivate_collaborator,
    set_rights,
    set_slack_user,
)
from store.audit import entries_of
from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.collaborators import (
    Collaborator,
    Role,
    Scope,
    active_collaborators,
    add_collaborator,
    collaborators_matching,
)
from store.engine import Book
from store.mailboxes import active_mailboxes, bind_mailbox
from store.outbox import Outgoing


def _office(session: Session, book: Book) -> tuple[Collaborator, Collaborator]:
    anna = add_collaborator(session, name="Anna", mail="anna@office.example", role=Role.ADMIN, now=book.now())
    return anna, add_collaborator(session, name="Bram", mail="bram@office.example", now=book.now())


def _becomes(session: Session, who: Collaborator, role: Role, *, by: Collaborator) -> None:
    set_rights(session, who.id, by=by, role=role, scope=Scope.ALL, team_id=None)


def test_the_last_active_administrator_cannot_be_removed_or_demoted(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        with pytest.raises(BookError, match="last administrator") as told:
            _becomes(session, anna, Role.REP, by=anna)
        assert told.value.field == "role"
        with pytest.raises(BookError, match="last administrator"):
            deactivate_collaborator(session, anna.id, by=anna)
        _becomes(session, bram, Role.ADMIN, by=anna)
        deactivate_collaborator(session, bram.id, by=anna)
        with pytest.raises(BookError, match="last administrator"):
            deactivate_collaborator(session, anna.id, by=anna)
        assert anna.is_active
        assert anna.is_admin


def test_only_an_administrator_changes_others_but_everybody_their_own_preferences(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        edit_collaborator(session, bram.id, by=bram, zone="America/Toronto", signature=" Bram\r\nRapport ")
        assert (bram.zone, bram.signature) == ("America/Toronto", "Bram\nRapport")
        with pytest.raises(NotAllowed):
            _becomes(session, bram, Role.ADMIN, by=bram)
        for wish in ({"mail": "boss@office.example"}, {"name": "Boss"}):
            with pytest.raises(NotAllowed):
                edit_collaborator(session, bram.id, by=bram, **wish)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            edit_collaborator(session, anna.id, by=bram, zone="UTC")
        with pytest.raises(NotAllowed):
            deactivate_collaborator(session, anna.id, by=bram)
        with pytest.raises(NotFound):
            edit_collaborator(session, 999, by=anna, name="Nobody")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"mail": "ANNA@office.example"}, "mail"),
        ({"mail": "bram-box@office.example"}, "mail"),
        ({"mail": "not an address"}, "mail"),
        ({"mail": ""}, "mail"),
        ({"name": "\u200b "}, "name"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_a_wrong_fact_about_a_collaborator_is_told_at_its_field(book: Book, wish: dict[str, str], field: str) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        chris = add_collaborator(session, name="Chris", mail="chris@office.example", now=book.now())
        bind_mailbox(
            session, by=anna, collaborator_id=bram.id, address="bram-box@office.example", server="x", now=book.now()
        )
        with pytest.raises(BookError) as told:
            edit_collaborator(session, chris.id, by=anna, **wish)  # type: ignore[arg-type]
        assert told.value.field == field


def test_the_second_editor_of_a_collaborator_is_told(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        seen = bram.version
        edit_collaborator(session, bram.id, by=anna, version=seen, name="Bram B.")
        with pytest.raises(ChangedMeanwhile):
            edit_collaborator(session, bram.id, by=anna, version=seen, name="Bram C.")


def test_somebody_who_left_can_do_nothing_and_their_mailbox_rests(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        bind_mailbox(
            session, by=anna, collaborator_id=bram.id, address="bram@office.example", server="x", now=book.now()
        )
        deactivate_collaborator(session, bram.id, by=anna)
        assert list(active_collaborators(session)) == [anna]
        assert list(collaborators_matching(session, "bram")) == []
        assert list(active_mailboxes(session)) == []
        with pytest.raises(NotAllowed, match="ended"):
            edit_collaborator(session, bram.id, by=bram, zone="UTC")
        reactivate_collaborator(session, bram.id, by=anna)
        assert list(active_collaborators(session)) == [anna, bram]


def test_an_administrator_who_left_comes_back_without_the_role(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        _becomes(session, bram, Role.ADMIN, by=anna)
        deactivate_collaborator(session, bram.id, by=anna)
        assert not reactivate_collaborator(session, bram.id, by=anna).is_admin


def test_a_slack_user_is_one_collaborator(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        said: dict[str, Any] = {"by": anna, "now": book.now()}
        set_slack_user(session, anna.id, "U1", **said)
        with pytest.raises(BookError, match="already") as told:
            set_slack_user(session, bram.id, "U1", **said)
        assert told.value.values["name"] == "Anna"
        set_slack_user(session, anna.id, None, **said)
        assert set_slack_user(session, bram.id, "U1", **said).slack_user_id == "U1"


def test_whose_place_goes_to_another_slack_account_is_told_at_the_one_they_had(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        said: dict[str, Any] = {"by": anna, "now": book.now()}
        for account in ("U1", "U1", "U2", None):
            set_slack_user(session, bram.id, account, **said)
        told = [row.content for row in session.scalars(select(Outgoing).order_by(Outgoing.id))]
        assert [(one["collaborator_id"], one["slack_user_id"]) for one in told] == [(bram.id, "U1"), (bram.id, "U2")]
        deeds = [(one.actor_id, one.after) for one in reversed(entries_of(session, bram)) if one.deed == MOVED]
        assert deeds == [
            (anna.id, {"slack_user_id": "U2", "instead_of": "U1"}),
            (anna.id, {"slack_user_id": None, "instead_of": "U2"}),
        ]
        with pytest.raises(NotAllowed):
            set_slack_user(session, bram.id, "U3", by=bram, now=book.now())


def test_the_locale_follows_slack_until_one_is_chosen(book: Book) -> None:
    with book.writing() as session:
        anna, _bram = _office(session, book)
        assert follow_slack_locale(session, anna.id, "fr-FR").language == "fr"
        assert choose_locale(session, by=anna, locale="nl_be").locale == "nl-BE"
        assert follow_slack_locale(session, anna.id, "en-GB").locale == "nl-BE"
        choose_locale(session, by=anna, locale=None)
        assert follow_slack_locale(session, anna.id, "en-GB").locale == "en-GB"
        with pytest.raises(BookError) as told:
            choose_locale(session, by=anna, locale="de-DE")
        assert told.value.field == "locale"


@pytest.mark.parametrize("typed", ["élodie", "Elodie", "ELODIE ", "élo"])
def test_a_colleague_is_found_without_accents_or_case(book: Book, typed: str) -> None:
    with book.writing() as session:
        _office(session, book)
        elodie = add_collaborator(session, name="Élodie Roy", mail="e.roy@office.example", now=book.now())
        assert list(collaborators_matching(session, typed)) == [elodie]


def test_signs_of_the_database_are_letters_like_others_in_a_search(book: Book) -> None:
    with book.writing() as session:
        _office(session, book)
        under = add_collaborator(session, name="Under_score", mail="u@office.example", now=book.now())
        assert list(collaborators_matching(session, "_")) == [under]
        assert list(collaborators_matching(session, "%")) == []


def test_two_spellings_of_an_international_address_are_one_collaborator(book: Book) -> None:
    with book.writing() as session:
        _office(session, book)
        add_collaborator(session, name="Chris", mail="chris@xn--bro-hoa.example", now=book.now())
        with pytest.raises(BookError, match="already belongs"):
            add_collaborator(session, name="Chris", mail="chris@büro.example", now=book.now())
