"""`rapport …`: the command line. Commands import what they need when they run, so that help shows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands import audit, collaborators, database, domain, importing, installation, mailboxes, products, serving
from bot.commands.start import Start

app = typer.Typer(name="rapport", no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)


@app.callback()
def rapport(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(envvar="RAPPORT_CONFIG", help="The settings file.", show_default="config.toml")
    ] = None,
) -> None:
    """A CRM assistant that lives in Slack and Exchange."""
    context.obj = Start(config or Path("config.toml"), is_named=config is not None)


for commands in (serving, installation, importing, products):
    commands.register(app)
app.add_typer(database.app, name="db")
app.add_typer(domain.app, name="domain")
app.add_typer(audit.app, name="audit")
app.add_typer(collaborators.app, name="collaborator")
app.add_typer(mailboxes.app, name="mailbox")

if __name__ == "__main__":
    app()
