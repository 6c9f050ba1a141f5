"""`rapport domain …`: the office's own lists, all at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.start import FAILED, fail, say

if TYPE_CHECKING:
    from store.starter_trades import Trade

app = typer.Typer(no_args_is_help=True, help="The office's lists: types, statuses, categories …")


@app.command("export")
def write_out(context: typer.Context) -> None:
    """Write every list with its lines to the standard output, as TOML."""
    from store.lists.sets import export_set

    with context.obj.office() as office, office.book.reading() as session:
        sys.stdout.write(export_set(session))


@app.command("import")
def take_in(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="As written by export; edit it as you like.", dir_okay=False)],
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing.")] = False,
) -> None:
    """Add the lines that are missing and make the others as the file has them. Harmless to repeat."""
    from store.lists.sets import SetProblems, import_set

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read ({error}). Name a text file in UTF-8.")
    with context.obj.office() as office:
        try:
            with office.book.writing(door="cli") as session:
                done = import_set(session, text, now=office.now())
                if is_dry_run:
                    session.rollback()
        except SetProblems as error:
            say(f"{file}: nothing was taken over, {len(error.problems)} problem(s)")
            for problem in error.problems:
                say(f"  {problem}")
            raise typer.Exit(FAILED) from error
    would = "would be " if is_dry_run else ""
    say(f"{done.added} line(s) {would}added, {done.changed} {would}changed.")


@app.command()
def starter(
    context: typer.Context,
    trade: Annotated[str, typer.Argument(help="broker, wine or wholesale")],
) -> None:
    """Add the lines that offices of this trade start with; what stands there stays as it is."""
    from store.starter import seed_trade

    chosen = known_trade(trade)
    with context.obj.office() as office, office.book.writing(door="cli") as session:
        added = seed_trade(session, chosen, office.now())
    say(f"{added} line(s) added.")


def known_trade(typed: str) -> Trade:
    """Ends the command when there are no lists for it."""
    from store.starter_trades import Trade

    if typed not in list(Trade):
        fail(f"There are no lists for {typed}. Choose one of: {', '.join(Trade)}")
    return Trade(typed)
