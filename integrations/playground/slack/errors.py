"""Everything that goes wrong in the workspace, on one page.

WorkspaceError
├── InvalidManifest    the app cannot be installed: every reason
├── CallFailed         the Web API answers `ok: false`
│   └── RateLimited    with HTTP 429 and Retry-After
└── ActRefused         what a person tried cannot be done on their screen
"""

from __future__ import annotations

from collections.abc import Sequence

from integrations.playground.slack.people import Json


class WorkspaceError(Exception):
    """Root of the tree."""


class InvalidManifest(WorkspaceError):
    """`reasons`: one sentence each, with a JSON pointer into the manifest."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


class CallFailed(WorkspaceError):
    """`code` is Slack's own (docs.slack.dev/reference/methods); `messages` go into `response_metadata`."""

    def __init__(self, code: str, messages: Sequence[str] = (), **fields: str) -> None:
        super().__init__(code)
        self.code, self.messages, self.fields = code, tuple(messages), fields

    def answer(self) -> Json:
        metadata = {"response_metadata": {"messages": list(self.messages)}} if self.messages else {}
        return {"ok": False, "error": self.code, **self.fields, **metadata}


class RateLimited(CallFailed):
    def __init__(self, retry_after_s: int) -> None:
        super().__init__("ratelimited")
        self.retry_after_s = retry_after_s


class ActRefused(WorkspaceError):
    """Carries the sentence for the person."""
