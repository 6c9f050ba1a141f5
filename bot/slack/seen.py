"""A record as the caller may see it. Raises NotFound alike for one that is gone, hidden, or was never there."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.fields import Option
from bot.slack.finding import referred
from store.actions import Action
from store.base import NotFound
from store.contacts import Contact, contact_seen_by
from store.dossiers import Dossier, dossier_seen_by
from store.notes import Note, Reminder, note_seen_by, reminder_seen_by
from store.opportunities import Opportunity, opportunity_seen_by
from store.planning import action_seen_by
from store.quotes import Quote, quote_seen_by
from store.relations import Relation, relation_seen_by

R = TypeVar("R")


def _there(row: R | None) -> R:
    if row is None:
        raise NotFound
    return row


def seen_relation(session: Session, caller: Caller, relation_id: int) -> Relation:
    return _there(relation_seen_by(session, relation_id, asked_by=caller.collaborator))


def relation_meant(session: Session, caller: Caller, chosen: Option) -> int:
    """The id of the relation that was chosen in a search; of a contact, the person's."""
    relation_id, contact_id = referred(chosen)
    return seen_contact(session, caller, contact_id).person_id if contact_id else relation_id


def seen_contact(session: Session, caller: Caller, contact_id: int) -> Contact:
    return _there(contact_seen_by(session, contact_id, asked_by=caller.collaborator))


def seen_action(session: Session, caller: Caller, action_id: int) -> Action:
    return _there(action_seen_by(session, action_id, asked_by=caller.collaborator))


def seen_opportunity(session: Session, caller: Caller, dossier_id: int) -> Opportunity:
    return _there(opportunity_seen_by(session, dossier_id, asked_by=caller.collaborator))


def seen_quote(session: Session, caller: Caller, quote_id: int) -> Quote:
    return _there(quote_seen_by(session, quote_id, asked_by=caller.collaborator))


def seen_dossier(session: Session, caller: Caller, dossier_id: int) -> Dossier:
    return _there(dossier_seen_by(session, dossier_id, asked_by=caller.collaborator))


def seen_reminder(session: Session, caller: Caller, reminder_id: int) -> Reminder:
    return _there(reminder_seen_by(session, reminder_id, asked_by=caller.collaborator))


def seen_note(session: Session, caller: Caller, note_id: int) -> Note:
    return _there(note_seen_by(session, note_id, asked_by=caller.collaborator))
