"""A Slack that refuses what it is told for some people."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse


class RefusingSlack(WebClient):
    """Takes what it is told for everybody but some, and remembers for whom."""

    def __init__(self, refused: str, error: str, status: int = 200) -> None:
        super().__init__(token="xoxb-1")
        self.refused, self.error, self.status = refused, error, status
        self.told: list[str] = []

    def chat_postMessage(self, *, channel: str, **_message: Any) -> SlackResponse:
        data = {"ok": channel != self.refused, "error": self.error}
        answer = SlackResponse(
            client=self,
            http_verb="POST",
            api_url="chat.postMessage",
            req_args={},
            data=data,
            headers={},
            status_code=self.status,
        )
        if channel == self.refused:
            raise SlackApiError("refused", answer)
        self.told.append(channel)
        return answer
