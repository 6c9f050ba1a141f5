"""`rapport products`: products and their costs from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.start import fail, refused, say

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
    from bot.list_files import lines_in, said_of_fault
    from bot.slack.interaction import sentence_of
    from integrations.tables.errors import UnreadableTable
    from integrations.tables.reading import open_table
    from store.base import BookError
    from store.collaborators import collaborator_by_mail
    from store.products import bring_in_products

    with context.obj.office() as office:
        texts = office.texts("en")
        with office.book.reading() as session:
            collaborator = collaborator_by_mail(session, by)
        if collaborator is None:
            fail(f"No collaborator has the address {by}. See: rapport collaborator list")
        country = office.settings.office.country
        try:
            with open_table(file) as table, office.book.writing(actor_id=collaborator.id, door="cli") as session:
                made = bring_in_products(
                    session, table.columns, lines_in(table), by=collaborator, now=office.now(), country=country
                )
                if is_dry:
                    session.rollback()
        except UnreadableTable as error:
            fail(said_of_fault(error, texts))
        except BookError as error:
            refused(error)
    for one in made.refused:
        say(f"Line {one.line}: {sentence_of(one.why, texts)}")
    would = "would be " if is_dry else ""
    say(
        f"{made.added} product(s) {would}added, {made.changed} {would}changed, {made.costs} cost(s) {would}set,"
        f" {len(made.refused)} line(s) {would}refused."
    )
