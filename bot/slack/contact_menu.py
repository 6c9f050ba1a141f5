"""The end of a contact's ⋮ menu: one that was entered by mistake goes, and comes back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.contact_card import contact_card
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU
from bot.slack.serving import Saved
from bot.texts import _
from store.contacts import delete_contact, restore_contact


def _delete(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = delete_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    text = _("{name} is no longer a contact of {relation}.")
    return Saved(caller.t(text, name=contact.person.name, relation=contact.relation.name))


def _restore(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = restore_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    return Saved(contact.person.name, contact_card(session, caller, contact))


def register(slack: Listening) -> None:
    delete = change_at_once(slack, "contact/delete", _delete, undo=_restore)
    slack.menu(CONTACT_MENU, "delete", _("Entered by mistake: delete"), delete, at=90)
