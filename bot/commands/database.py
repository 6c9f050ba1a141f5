"""`rapport db …`: the database and its copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.start import FAILED, AsJson, answer_json, fail, fail_over_tables, say

app = typer.Typer(no_args_is_help=True, help="The database: upgrade, backup, check.")


@app.command()
def upgrade(context: typer.Context) -> None:
    """Make the database, or bring it up to date. Harmless when it is."""
    from store.base import BookBusy
    from store.upgrading import BookBroken, OtherTables, UnknownVersion
    from store.upgrading import upgrade as upgrade_tables

    settings = context.obj.settings(installed=False)
    url = settings.database.full_url
    try:
        is_changed = upgrade_tables(url)
        added = _add_starting_lists(url)
        if settings.jobs.engine == "procrastinate":
            from jobs.distributed import apply_schema

            apply_schema(url)
    except UnknownVersion as error:
        fail(f"The database was made by a newer Rapport (version {error}). Install that one.")
    except OtherTables as error:
        fail_over_tables(error)
    except BookBroken as error:
        fail(f"Not upgraded: rows of {error} would point nowhere. Nothing was changed.")
    except BookBusy as error:
        fail(f"The database cannot be reached or is in use ({error}). Stop Rapport, check database.url, try again.")
    say("The database is up to date." if is_changed else "The database was up to date.")
    if added:
        say(f"{added} lines were added to the office's lists (action types, statuses, kinds …).")
        say("Those of your trade come with: rapport collaborator add --admin --trade broker (or wine, or wholesale)")


def _add_starting_lists(url: str) -> int:
    from bot.office import wall_clock
    from store.engine import Book
    from store.starter import seed_domain_data

    book = Book(url, now=wall_clock, connections=1)
    try:
        with book.writing(door="cli") as session:
            added = seed_domain_data(session, wall_clock())
        book.take_stock()
        return added
    finally:
        book.close()


@app.command()
def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where backups are kept; each gets a folder of its own.")],
    as_json: AsJson = False,
) -> None:
    """Copy database and documents while Rapport runs."""
    from store.backup import BackupFailed, back_up

    settings = context.obj.settings(installed=False)
    try:
        with _progress("Copying") as progress:
            made = back_up(
                settings.database.full_url,
                Path(settings.documents.folder),
                folder,
                now=datetime.now(UTC),
                progress=progress,
            )
    except BackupFailed as error:
        fail(f"No backup was made. {error}")
    if as_json:
        answer_json(asdict(made))
    else:
        say(f"{made.folder}: the book and {made.documents} documents, {made.bytes_copied / 1e6:.1f} MB")


@app.command()
def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Say whether the database is up to date and sound. Exit code 1 when it is not. Reads all of it."""
    from bot.doctor.book import OTHER_TABLES
    from bot.office import wall_clock
    from store.base import BookBusy
    from store.engine import Book
    from store.soundness import damages
    from store.upgrading import OtherTables, is_current

    url = context.obj.settings(installed=False).database.full_url
    try:
        is_ready = is_current(url)
        if not is_ready:
            wrong = ["not up to date: run rapport db upgrade"]
        else:
            book = Book(url, now=wall_clock, connections=1)
            with book.reading() as session:
                wrong = damages(session)
            book.close()
    except BookBusy as error:
        wrong = [f"cannot be reached: {error}"]
    except OtherTables as error:
        wrong = [OTHER_TABLES.format(tables=error)]
    if as_json:
        answer_json({"is_sound": not wrong, "wrong": wrong})
    else:
        say("\n".join(wrong) or "The database is up to date and sound.")
    if wrong:
        raise typer.Exit(FAILED)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; where nobody watches (no terminal), nothing."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)
