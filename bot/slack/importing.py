"""Importing a list in Slack: a file sent to Rapport, the card that says what was understood, and the import itself."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from bot.list_files import lines_in, said_of_fault, write_report
from bot.office import Caller
from bot.slack.blocks import Json, escaped
from bot.slack.files import SlackFile, fetch_file, hand_over_file
from bot.slack.import_card import Sample, counted, import_card
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.texts import _
from integrations.tables.errors import UnreadableTable
from integrations.tables.reading import open_table
from integrations.tables.table import Table
from store.base import BookError, NotAllowed
from store.importing import (
    Done,
    Import,
    ImportLine,
    ImportState,
    Tally,
    dry_run,
    file_of_import,
    import_to_run,
    prepare_import,
    run_import,
    stop_import,
    told_lines,
    undo_import,
)

SAMPLE = 5
TOLD_EVERY_S = 3.0
"""Slack lets an app edit a message about once a second."""


def receive_list(interaction: Interaction, told: Json) -> None:
    """A file that was sent to Rapport directly: answers with a card. The file is kept for a day, then goes for good."""
    caller = interaction.caller
    if not caller.collaborator.is_admin:
        raise NotAllowed(_("Lists are brought in by an administrator: ask one to send this file to Rapport."))
    office, file = caller.office, SlackFile.told(told)
    content = fetch_file(office, file)
    with interaction.writing() as session:
        document = office.shelf.keep(session, content, media_type="application/octet-stream", now=office.now())
    with _readable(caller), open_table(office.shelf.path_of(document)) as table:
        sample = [line.cells for line in islice(table.lines, SAMPLE)]
        with interaction.writing() as session:
            run = prepare_import(
                session,
                by=caller.collaborator,
                now=office.now(),
                file_name=file.name,
                sha256=hashlib.sha256(content).hexdigest(),
                columns=table.columns,
            )
    card = import_card(caller, run, sample)
    interaction.client.chat_postMessage(channel=interaction.channel_id, text=escaped(run.file_name), blocks=card)


@contextmanager
def _readable(caller: Caller) -> Iterator[None]:
    """Turns what is wrong with a file into a sentence."""
    try:
        yield
    except UnreadableTable as error:
        raise BookError(said_of_fault(error, caller.t).replace("{", "{{").replace("}", "}}")) from error


@contextmanager
def table_of_import(caller: Caller, run: Import) -> Iterator[Table]:
    """The file of the import. Raises BookError when it is gone, or cannot be read."""
    with caller.reading() as session:
        document = file_of_import(session, run)
    if document is None:
        raise BookError(_("The file is kept for one day, and is gone. Send it again."))
    with _readable(caller), open_table(caller.office.shelf.path_of(document)) as table:
        yield table


def sample_of(caller: Caller, run: Import) -> Sample:
    with table_of_import(caller, run) as table:
        return [line.cells for line in islice(table.lines, SAMPLE)]


def _asked(interaction: Interaction) -> Import:
    with interaction.caller.reading() as session:
        return import_to_run(session, int(interaction.value), by=interaction.caller.collaborator)


def show_card(interaction: Interaction, import_id: int, *, channel: str, ts: str, handled: int | None = None) -> None:
    """Puts the card of the import as it stands now in the place of this message."""
    caller = interaction.caller
    with caller.office.book.reading() as session:
        run = import_to_run(session, import_id, by=caller.collaborator)
    sample = sample_of(caller, run) if run.state is ImportState.PREPARED else ()
    card = import_card(caller, run, sample, handled=handled)
    interaction.client.chat_update(channel=channel, ts=ts, text=escaped(run.file_name), blocks=card)


def _refresh(interaction: Interaction, import_id: int, handled: int | None = None) -> None:
    place = interaction.body["container"]
    show_card(interaction, import_id, channel=place["channel_id"], ts=place["message_ts"], handled=handled)


def _now_and_then(tell: Callable[[int], None]) -> Callable[[int], None]:
    last = [time.monotonic()]

    def told(position: int) -> None:
        if time.monotonic() - last[0] >= TOLD_EVERY_S:
            last[0] = time.monotonic()
            tell(position)

    return told


def import_it(interaction: Interaction) -> None:
    """Runs or continues the import, telling of it on its card; then hands over what was not taken over."""
    interaction.ack()
    run, caller = _asked(interaction), interaction.caller
    told = _now_and_then(lambda position: _refresh(interaction, run.id, position))
    try:
        with table_of_import(caller, run) as table:
            run_import(caller.office.book, run.id, lines_in(table), by=caller.collaborator, told=told)
    except BaseException:
        with interaction.writing() as session:
            stop_import(session, run.id, by=caller.collaborator)
        _refresh(interaction, run.id)
        raise
    _refresh(interaction, run.id)
    with caller.office.book.reading() as session:
        lines = told_lines(session, run.id, asked_by=caller.collaborator)
        _hand_over_report(interaction, run, lines, caller.t(_("These lines were not taken over, or not whole.")))


def _hand_over_report(interaction: Interaction, run: Import, lines: Iterator[Done | ImportLine], says: str) -> int:
    caller = interaction.caller
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.csv")
        written = write_report(path, lines, caller.t, what=run.what, columns=run.columns)
        if written:
            name = caller.t(_("report of {file}"), file=Path(run.file_name).stem)
            hand_over_file(interaction, path, name=f"{name}.csv", says=says)
    return written


def try_it(interaction: Interaction) -> None:
    interaction.ack()
    run, caller, tally = _asked(interaction), interaction.caller, Tally()

    def told(table: Table) -> Iterator[Done]:
        for some in dry_run(caller.office.book, run.id, lines_in(table), by=caller.collaborator):
            tally.count(some)
            yield from (one for one in some if one.reason)

    with table_of_import(caller, run) as table:
        _hand_over_report(
            interaction, run, told(table), caller.t(_("These lines would not be taken over, or not whole."))
        )
    interaction.say(caller.t(_("Tried without writing anything: {counts}."), counts=counted(caller.t, tally)))


def stop_it(interaction: Interaction) -> None:
    interaction.ack()
    run = _asked(interaction)
    with interaction.writing() as session:
        stop_import(session, run.id, by=interaction.caller.collaborator)
    _refresh(interaction, run.id)


def undo_it(interaction: Interaction) -> None:
    interaction.ack()
    run, caller = _asked(interaction), interaction.caller
    undone = undo_import(caller.office.book, run.id, by=caller.collaborator)
    _refresh(interaction, run.id)
    if undone.kept:
        kept = caller.t.n(
            "{number} line stays: it was changed or used since.",
            "{number} lines stay: they were changed or used since.",
            undone.kept,
        )
        interaction.say(kept)


def register(slack: Listening) -> None:
    slack.action("import/run", import_it)
    slack.action("import/dry", try_it)
    slack.action("import/stop", stop_it)
    slack.action("import/undo", undo_it)
