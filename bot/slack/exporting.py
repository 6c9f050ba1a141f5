"""Exporting in Slack: relations, contacts, actions or suppressions, under the rights of whoever asks, as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.list_files import suffix_of, write_export
from bot.office import Caller
from bot.slack.choices import Choice
from bot.slack.fields import Option
from bot.slack.files import hand_over_file
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import open_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.exporting import Exported, note_export

WHATS: Mapping[Exported, str] = {
    Exported.RELATIONS: _("Relations"),
    Exported.CONTACTS: _("Contacts"),
    Exported.ACTIONS: _("Actions"),
    Exported.COMMISSIONS: _("Commissions"),
    Exported.SUPPRESSIONS: _("Addresses that get no mailings"),
}
FORMATS: Mapping[str, str] = {
    "xlsx": _("Excel (XLSX)"),
    "csv": _("Text (CSV)"),
    "vcard3": _("vCard 3, for Outlook and phones"),
    "vcard4": _("vCard 4"),
}
_CARDS = {Exported.RELATIONS.value, Exported.CONTACTS.value}
_EVERYTHING, _OWN = "all", "own"


def _whats(caller: Caller, _form: Any = None) -> list[Option]:
    is_admin = caller.collaborator.is_admin
    offered = [what for what in WHATS if is_admin or what is not Exported.SUPPRESSIONS]
    return [Option(what.value, caller.t(WHATS[what])) for what in offered]


def _formats(caller: Caller, form: Any = None) -> list[Option]:
    """vCards are for relations and contacts alone."""
    chosen = form.draft(ExportForm.what) if form is not None else None
    has_cards = chosen is None or chosen.value in _CARDS
    return [Option(key, caller.t(label)) for key, label in FORMATS.items() if has_cards or not key.startswith("vcard")]


def _files(caller: Caller, _form: Any = None) -> list[Option]:
    return [
        Option(_EVERYTHING, caller.t(_("Everything you may see"))),
        Option(_OWN, caller.t(_("Your own files alone"))),
    ]


class ExportForm(Form, id="export", title=_("Export"), submit=_("Export")):
    what = Choice(_("What"), among=_whats).reacting()
    file_format = Choice(_("Format"), among=_formats)
    files = Choice(_("Of which files"), among=_files)


def open_export(interaction: Interaction) -> None:
    def build(caller: Caller) -> ExportForm:
        form = ExportForm()
        form.what, form.file_format, form.files = _whats(caller)[0], _formats(caller)[0], _files(caller)[0]
        return form

    open_form(interaction, build)


def _change(interaction: Interaction) -> None:
    interaction.ack()
    form = ExportForm.read(interaction.body["view"])
    offered = _formats(interaction.caller, form)
    if (chosen := form.draft(ExportForm.file_format)) and chosen.value not in {one.value for one in offered}:
        form.fill(ExportForm.file_format, offered[0])
    interaction.update_view(form.view(interaction.caller))


def export_it(interaction: Interaction) -> None:
    """Not as other forms are saved: the answer is a file, which may take longer than Slack waits."""
    interaction.ack()
    form, caller = ExportForm.read(interaction.body["view"]), interaction.caller
    what, file_format = Exported(form.what.value), form.file_format.value
    is_own_only = form.files.value == _OWN
    hand_over_export(interaction, what, file_format, is_own_only=is_own_only, on=caller.today)


def hand_over_export(
    interaction: Interaction, what: Exported, file_format: str, *, is_own_only: bool, on: date
) -> None:
    """Writes it in the trail and sends the file, or says that there is nothing. For after the acknowledgement."""
    caller = interaction.caller
    with interaction.writing() as session:
        note_export(
            session, by=caller.collaborator, now=caller.office.now(), what=what, file_format=file_format,
            is_own_only=is_own_only,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        name = f"{caller.t(WHATS[what])} {on.isoformat()}.{suffix_of(file_format)}"
        path = Path(folder, "export")
        with caller.office.book.reading() as session:
            written = write_export(
                session, path, caller.t, what=what, file_format=file_format, asked_by=caller.collaborator,
                is_own_only=is_own_only, on=on, birthdays=caller.office.settings.office.birthdays,
            )  # fmt: skip
        if not written:
            interaction.say(caller.t(_("There is nothing to export that you may see.")))
            return
        says = caller.t.n("{number} line.", "{number} lines.", written)
        hand_over_file(interaction, path, name=name, says=says)


def _forget(interaction: Interaction) -> None:
    """A form that was closed leaves nothing behind."""
    interaction.ack()


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("export",), "fr": ("exporter", "exportation"), "nl": ("exporteren", "uitvoer")},
            "",
            _("Take relations, contacts or actions out as a file"),
            lambda interaction, _rest: open_export(interaction),
        )
    )
    slack.action(ExportForm.what.action_id, _change)
    slack.submission(ExportForm.id, export_it)
    slack.closed(ExportForm.id, _forget)
