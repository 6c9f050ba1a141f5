"""`rapport audit …`: whether the audit trail is as it was written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.start import FAILED, AsJson, answer_json, say

app = typer.Typer(no_args_is_help=True, help="The audit trail: who changed what.")


@app.command()
def verify(
    context: typer.Context,
    noted: Annotated[str, typer.Option("--noted", help="A seal that this command or the log showed before.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say whether anybody changed, removed or added entries behind Rapport's back. Exit code 1 when so. Reads all."""
    from store.audit_seals import verify_entries

    with context.obj.office() as office, office.book.reading() as session:
        verdict = verify_entries(session, office.audit_key, noted=noted)
    if as_json:
        answer_json(asdict(verdict))
    elif verdict.wrong:
        say(f"Wrong: {verdict.wrong}. {verdict.sealed} entries before it are as they were written.")
    else:
        say(f"{verdict.sealed} entries are as they were written. Note this seal elsewhere: {verdict.head}")
    if verdict.wrong:
        raise typer.Exit(FAILED)
