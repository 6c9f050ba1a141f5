"""Who is at Slack's door, and may they come in here: outsiders and shared channels are refused, whatever they ask."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.office import Caller, Office
from bot.slack.blocks import Json
from bot.slack.patience import Patience
from bot.texts import _
from store.base import NotAllowed
from store.collaborators import collaborator_in_slack

REMEMBERED_S = 600
"""How long it is believed that a channel is (not) shared."""

UNKNOWN = _("You are not in Rapport yet. Ask an administrator of your office to add you.")
LEFT = _("Your access to Rapport has ended. Ask an administrator.")
OUTSIDER = _("Rapport only answers people of its own workspace.")
SHARED = _("This channel is shared with people outside the office, so Rapport stays silent here. Write to it directly.")
UNSEEN = _("Rapport cannot see who is in this channel, so it stays silent here. Invite it, or write to it directly.")


class Doorkeeper:
    def __init__(self, office: Office, client: WebClient) -> None:
        self.office, self.client = office, client
        self.patience = Patience(office.background)
        self._team = ""
        self.locales: dict[str, str] = {}
        """Of who came in before, by Slack id: a sentence is in their language even while the book is slow."""
        self._shared: dict[str, tuple[bool, float]] = {}
        self._lock = Lock()

    def caller(self, user_id: str, channel_id: str, body: Json) -> Caller:
        """Raises NotAllowed, with the sentence to say, for whoever must not come in; BookBusy."""
        if teams_of(body) != {self.team}:
            raise NotAllowed(OUTSIDER)
        self._refuse_shared(channel_id)
        with self.office.reading() as session:
            collaborator = collaborator_in_slack(session, user_id)
        if collaborator is None:
            raise NotAllowed(UNKNOWN)
        self.locales[user_id] = collaborator.locale
        if not collaborator.is_active:
            raise NotAllowed(LEFT)
        return Caller(self.office, collaborator)

    @property
    def team(self) -> str:
        """The workspace that the bot's token belongs to."""
        if not self._team:
            self._team = str(self.client.auth_test()["team_id"])
        return self._team

    def _refuse_shared(self, channel_id: str) -> None:
        if not channel_id or channel_id.startswith("D"):  # a direct message has nobody else in it
            return
        with self._lock:
            known = self._shared.get(channel_id)
        if known is None or known[1] < time.monotonic():
            known = (self._ask_shared(channel_id), time.monotonic() + REMEMBERED_S)
            with self._lock:
                self._shared[channel_id] = known
        if known[0]:
            raise NotAllowed(SHARED)

    def _ask_shared(self, channel_id: str) -> bool:
        try:
            channel: dict[str, Any] = self.client.conversations_info(channel=channel_id)["channel"]
        except (SlackApiError, SlackClientError) as error:
            raise NotAllowed(UNSEEN) from error
        return bool(
            channel.get("is_ext_shared") or channel.get("is_pending_ext_shared") or channel.get("is_org_shared")
        )


def teams_of(body: Json) -> set[str]:
    """Every workspace that the request names: of the request, of its user, of an event's author."""
    user, team, event = body.get("user"), body.get("team"), body.get("event") or {}
    named = [
        body.get("team_id"),
        team.get("id") if isinstance(team, dict) else None,
        user.get("team_id") if isinstance(user, dict) else None,
        event.get("user_team"),
        event.get("source_team"),
    ]
    return {str(one) for one in named if one}
