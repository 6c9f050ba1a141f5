"""A person's own data: a copy of it, forgetting them, and why they must not be forgotten yet. For administrators."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.choices import Says
from bot.slack.fields import Day, Text, Toggle
from bot.slack.files import hand_over_file
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU, RELATION_MENU
from bot.slack.personal_copy import file_name, pack
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.access import require_admin
from store.base import BookError
from store.privacy import erase_person, gather, hold_of, lift_hold, put_hold
from store.relations import Relation, RelationKind


class EraseForm(Form, id="erase", title=_("Erase for good"), submit=_("Erase for good")):
    warning = Says(lambda caller, form: _what_goes(caller, form.about["name"]))
    reason = Text(_("Who asked for it, and when"), max_length=300)
    is_sure = Toggle(_("This cannot be undone"), _("Yes, erase this person"))


class HoldForm(Form, id="hold", title=_("Legal hold"), submit=_("Save")):
    reason = Text(_("Why it must be kept"), max_length=500, hint=_("A claim, a tax audit, a dispute …"))
    until = Day(_("Until"), hint=_("Empty: until somebody lifts it")).optional()


def _what_goes(caller: Caller, name: str) -> str:
    return caller.t(
        _(
            "The name {name}, all addresses, numbers, links, documents and remarks are erased everywhere, also from "
            "the reports of visits. The addresses stay known as a code only, so that no mailing goes there again."
        ),
        name=name,
    )


def show_privacy(interaction: Interaction, person_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        require_admin(caller.collaborator)
        person = seen_relation(session, caller, person_id)
        blocks = privacy_blocks(session, caller, person)
    interaction.say(caller.t(_("Personal data")), blocks)


def privacy_blocks(session: Session, caller: Caller, person: Relation) -> list[Json]:
    """What an administrator can do about the person's data, and the hold that is in force."""
    t, value = caller.t, str(person.id)
    if person.kind is not RelationKind.PERSON:
        return [section(plain(t(_("{name} is a company: its contacts have personal data."), name=person.name)))]
    copy = button(t(_("Copy of the data")), "privacy/copy", value)
    hold = hold_of(session, person.id, on=caller.today)
    if hold is None:
        put = button(t(_("Put on legal hold")), "privacy/hold", value)
        erase = button(t(_("Erase for good")), "privacy/erase", value, style="danger")
        return [rich(words(person.name, bold=True)), actions(copy, put, erase)]
    said = t(_("Kept until somebody lifts it: {reason} ({name})"), reason=hold.reason, name=hold.by.name)
    if hold.until_on:
        until = t.day(hold.until_on, today=caller.today)
        said = t(_("Kept until {until}: {reason} ({name})"), until=until, reason=hold.reason, name=hold.by.name)
    return [
        rich(words(person.name, bold=True), words(said)),
        actions(copy, button(t(_("Lift the hold")), "privacy/lift", str(hold.id))),
    ]


# A copy


def hand_over_copy(interaction: Interaction) -> None:
    """In the background: documents may be many. The trail tells that a copy was made."""
    interaction.ack()
    caller, person_id = interaction.caller, int(interaction.value)
    with interaction.writing() as session:
        data = gather(session, person_id, asked_by=caller.collaborator)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "copy.zip")
        pack(caller.office, data, path)
        says = caller.t(_("All that the book holds about {name}."), name=data.name)
        if data.hidden:
            says = f"{says} {_hidden(caller, data.hidden)}"
        hand_over_file(interaction, path, name=f"{file_name(data.name)}.zip", says=says)


def _hidden(caller: Caller, number: int) -> str:
    return caller.t.n(
        "{number} private action or note of a colleague is not in it: ask them.",
        "{number} private actions and notes of colleagues are not in it: ask them.",
        number,
    )


# Forgetting


def _open_erase(interaction: Interaction) -> None:
    def build(caller: Caller) -> EraseForm:
        require_admin(caller.collaborator)
        with caller.reading() as session:
            person = seen_relation(session, caller, int(interaction.value))
        return EraseForm(record=person.id, name=person.name)

    open_form(interaction, build)


def save_erase(session: Session, caller: Caller, form: EraseForm) -> Saved:
    if not form.is_sure:
        raise BookError(_("Tick this to go on."), field="is_sure")
    pseudonym, number = erase_person(
        session, form.about["record"], by=caller.collaborator, reason=form.reason, now=caller.office.now()
    )
    text = caller.t.n(
        "Erased. {number} action shows {pseudonym} now.",
        "Erased. {number} actions show {pseudonym} now.",
        number,
        pseudonym=pseudonym,
    )
    return Saved(text)


# Keeping for now


def _open_hold(interaction: Interaction) -> None:
    open_form(interaction, lambda _caller: HoldForm(record=int(interaction.value)))


def save_hold(session: Session, caller: Caller, form: HoldForm) -> Saved:
    person = seen_relation(session, caller, form.about["record"])
    put_hold(
        session,
        person.id,
        by=caller.collaborator,
        reason=form.reason,
        until_on=form.until,
        now=caller.office.now(),
    )
    return _told(session, caller, person)


def _lift(session: Session, caller: Caller, hold_id: int) -> Saved:
    hold = lift_hold(session, hold_id, by=caller.collaborator, now=caller.office.now())
    return _told(session, caller, seen_relation(session, caller, hold.relation_id))


def _told(session: Session, caller: Caller, person: Relation) -> Saved:
    return Saved(caller.t(_("Personal data")), privacy_blocks(session, caller, person))


def _of_contact(interaction: Interaction, contact_id: int) -> None:
    with interaction.caller.reading() as session:
        person_id = seen_contact(session, interaction.caller, contact_id).person_id
    show_privacy(interaction, person_id)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(EraseForm, save=save_erase))
    serve_form(slack, Serving(HoldForm, save=save_hold, named={"until_on": "until"}))
    slack.menu(RELATION_MENU, "privacy", _("Personal data"), show_privacy, at=85, is_for_admins=True)
    slack.menu(CONTACT_MENU, "privacy", _("Personal data"), _of_contact, at=85, is_for_admins=True)
    change_at_once(slack, "privacy/lift", _lift)
    slack.action("privacy/copy", hand_over_copy)
    slack.action("privacy/erase", _open_erase)
    slack.action("privacy/hold", _open_hold)
