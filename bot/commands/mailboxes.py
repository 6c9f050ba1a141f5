"""`rapport mailbox …`: the mailboxes that Rapport reads and sends from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.start import AsJson, answer_json, answer_table, fail, refused, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.office import Office
    from store.collaborators import Collaborator

app = typer.Typer(no_args_is_help=True, help="The mailboxes that Rapport reads and sends from.")


@app.command()
def bind(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="The mailbox's primary address.")],
    collaborator: Annotated[str, typer.Option(help="Their address; else whose address it is.")] = "",
    server: Annotated[str, typer.Option(help="The <name> of a [mail.<name>] section; else the only one.")] = "",
) -> None:
    """Bind a mailbox to a collaborator, after a look whether it opens. Nothing older than now is filed."""
    from store.base import BookError
    from store.collaborators import collaborator_by_mail
    from store.mailboxes import bind_mailbox

    with context.obj.office() as office:
        name = server or _only_server(office)
        _require_open(office, name, address)
        try:
            with office.book.writing(door="cli") as session:
                owner = collaborator_by_mail(session, collaborator or address)
                if owner is None:
                    fail(f"Nobody in Rapport has the address {collaborator or address}: give --collaborator")
                bind_mailbox(
                    session,
                    by=_administrator(session),
                    collaborator_id=owner.id,
                    address=address,
                    server=name,
                    now=office.now(),
                )
        except BookError as error:
            refused(error)
    say(f"{address} is bound to {owner.name}.")


@app.command("list")
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """Every mailbox in use, and whether it is read."""
    from store.mailboxes import active_mailboxes

    facts = ("id", "address", "server", "last_read_at", "failing_since", "failure")
    with context.obj.office() as office, office.book.reading() as session:
        rows = [
            {"collaborator": one.collaborator.name, **{fact: getattr(one, fact) for fact in facts}}
            for one in active_mailboxes(session)
        ]
    if as_json:
        answer_json(rows)
    else:
        answer_table(("collaborator", *facts), [tuple(str(value or "") for value in row.values()) for row in rows])


def _only_server(office: Office) -> str:
    servers = list(office.settings.mail)
    if len(servers) != 1:
        fail(f"Which mail server? Give --server, one of: {', '.join(servers) or '(the settings have none)'}")
    return servers[0]


def _require_open(office: Office, server: str, address: str) -> None:
    from integrations.mail.errors import MailProblem

    if server not in office.settings.mail:
        fail(f"The settings have no section [mail.{server}]")
    try:
        office.mailbox(server, address.strip().casefold()).check()
    except MailProblem as error:
        fail(f"The mailbox does not open: {error}. Check the settings of [mail.{server}] and its rights.")


def _administrator(session: Session) -> Collaborator:
    """In whose name the command line acts: whoever holds this machine already has every right."""
    from store.collaborators import active_collaborators

    found = next((one for one in active_collaborators(session) if one.is_admin), None)
    if found is None:
        fail("Add an administrator first: rapport collaborator add --admin")
    return found
