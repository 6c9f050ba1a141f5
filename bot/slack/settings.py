"""`/crm settings`: the office's own lists, for administrators to add to, rename, order, retire and merge."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, header, plain, section
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.line_forms import AFTER, FORM_FIELDS, LINE_FORMS, facts_in, form_of, new_form
from bot.slack.line_merging import open_merge
from bot.slack.listening import Listening
from bot.slack.office_lists import SHOWN, list_blocks, overview_blocks, retired_block
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.access import require_admin
from store.collaborators import Role
from store.domain import line
from store.lists.lines import add_line, edit_line, retire_line, shift_line, take_back_line
from store.lists.merging import undo_merge
from store.lists.model import OfficeList, lines_with
from store.lists.registry import OFFICE_LISTS, office_list
from store.words import fold


def open_settings(interaction: Interaction, typed: str) -> None:
    """All lists, or the one that was typed behind the command."""
    interaction.ack()
    caller = interaction.caller
    require_admin(caller.collaborator)
    named = next((of for of in OFFICE_LISTS if typed and fold(typed) in fold(caller.t(of.title))), None)
    if named is not None:
        _say_list(interaction, named)
        return
    with caller.reading() as session:
        blocks = overview_blocks(session, caller)
    interaction.say(caller.t(_("Settings")), blocks)


def show_all(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    require_admin(caller.collaborator)
    with caller.reading() as session:
        blocks = overview_blocks(session, caller)
    interaction.say(caller.t(_("Settings")), blocks, replace=True)


# One list


def show_list(interaction: Interaction) -> None:
    """The button's value is the list's name and the page."""
    interaction.ack()
    name, _colon, page = interaction.value.partition(":")
    _say_list(interaction, office_list(name), page=int(page), replace=True)


def _say_list(interaction: Interaction, of: OfficeList, *, page: int = 0, replace: bool = False) -> None:
    caller = interaction.caller
    require_admin(caller.collaborator)
    with caller.reading() as session:
        blocks = list_blocks(session, caller, of, page=page)
    interaction.say(caller.t(of.title), blocks, replace=replace)


def show_retired(interaction: Interaction) -> None:
    interaction.ack()
    caller, of = interaction.caller, office_list(interaction.value)
    require_admin(caller.collaborator)
    with caller.reading() as session:
        gone = [one for one in lines_with(session, of) if one.retired_at is not None]
        rows = [retired_block(session, caller, of, one) for one in gone[:SHOWN]]
    interaction.say(caller.t(of.title), [header(caller.t(of.title)), *rows])


# What happens to a line

Change = Callable[[Session, Caller, OfficeList, int], tuple[str, Json | None]]
"""Returns what to say, and the button that takes it back."""


def _shift(places: int) -> Change:
    def shift(session: Session, caller: Caller, of: OfficeList, line_id: int) -> tuple[str, Json | None]:
        row = shift_line(session, of, line_id, by=caller.collaborator, places=places)
        return caller.t(_("{label} has another place."), label=row.label(caller.t.language)), None

    return shift


def _retire(session: Session, caller: Caller, of: OfficeList, line_id: int) -> tuple[str, Json | None]:
    row = retire_line(session, of, line_id, by=caller.collaborator, now=caller.office.now())
    undo = button(caller.t(_("Undo")), "settings/back", f"{of.name}:{line_id}")
    text = _("{label} is retired: forms no longer offer it, what has it keeps it.")
    return caller.t(text, label=row.label(caller.t.language)), undo


def _take_back(session: Session, caller: Caller, of: OfficeList, line_id: int) -> tuple[str, Json | None]:
    row = take_back_line(session, of, line_id, by=caller.collaborator)
    return caller.t(_("{label} is in use again."), label=row.label(caller.t.language)), None


def _unmerge(session: Session, caller: Caller, of: OfficeList, line_id: int) -> tuple[str, Json | None]:
    row = undo_merge(session, of, line_id, by=caller.collaborator, now=caller.office.now())
    text = _("{label} is a line of its own again, with what it had.")
    return caller.t(text, label=row.label(caller.t.language)), None


CHANGES: dict[str, Change] = {"up": _shift(-1), "down": _shift(1), "retire": _retire}


def choose_more(interaction: Interaction) -> None:
    """The ⋮ of a line: what to do, the list's name, the line's id."""
    what, name, line_id = interaction.value.split(":")
    if what == "edit":
        open_line(interaction, office_list(name), int(line_id))
    elif what == "merge":
        open_merge(interaction, office_list(name), int(line_id))
    else:
        _change(interaction, CHANGES[what], name, int(line_id))


def _change(interaction: Interaction, change: Change, name: str, line_id: int) -> None:
    interaction.ack()
    caller, of = interaction.caller, office_list(name)
    with interaction.writing() as session:
        text, undo = change(session, caller, of, line_id)
        blocks = [section(plain(text)), *([actions(undo)] if undo else []), *list_blocks(session, caller, of)]
    interaction.say(text, blocks, replace=True)


def _changing(change: Change) -> Callable[[Interaction], None]:
    """For a button whose value is the list's name and the line's id."""

    def press(interaction: Interaction) -> None:
        name, _colon, line_id = interaction.value.partition(":")
        _change(interaction, change, name, int(line_id))

    return press


# Its form


def open_new_line(interaction: Interaction) -> None:
    def build(caller: Caller) -> Form:
        require_admin(caller.collaborator)
        return new_form(caller, office_list(interaction.value))

    open_form(interaction, build)


def open_line(interaction: Interaction, of: OfficeList, line_id: int) -> None:
    open_form(interaction, lambda caller: _fresh(of, caller, line_id))


def _fresh(of: OfficeList, caller: Caller, line_id: int) -> Form:
    require_admin(caller.collaborator)
    with caller.reading() as session:
        return form_of(session, caller, of, line(session, of.kind, line_id))


def save_line(of: OfficeList, session: Session, caller: Caller, form: Form) -> Saved:
    facts, after_id = facts_in(form, of), form.values[AFTER].id
    by = caller.collaborator
    if "record" in form.about:
        version = form.about.get("version")
        row = edit_line(session, of, form.about["record"], facts, by=by, version=version, after_id=after_id)
        text = caller.t(_("{label} is changed."), label=row.label(caller.t.language))
    else:
        row = add_line(session, of, facts, by=by, now=caller.office.now(), after_id=after_id)
        text = caller.t(_("{label} is on the list: forms offer it from now on."), label=row.label(caller.t.language))
    return Saved(text, [section(plain(text)), *list_blocks(session, caller, of)])


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("settings",), "fr": ("paramètres", "parametres"), "nl": ("instellingen",)},
            "",
            _("The office’s own lists: types, statuses, categories …"),
            open_settings,
            least=Role.ADMIN,
        )
    )
    for of in OFFICE_LISTS:
        serving = Serving(
            LINE_FORMS[of.name], save=partial(save_line, of), named=FORM_FIELDS, fresh=partial(_fresh, of)
        )
        serve_form(slack, serving)
    slack.action("settings/all", show_all)
    slack.action("settings/list", show_list)
    slack.action("settings/retired", show_retired)
    slack.action("settings/new", open_new_line)
    slack.action("settings/more", choose_more)
    slack.action("settings/back", _changing(_take_back))
    slack.action("settings/unmerge", _changing(_unmerge))
