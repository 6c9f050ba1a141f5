"""Actions in Slack: how the form of one is opened and saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.action_filling import blank_form, form_of
from bot.slack.action_form import ActionForm, facts_in
from bot.slack.action_reacting import fill
from bot.slack.action_times import require_hours
from bot.slack.blocks import Json
from bot.slack.channel_subject import subject_here
from bot.slack.completing import completed_card
from bot.slack.contacts import open_new_contact
from bot.slack.dossier_form import blank_form as blank_dossier
from bot.slack.expense_fields import book_lines
from bot.slack.finding import referred
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.recurrence_fields import ALL, THIS
from bot.slack.relation_fact_fields import note_from_action
from bot.slack.relations import open_new_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.telling import invite_all_as_said, wants_to_tell, with_mails
from bot.texts import _
from store.action_facts import ActionFacts, facts_of
from store.actions import Action, Meaning
from store.base import NotFound
from store.collaborators import Collaborator
from store.following import require_follower
from store.planning import action_seen_by, edit_action, plan_action
from store.recurring import Changed, change_all, change_following, first_time

# Doors


def open_new_action(interaction: Interaction, relation_id: int | None = None, type_key: str = "") -> None:
    """At the relation if one is given, else at what the channel is about."""

    def build(caller: Caller) -> ActionForm:
        here = subject_here(caller, interaction) if relation_id is None else None
        at = here.relation.id if here and here.relation else relation_id
        dossier_id = here.dossier.id if here and here.dossier else None
        return blank_form(caller, at, type_key=type_key, dossier_id=dossier_id)

    open_form(interaction, build)


def open_edit(interaction: Interaction) -> None:
    open_form(interaction, lambda caller: edit_form(caller, int(interaction.value)))


def edit_form(caller: Caller, action_id: int) -> ActionForm:
    """The action as it stands. Raises NotFound."""
    with caller.reading() as session:
        action = action_seen_by(session, action_id, asked_by=caller.collaborator)
        if action is None:
            raise NotFound
        return form_of(caller, action)


def save(session: Session, caller: Caller, form: ActionForm) -> Saved:
    facts, now, by = facts_in(session, form), caller.office.now(), caller.collaborator
    _require_possible(session, caller, form, facts)
    changed = _change(session, form, facts, by=by, now=now)
    action = changed.action
    booked: list[int] = []
    if action.status.meaning is Meaning.DONE:
        note_from_action(session, caller, form, action.id)
        booked = book_lines(session, caller, action.id, form.expenses or (), name=ActionForm.expenses.name)
    tells = wants_to_tell(form.draft(ActionForm.tell))
    sent = invite_all_as_said(session, caller, form, changed, now=now) if tells else ()
    action = first_time(session, action, by=by, now=now)
    text = with_mails(_said(caller, form, action), sent, caller.t)
    return Saved(text, _card(session, caller, form, action, text, booked))


def _change(session: Session, form: ActionForm, facts: ActionFacts, *, by: Collaborator, now: datetime) -> Changed:
    if "record" not in form.about:
        action = plan_action(session, by=by, facts=facts, now=now)
        return Changed(action, (action,))
    said: Any = {"by": by, "action_id": form.about["record"], "version": form.about.get("version"), "now": now}
    scope = form.draft(ActionForm.scope)
    if form.about.get("occurrence") and scope is not None and scope.value != THIS:
        change = change_all if scope.value == ALL else change_following
        return change(session, facts=facts, **said)
    action = edit_action(session, facts=facts, **said)
    return Changed(action, (action,))


def _said(caller: Caller, form: ActionForm, action: Action) -> str:
    if _is_completed(form, action):
        return caller.t(_("{subject} is done."), subject=action.subject)
    return caller.t(_("Changed.")) if "record" in form.about else caller.t(_("Planned."))


def _is_completed(form: ActionForm, action: Action) -> bool:
    """Whether this very form made it done: one that was done before was only corrected."""
    return action.status.meaning is Meaning.DONE and not form.about.get("was_done")


def _card(
    session: Session, caller: Caller, form: ActionForm, action: Action, text: str, booked: Sequence[int]
) -> list[Json]:
    if _is_completed(form, action):
        return completed_card(session, caller, action, None, booked=booked, told=text)
    return action_card(session, caller, action, told=text)


def _require_possible(session: Session, caller: Caller, form: ActionForm, facts: ActionFacts) -> None:
    """Raises BookError at `starts` or `ends` for an hour that the clocks skip, and at `followed_by` for a colleague
    whom the office's filter leaves out; what was so before stays.
    """
    record_id = form.about.get("record")
    kept = facts_of(session.get_one(Action, record_id)) if record_id else None
    if kept is None or kept.when != facts.when:
        require_hours(facts.when, caller.t)
    chosen = facts.followed_by_id
    if chosen is None or chosen == facts.representative_id or (kept is not None and chosen == kept.followed_by_id):
        return
    require_follower(
        session,
        chosen,
        caller.office.settings.actions.followed_by,
        relation_id=facts.relation_id,
        dossier_id=facts.dossier_id,
        on=facts.when.starts_on,
        asked_by=caller.collaborator,
    )


def _new_relation(interaction: Interaction, _form: ActionForm, name: str, waiting: dict[str, Any]) -> None:
    open_new_relation(interaction, name=name, waiting=waiting)


def _new_contact(interaction: Interaction, form: ActionForm, name: str, waiting: dict[str, Any]) -> None:
    open_new_contact(interaction, relation_id=referred(form.relation)[0], name=name, waiting=waiting)


def _new_dossier(interaction: Interaction, form: ActionForm, name: str, waiting: dict[str, Any]) -> None:
    relation_id = referred(form.relation)[0]
    open_form(interaction, lambda caller: blank_dossier(caller, relation_id, name, waiting))


def register(slack: Listening) -> None:
    create = {
        ActionForm.relation: _new_relation,
        ActionForm.contact: _new_contact,
        ActionForm.dossier: _new_dossier,
    }
    serve_form(slack, Serving(ActionForm, save=save, chosen=fill, create=create, fresh=edit_form))
    slack.action("action/edit", open_edit)
    slack.action("action/new", open_new_action)
    slack.action("relation/act", lambda interaction: open_new_action(interaction, int(interaction.value)))
