"""`rapport import`, `rapport undo-import` and `rapport export`: lists in and out, beside what Slack offers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.start import fail, refused, say

if TYPE_CHECKING:
    from bot.office import Office
    from integrations.tables.table import Table
    from store.collaborators import Collaborator
    from store.importing import Import

By = Annotated[str, typer.Option("--by", help="Whose rights count, and who stands in the trail: their address.")]


def register(app: typer.Typer) -> None:
    app.command("import")(import_list)
    app.command("undo-import")(undo)
    app.command("export")(export)


def import_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX or vCard.")],
    by: By,
    what: Annotated[str, typer.Option(help="relations or contacts; else guessed from the columns.")] = "",
    duplicates: Annotated[str, typer.Option(help="What the book has already: skip, fill or add.")] = "skip",
    column: Annotated[
        list[str] | None, typer.Option("--map", help="Column=field, as in “Nom=name”; “Nom=” leaves it out. Repeat it.")
    ] = None,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each line.")] = False,
    report: Annotated[Path | None, typer.Option(help="Where the lines that are not taken over are written.")] = None,
) -> None:
    """Bring a list of relations or contacts into the book. A stopped import of the same file goes on."""
    from integrations.tables.errors import UnreadableTable
    from integrations.tables.reading import open_table
    from store.base import BookBusy, BookError

    with context.obj.office() as office:
        caller = _collaborator(office, by)
        report = report or file.with_suffix(".report.csv")
        try:
            with open_table(file) as table:
                run = _prepared(office, caller, file, table, what, duplicates, column or [])
                _show_mapping(run)
                if is_dry:
                    _dry_run(office, caller, run, table, report)
                else:
                    _run(office, caller, run, table, report)
        except UnreadableTable as error:
            from bot.list_files import said_of_fault

            fail(said_of_fault(error, office.texts("en")))
        except BookError as error:
            refused(error)
        except BookBusy as error:
            fail(f"The book is busy ({error}). What is in stays in: run the same command again to go on.")


def _collaborator(office: Office, mail: str) -> Collaborator:
    from store.collaborators import collaborator_by_mail

    with office.book.reading() as session:
        found = collaborator_by_mail(session, mail)
    if found is None:
        fail(f"No collaborator has the address {mail}. See: rapport collaborator list")
    return found


def _prepared(
    office: Office, by: Collaborator, file: Path, table: Table, what: str, duplicates: str, columns: list[str]
) -> Import:
    from store.importing import Duplicates, What, choose_mapping, import_of_file, prepare_import

    if what not in {"", *What} or duplicates not in set(Duplicates):
        fail("--what is relations or contacts; --duplicates is skip, fill or add.")
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    with office.book.writing(actor_id=by.id, door="cli") as session:
        if (begun := import_of_file(session, sha256, asked_by=by)) is not None:
            say(f"Import {begun.id} of this file stopped after {begun.position} lines: going on.")
            return begun
        run = prepare_import(
            session,
            by=by,
            now=office.now(),
            file_name=file.name,
            sha256=sha256,
            columns=table.columns,
            what=What(what) if what else None,
        )
        fields = _mapped(run, columns)
        return choose_mapping(
            session, run.id, by=by, now=office.now(), fields=fields, duplicates=Duplicates(duplicates)
        )


def _mapped(run: Import, columns: list[str]) -> list[str]:
    fields = list(run.fields)
    for one in columns:
        name, _sign, key = one.rpartition("=")
        if name not in run.columns:
            fail(f"There is no column {name!r}. There is: {', '.join(run.columns)}")
        fields = ["" if field == key else field for field in fields]
        fields[run.columns.index(name)] = key
    return fields


def _show_mapping(run: Import) -> None:
    say(f"{run.what.value.capitalize()}, from these columns (change one with --map Column=field):")
    for column, field in zip(run.columns, run.fields, strict=True):
        say(f"  {column or '–'} → {field or 'left out'}")


def _dry_run(office: Office, by: Collaborator, run: Import, table: Table, report: Path) -> None:
    from bot.list_files import lines_in, write_report
    from store.importing import Done, Tally, dry_run

    tally = Tally()

    def told() -> Iterator[Done]:
        for some in dry_run(office.book, run.id, lines_in(table), by=by):
            tally.count(some)
            yield from (one for one in some if one.reason)

    written = write_report(report, told(), office.texts("en"), what=run.what, columns=run.columns)
    say(
        f"It would add {tally.added}, fill {tally.filled}, leave out {tally.skipped} and refuse {tally.refused} lines."
        f" {f'See {report}' if written else ''}"
    )


def _run(office: Office, by: Collaborator, run: Import, table: Table, report: Path) -> None:
    from bot.list_files import lines_in, write_report
    from store.importing import Import, run_import, told_lines

    with _progress("Importing") as told:
        run_import(office.book, run.id, lines_in(table), by=by, told=told)
    with office.book.reading() as session:
        run = session.get_one(Import, run.id)
        lines = told_lines(session, run.id, asked_by=by)
        written = write_report(report, lines, office.texts("en"), what=run.what, columns=run.columns)
    say(
        f"Import {run.id}: {run.added} added, {run.filled} filled, {run.skipped} left out, {run.refused} refused."
        f" {f'Why: {report}.' if written else ''} To take it back: rapport undo-import {run.id} --by {by.mail}"
    )


def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The import's number, as `rapport import` said it.")],
    by: By,
) -> None:
    """Take a whole import back, but for what was changed or used since."""
    from store.base import BookBusy, BookError
    from store.importing import undo_import

    with context.obj.office() as office:
        caller = _collaborator(office, by)
        try:
            with _progress("Taking back") as told:
                undone = undo_import(office.book, number, by=caller, told=told)
        except BookError as error:
            refused(error)
        except BookBusy as error:
            fail(f"The book is busy ({error}). Run the same command again to go on.")
    say(f"{undone.taken_back} lines were taken back, {undone.kept} stay: they were changed or used since.")


def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="relations, contacts, actions, commissions (of today) or suppressions.")],
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write it.")],
    by: By,
    file_format: Annotated[str, typer.Option("--format", help="csv, xlsx, vcard3 or vcard4.")] = "csv",
    is_own_only: Annotated[bool, typer.Option("--mine", help="Only their own files.")] = False,
) -> None:
    """Write what a collaborator may see into a file. It stands in the trail."""
    from bot.list_files import FORMATS, write_export
    from store.base import BookError
    from store.exporting import Exported, note_export

    has_cards = what in {"relations", "contacts"}
    if what not in set(Exported) or file_format not in FORMATS or (file_format.startswith("vcard") and not has_cards):
        fail(
            "There are relations, contacts, actions, commissions and suppressions, as csv or xlsx; the first two as "
            "vcard3 or vcard4 too."
        )
    with context.obj.office() as office:
        caller = _collaborator(office, by)
        facts = {"what": Exported(what), "file_format": file_format, "is_own_only": is_own_only}
        try:
            with office.book.writing(actor_id=caller.id, door="cli") as session:
                note_export(session, by=caller, now=office.now(), **facts)  # type: ignore[arg-type]
            with office.book.reading() as session:
                facts |= {"on": office.now().date(), "birthdays": office.settings.office.birthdays}
                written = write_export(session, file, office.texts(caller.locale), asked_by=caller, **facts)  # type: ignore[arg-type]
        except BookError as error:
            refused(error)
    say(f"{file}: {written} {what}")


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int], None]]:
    """A count on stderr; where nobody watches (no terminal), nothing."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description} {task.completed:,} lines"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(title, total=None)
        yield lambda done: bar.update(line, completed=done)
