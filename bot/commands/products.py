"""`rapport products`: products and their costs from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.start import fail, refused, say

if TYPE_CHECKING:
    from bot.office import Office
    from store.products import BroughtIn

By = Annotated[str, typer.Option("--by", help="Whose rights count, and who stands in the trail: their address.")]


def register(app: typer.Typer) -> None:
    app.command("products")(bring_in)


def bring_in(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX.")],
    by: By,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of the lines.")] = False,
) -> None:
    """Add the products of a list and change those that have the same code. Harmless to repeat."""
    from bot.slack.interaction import sentence_of

    with context.obj.office() as office:
        made = _brought_in(office, file, by, is_dry=is_dry)
        for one in made.refused:
            say(f"Line {one.line}: {sentence_of(one.why, office.texts('en'))}")
    would = "would be " if is_dry else ""
    say(
        f"{made.added} product(s) {would}added, {made.changed} {would}changed, {made.costs} cost(s) {would}set,"
        f" {len(made.refused)} line(s) {would}refused."
    )


def _brought_in(office: Office, file: Path, by: str, *, is_dry: bool) -> BroughtIn:
    from bot.list_files import lines_in, said_of_fault
    from integrations.tables.errors import UnreadableTable
    from integrations.tables.reading import open_table
    from store.base import BookError
    from store.collaborators import collaborator_by_mail
    from store.products import bring_in_products

    with office.book.reading() as session:
        who = collaborator_by_mail(session, by)
    if who is None:
        fail(f"No collaborator has the address {by}. See: rapport collaborator list")
    now, country = office.now(), office.settings.office.country
    try:
        with open_table(file) as table, office.book.writing(actor_id=who.id, door="cli") as session:
            made = bring_in_products(session, table.columns, lines_in(table), by=who, now=now, country=country)
            if is_dry:
                session.rollback()
            return made
    except UnreadableTable as error:
        fail(said_of_fault(error, office.texts("en")))
    except BookError as error:
        refused(error)
