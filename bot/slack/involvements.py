"""Who is on a file: what its menu, its buttons and `/crm who` do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, plain, section
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.involvement_corrections import CorrectForm, correct_form, save_correction
from bot.slack.involvement_files import seen_file
from bot.slack.involvement_forms import (
    ChangeForm,
    change_form,
    said_with_undo,
    save_change,
    show_that,
)
from bot.slack.listening import Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import DOSSIER_MENU, RELATION_MENU
from bot.slack.seen import seen_dossier
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.slack.who_is_on_it import history_of_file, who_blocks
from bot.texts import _
from bot.typed_days import split_day
from store.base import BookError, NotFound
from store.involvements import File, delete_involvement, end_involvement, involvement_seen_by, undo_change


class EndForm(Form, id="end_involvement", title=_("End this"), submit=_("Save")):
    until = Day(_("Last day"))


def show_who(interaction: Interaction, key: str, on: date | None = None) -> None:
    """`key` names the file."""
    interaction.ack()
    _say_of(interaction, key, lambda session, caller, file: who_blocks(session, caller, file, on))


def show_who_in_dossier(interaction: Interaction, dossier_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        dossier = seen_dossier(session, caller, dossier_id)
        if dossier.relation is None:
            raise BookError(_("A general dossier has no internal relations."))
        file = File(dossier.relation, dossier)
        blocks = who_blocks(session, caller, file)
    interaction.say(file.name, blocks)


def show_history(interaction: Interaction) -> None:
    interaction.ack()
    _say_of(interaction, interaction.value, history_of_file)


def _say_of(interaction: Interaction, key: str, blocks_of: Callable[[Session, Caller, File], list[Json]]) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        file = seen_file(session, caller, key)
        blocks = blocks_of(session, caller, file)
    interaction.say(file.name, blocks)


def ask_who(interaction: Interaction, text: str) -> None:
    """`/crm who Acme 31/12/2025`"""
    caller = interaction.caller
    name, on = split_day(text, caller.t, today=caller.today, is_ahead=False)
    day = on.isoformat() if on else ""
    with_relation(interaction, name, show_chosen, "involvement/who", lambda relation_id: f"{relation_id}:{day}")


def show_chosen(interaction: Interaction, chosen: str) -> None:
    """ "12:2025-12-31", or "12:" for today; "12/34:" for a dossier."""
    key, _colon, day = chosen.partition(":")
    show_who(interaction, key, date.fromisoformat(day) if day else None)


def choose_more(interaction: Interaction) -> None:
    deed, _colon, row_id = interaction.value.partition(":")
    if deed == "change":
        open_form(interaction, lambda caller: change_form(caller, row_id))
    elif deed == "correct":
        open_form(interaction, lambda caller: correct_form(caller, int(row_id)))
    elif deed == "end":
        open_form(interaction, lambda caller: _end_form(caller, int(row_id)))
    else:
        _delete(interaction, int(row_id))


def _end_form(caller: Caller, involvement_id: int) -> EndForm:
    with caller.reading() as session:
        row = involvement_seen_by(session, involvement_id, asked_by=caller.collaborator)
    if row is None:
        raise NotFound
    form = EndForm(record=row.id, version=row.version)
    form.until = caller.today
    return form


def save_end(session: Session, caller: Caller, form: EndForm) -> Saved:
    row = involvement_seen_by(session, form.about["record"], asked_by=caller.collaborator)
    if row is None:
        raise NotFound
    change = end_involvement(
        session,
        row.id,
        by=caller.collaborator,
        on=form.until,
        now=caller.office.now(),
        version=form.about.get("version"),
    )
    day = caller.t.day(form.until, today=caller.today)
    text = caller.t(_("{name} is on it until {day}."), name=row.collaborator.name, day=day)
    return said_with_undo(session, caller, row.file, change, text)


def _delete(interaction: Interaction, involvement_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        row = involvement_seen_by(session, involvement_id, asked_by=caller.collaborator)
        if row is None:
            raise NotFound
        file, name = row.file, row.collaborator.name
        change = delete_involvement(session, row.id, by=caller.collaborator, now=caller.office.now())
        text = caller.t(_("What was entered about {name} is deleted."), name=name)
        saved = said_with_undo(session, caller, file, change, text)
    interaction.say(saved.text, saved.blocks)


def undo(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        file = undo_change(session, int(interaction.value), by=caller.collaborator, now=caller.office.now()).file
        text = caller.t(_("{name}: it is as it was."), name=file.name)
        blocks = [section(plain(text)), *who_blocks(session, caller, file)]
    interaction.say(text, blocks, replace=True)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("who",), "fr": ("qui",), "nl": ("wie",)},
            "Dupont",
            _("Who of the office is on a file; a day behind it shows who was on it then"),
            ask_who,
            reads=True,
        )
    )
    serve_form(slack, Serving(ChangeForm, save=save_change, chosen=show_that, fresh=change_form))
    serve_form(slack, Serving(CorrectForm, save=save_correction, fresh=correct_form))
    serve_form(slack, Serving(EndForm, save=save_end, named={"until_on": "until", "commission": "until"}))
    slack.action("involvement/who", lambda interaction: show_chosen(interaction, interaction.value))
    slack.action("involvement/history", show_history)
    slack.action("involvement/more", choose_more)
    slack.action("involvement/undo", undo)
    slack.action(
        "involvement/change",
        lambda interaction: open_form(interaction, lambda caller: change_form(caller, interaction.value)),
    )
    slack.menu(RELATION_MENU, "who", _("Internal relations"), lambda i, id_: show_who(i, str(id_)), at=25)
    slack.menu(DOSSIER_MENU, "who", _("Internal relations"), show_who_in_dossier, at=6)
