"""`rapport collaborator …`: the people of the office. The first administrator is added here, the others from Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.domain import known_trade
from bot.commands.start import AsJson, answer_json, answer_table, fail, refused, say

if TYPE_CHECKING:
    from bot.office import Office
    from bot.slack_people import SlackPerson

app = typer.Typer(no_args_is_help=True, help="The people of the office.")


@app.command()
def add(
    context: typer.Context,
    mail: Annotated[str, typer.Option(help="Their address, the one that Slack knows.")],
    name: Annotated[str, typer.Option(help="As colleagues and contacts see it; else as in Slack.")] = "",
    is_admin: Annotated[bool, typer.Option("--admin", help="Adds others and binds mailboxes.")] = False,
    locale: Annotated[str, typer.Option(help="IETF tag such as fr-BE; else as in Slack.")] = "",
    zone: Annotated[str, typer.Option(help="IANA zone such as Europe/Brussels; else as in Slack.")] = "",
    slack_user: Annotated[str, typer.Option(help="Slack's id (U…); else found by the address.")] = "",
    trade: Annotated[str, typer.Option(help="The office's: broker, wine or wholesale. Adds its lists.")] = "",
) -> None:
    """Add a collaborator; the first one must be an administrator, who may say the office's trade."""
    from store.base import BookError
    from store.collaborators import Role, active_collaborators, add_collaborator
    from store.starter import seed_trade

    chosen = known_trade(trade) if trade else None
    with context.obj.office() as office:
        known = _in_slack(office, mail, slack_user)
        settings = office.settings.office
        try:
            with office.book.writing(door="cli") as session:
                if not is_admin and not active_collaborators(session):
                    fail("The first collaborator must be an administrator: add --admin")
                added = add_collaborator(
                    session,
                    name=name or known.name or mail,
                    mail=mail,
                    now=office.now(),
                    role=Role.ADMIN if is_admin else Role.REP,
                    locale=_known_locale(locale or known.locale or settings.locale),
                    zone=_known_zone(zone or known.zone or settings.zone),
                    slack_user_id=known.id,
                )
                if chosen:
                    seed_trade(session, chosen, office.now())
        except BookError as error:
            refused(error)
    say(f"{added.name} ({added.slack_user_id}) can use Rapport now.")


@app.command("list")
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """Everyone who may use Rapport."""
    from store.collaborators import active_collaborators

    with context.obj.office() as office, office.book.reading() as session:
        people = active_collaborators(session)
    facts = ("id", "name", "mail", "slack_user_id", "role", "scope", "locale", "zone")
    if as_json:
        answer_json([{fact: getattr(one, fact) for fact in facts} for one in people])
    else:
        answer_table(facts, [tuple(str(getattr(one, fact)) for fact in facts) for one in people])


def _in_slack(office: Office, mail: str, user_id: str) -> SlackPerson:
    from bot.slack_people import NotInSlack, SlackUnreachable, slack_person

    try:
        return slack_person(office.slack, mail=mail, user_id=user_id)
    except NotInSlack as error:
        fail(f"Slack knows no such person ({error}). Check the address, or give --slack-user U…")
    except SlackUnreachable as error:
        fail(f"Slack could not be asked ({error}). Run: rapport doctor")


def _known_locale(locale: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(locale.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        fail(f"{locale} is no language tag such as fr-BE")
    return locale


def _known_zone(zone: str) -> str:
    from zoneinfo import available_timezones

    if zone not in available_timezones():
        fail(f"{zone} is no time zone such as Europe/Brussels")
    return zone
