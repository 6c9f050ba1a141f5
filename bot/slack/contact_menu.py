"""What a contact’s card leads to: a new action, everything of one in a list; and one entered by mistake goes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_filling import blank_form
from bot.slack.action_form import ActionForm
from bot.slack.at_once import change_at_once
from bot.slack.contact_card import DELETE, contact_card
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import show_contact
from bot.slack.menus import CONTACT_MENU
from bot.slack.seen import seen_contact
from bot.slack.serving import Saved, open_form
from bot.texts import _
from store.contacts import delete_contact, restore_contact


def _delete(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = delete_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    text = _("{name} is no longer a contact of {relation}.")
    return Saved(caller.t(text, name=contact.person.name, relation=contact.relation.name))


def _restore(session: Session, caller: Caller, contact_id: int) -> Saved:
    contact = restore_contact(session, contact_id, by=caller.collaborator, now=caller.office.now())
    return Saved(contact.person.name, contact_card(session, caller, contact))


def _open_new_action(interaction: Interaction) -> None:
    def build(caller: Caller) -> ActionForm:
        with caller.reading() as session:
            contact = seen_contact(session, caller, int(interaction.value))
        return blank_form(caller, contact.relation_id, contact.id)

    open_form(interaction, build)


def _show(interaction: Interaction, contact_id: int) -> None:
    interaction.ack()
    show_contact(interaction, contact_id)


def register(slack: Listening) -> None:
    slack.action("contact/act", _open_new_action)
    slack.menu(CONTACT_MENU, "show", _("Show everything"), _show, at=5)
    delete = change_at_once(slack, DELETE, _delete, undo=_restore)
    slack.menu(CONTACT_MENU, "delete", _("Entered by mistake: delete"), delete, at=90)
