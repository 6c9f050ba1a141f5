"""What the buttons of an action's card do beside completing and moving it: cancel, delete, and taking that back."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.choices import Radio, Says
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU
from bot.slack.relation_card import history_blocks, show_relation
from bot.slack.seen import seen_action
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.telling import DROPPING, drop_options, invite_as_said, said_of_mails, wants_to_tell, with_mails
from bot.texts import _
from store.action_facts import facts_of
from store.actions import Meaning
from store.endings import delete_action, restore_action, set_meaning, take_cancelling_back
from store.inviting import invite, mails_for

# Cancel and delete: done at once when nobody outside notices, else asked with who gets what


class DropForm(Form, id="drop", title=_("Out of the agenda"), submit=_("Delete the action")):
    tell = Radio(_("Guests"), among=drop_options)
    told = Says(lambda _caller, form: form.about["said"])

    def view(self, caller: Caller) -> Json:
        """With buttons that say what each does: where an action is cancelled, "Cancel" alone could be either."""
        t = caller.t
        submit = t(_("Cancel this action")) if self.about["what"] == "cancel" else t(self.submit)
        return super().view(caller) | {"submit": plain(submit, 24), "close": plain(t(_("Go back")), 24)}


def _show_history(interaction: Interaction, action_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = history_blocks(session, caller, seen_action(session, caller, action_id).relation_id)
    interaction.say(caller.t(_("History")), blocks)


def _show_relation(interaction: Interaction, action_id: int) -> None:
    """From where it can be changed."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        relation_id = seen_action(session, caller, action_id).relation_id
    show_relation(interaction, relation_id)


def _drop(interaction: Interaction, action_id: int, *, what: str) -> None:
    def build(caller: Caller) -> DropForm | None:
        with caller.reading() as session:
            action = seen_action(session, caller, action_id)
            mails = mails_for(
                session, facts_of(action), action_id=action.id, meaning=Meaning.CANCELLED, now=caller.office.now()
            )
        if mails:
            said = said_of_mails(mails, caller.t, choice=DROPPING)
            form = DropForm(record=action.id, version=action.version, what=what, said=said)
            form.tell = drop_options(caller)[0]
            return form
        with interaction.writing() as session:
            saved = _dropped(session, caller, action_id, what)
        interaction.say(saved.text, saved.blocks, replace=True)
        return None

    open_form(interaction, build)


def save_drop(session: Session, caller: Caller, form: DropForm) -> Saved:
    seen_action(session, caller, form.about["record"]).expect_version(form.about["version"])
    return _dropped(session, caller, form.about["record"], form.about["what"], form)


def _dropped(session: Session, caller: Caller, action_id: int, what: str, form: DropForm | None = None) -> Saved:
    """Nobody is told without a form that said who."""
    now, by = caller.office.now(), caller.collaborator
    if what == "cancel":
        action = set_meaning(session, by=by, action_id=action_id, meaning=Meaning.CANCELLED, now=now)
        text = caller.t(_("{subject} is cancelled."), subject=action.subject)
    else:
        action = delete_action(session, by=by, action_id=action_id, now=now)
        text = caller.t(_("{subject} is deleted."), subject=action.subject)
    tells = form is not None and wants_to_tell(form.tell)
    sent = invite_as_said(session, caller, form, action, now=now, choice=DROPPING) if form and tells else ()
    text = with_mails(text, sent, caller.t)
    undo = button(caller.t(_("Undo")), "action/undo", f"{what}:{int(bool(sent))}:{action_id}")
    return Saved(text, [section(plain(text)), actions(undo)])


def undo_drop(interaction: Interaction) -> None:
    interaction.ack()
    what, told, action_id = interaction.value.split(":")
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        if what == "cancel":
            action = take_cancelling_back(session, by=caller.collaborator, action_id=int(action_id), now=now)
        else:
            action = restore_action(session, by=caller.collaborator, action_id=int(action_id), now=now)
        sent = invite(session, action, now=now) if told == "1" else ()
        text = with_mails(caller.t(_("{subject} is back in the agenda."), subject=action.subject), sent, caller.t)
        card = action_card(session, caller, action, told=text)
    interaction.say(text, card, replace=True)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(DropForm, save=save_drop))
    slack.action("action/undo", undo_drop)
    slack.menu(ACTION_MENU, "cancel", _("Cancel this action"), partial(_drop, what="cancel"), at=10)
    slack.menu(ACTION_MENU, "history", _("History"), _show_history, at=20)
    slack.menu(ACTION_MENU, "relation", _("Relation"), _show_relation, at=45)
    slack.menu(ACTION_MENU, "delete", _("Delete"), partial(_drop, what="delete"), at=90)
