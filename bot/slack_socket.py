"""Keeps Socket Mode's connection up. A connection that dies silently is noticed and replaced."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Final, Self

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.office import Office
from bot.slack.door import socket_door

log = logging.getLogger(__name__)

LISTENERS: Final = 20
"""Requests of Slack that run at the same time."""
_LOOK_EVERY_S = 5.0
_LONGEST_DELAY_S = 30.0
_REFUSALS = frozenset({"invalid_auth", "not_authed", "not_allowed_token_type", "missing_scope", "token_revoked"})


class SlackRefusedToken(Exception):
    """Slack does not accept the app-level token: trying again changes nothing. The text is Slack's own error."""


class SlackSocket:
    """Connected inside a `with` block. Without an answer of Slack it goes on trying; only a refused token raises."""

    def __init__(self, office: Office, app: App) -> None:
        settings = office.settings.slack
        self._client = SocketModeClient(
            app_token=settings.app_token,
            web_client=WebClient(base_url=settings.api_url, timeout=10),
            concurrency=LISTENERS,
        )
        self._client.socket_mode_request_listeners.append(socket_door(app))
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="slack-socket", daemon=True)

    def is_connected(self) -> bool:
        return self._client.is_connected()

    def __enter__(self) -> Self:
        """Raises SlackRefusedToken."""
        try:
            self._connect()
        except SlackRefusedToken:
            self._client.close()
            raise
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._client.close()

    def _keep(self) -> None:
        """The client mends what it notices; what it does not notice is seen here, one look later."""
        was_down, delay_s = False, _LOOK_EVERY_S
        while not self._stopping.wait(delay_s):
            is_down = not self.is_connected()
            if is_down and was_down:
                self._try_again()
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S) if is_down else _LOOK_EVERY_S
            was_down = is_down

    def _try_again(self) -> None:
        try:
            self._connect()
        except SlackRefusedToken as error:
            log.error("Slack refuses the app-level token (%s): run `rapport doctor`", error)

    def _connect(self) -> None:
        try:
            self._client.connect_to_new_endpoint()
        except SlackApiError as error:
            said = str(error.response.get("error", ""))
            if said in _REFUSALS:
                raise SlackRefusedToken(said) from error
            log.warning("Slack gave no connection (%s); trying again", said)
        except Exception as error:  # noqa: BLE001 (the Slack edge: the client raises whatever its sockets raise)
            log.warning("Slack cannot be reached (%s); trying again", type(error).__name__)
