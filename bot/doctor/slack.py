"""Slack: tokens, scopes, clock, and the way in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.doctor.findings import Finding, fine, problem, warning
from bot.office import Office
from bot.slack.manifest import BOT_SCOPES

MOST_SKEW = timedelta(minutes=5)
"""Slack's own rule: a request signed longer ago is refused, so a clock further off refuses them all."""
SMALL_SKEW = timedelta(seconds=30)
_INSTALL = "Install the app anew from `rapport manifest`, then set the new token."


def examine_slack(office: Office) -> Iterator[Finding]:
    try:
        answer = office.slack.auth_test()
    except SlackApiError as error:
        said = error.response.get("error", "")
        yield problem("Slack", f"refuses slack.bot_token ({said})", "Copy the bot token (xoxb-…) of the installed app.")
        return
    except (SlackClientError, OSError) as error:
        yield problem("Slack", f"cannot be reached ({type(error).__name__})", "Check slack.api_url and the network.")
        return
    yield fine("Slack", f"bot token accepted, workspace {answer['team']} ({answer['team_id']})")
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    yield scopes_found(str(headers.get("x-oauth-scopes", "")))
    yield from _clock(office, headers)
    if office.settings.slack.mode == "socket":
        yield _socket(office)


def scopes_found(held: str) -> Finding:
    """`held` is Slack's header x-oauth-scopes, separated by commas."""
    missing = sorted(set(BOT_SCOPES) - {scope.strip() for scope in held.split(",")})
    if missing:
        return problem("Slack scopes", f"missing: {', '.join(missing)}", _INSTALL)
    return fine("Slack scopes", "all that Rapport needs")


def _clock(office: Office, headers: Mapping[str, str]) -> Iterator[Finding]:
    if "date" not in headers:
        return
    skew = abs(office.now() - parsedate_to_datetime(headers["date"]))
    says = f"{skew.total_seconds():.0f} s apart from Slack's"
    mend = "Let the machine keep time (NTP): Slack's requests are refused when it is 5 minutes off."
    if skew >= MOST_SKEW:
        yield problem("Clock", says, mend)
    elif skew >= SMALL_SKEW:
        yield warning("Clock", says, mend)
    else:
        yield fine("Clock", says)


def _socket(office: Office) -> Finding:
    """Asks for an address and does not connect: Slack would hand this connection requests meant for the real one."""
    settings = office.settings.slack
    client = WebClient(base_url=settings.api_url, timeout=10)
    try:
        opened: SlackResponse = client.apps_connections_open(app_token=settings.app_token)
    except SlackApiError as error:
        said = error.response.get("error", "")
        mend = "Make an app-level token (xapp-…) with connections:write, and switch Socket Mode on."
        return problem("Slack socket", f"refuses slack.app_token ({said})", mend)
    except (SlackClientError, OSError) as error:
        return problem("Slack socket", f"cannot be reached ({type(error).__name__})", "Check the network.")
    if not str(opened["url"]).startswith(("wss://", "ws://")):
        return problem("Slack socket", "Slack gave no address to connect to", "Switch Socket Mode on in the app.")
    return fine("Slack socket", "app-level token accepted")
