"""Who somebody is in Slack, asked from the command line."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError


class NotInSlack(Exception):
    """The workspace has no such active person; the text is Slack's own error."""


class SlackUnreachable(Exception):
    """Slack did not answer, or refuses the token; the text says which."""


@dataclass(frozen=True, slots=True)
class SlackPerson:
    """`locale` is an IETF tag, `zone` IANA's; each is empty when Slack does not tell."""

    id: str
    name: str
    locale: str
    zone: str


def slack_person(client: WebClient, *, mail: str, user_id: str = "") -> SlackPerson:
    """By id, else by address. Raises NotInSlack, SlackUnreachable."""
    try:
        wanted = user_id or str(client.users_lookupByEmail(email=mail)["user"]["id"])
        user = client.users_info(user=wanted, include_locale=True)["user"]
    except SlackApiError as error:
        said = str(error.response.get("error", ""))
        raise (NotInSlack if said.endswith("_not_found") else SlackUnreachable)(said) from error
    except (SlackClientError, OSError) as error:
        raise SlackUnreachable(type(error).__name__) from error
    if user.get("deleted") or user.get("is_bot"):
        raise NotInSlack("deactivated, or a bot")
    return SlackPerson(wanted, user.get("real_name") or "", user.get("locale") or "", user.get("tz") or "")
