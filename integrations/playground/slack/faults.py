"""Mishaps on demand, for tests: slow, lost and doubled requests, a Web API that limits or fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Trick = Literal["delay", "drop", "lose_answer", "duplicate", "repeat"]


@dataclass(slots=True)
class Planned:
    kind: str
    trick: Trick
    times: int
    delay_s: float = 0.0
    copies: int = 1


@dataclass(slots=True)
class PlannedAnswer:
    method: str
    status: int
    times: int
    retry_after_s: int = 1


@dataclass(slots=True)
class Faults:
    """A `kind` is "command", an interactive payload's type ("view_submission") or an event's; "*" is any."""

    _planned: list[Planned] = field(default_factory=list)
    _answers: list[PlannedAnswer] = field(default_factory=list)
    unknown_blocks: set[str] = field(default_factory=set)
    """Types of blocks that this workspace does not know yet, in messages: it refuses them as `invalid_blocks`."""

    def delay(self, kind: str, delay_s: float, times: int = 1) -> None:
        """The request reaches the app late; Slack's three seconds run from its arrival."""
        self._planned.append(Planned(kind, "delay", times, delay_s=delay_s))

    def drop(self, kind: str, times: int = 1) -> None:
        """The request never reaches the app; Slack takes it for a time-out."""
        self._planned.append(Planned(kind, "drop", times))

    def lose_answer(self, kind: str, times: int = 1) -> None:
        """The app handles the request; its answer never reaches Slack."""
        self._planned.append(Planned(kind, "lose_answer", times))

    def duplicate(self, kind: str, copies: int = 2, times: int = 1) -> None:
        """The same request arrives `copies` times at once; the first answer counts."""
        self._planned.append(Planned(kind, "duplicate", times, copies=copies))

    def repeat_event(self, kind: str, copies: int = 3) -> None:
        """The event is retried `copies` times although the app acknowledged it."""
        self._planned.append(Planned(kind, "repeat", 1, copies=copies))

    def web_api_limits(self, times: int, method: str = "*", retry_after_s: int = 1) -> None:
        """The next calls are answered 429 with Retry-After."""
        self._answers.append(PlannedAnswer(method, 429, times, retry_after_s))

    def web_api_fails(self, times: int, method: str = "*") -> None:
        """The next calls are answered 500 and do nothing."""
        self._answers.append(PlannedAnswer(method, 500, times))

    def clear(self) -> None:
        self._planned.clear()
        self._answers.clear()
        self.unknown_blocks.clear()

    def take(self, kind: str, trick: Trick) -> Planned | None:
        """The next planned mishap of this sort, used up by one."""
        for planned in self._planned:
            if planned.trick == trick and planned.kind in {kind, "*"} and planned.times > 0:
                planned.times -= 1
                return planned
        return None

    def take_answer(self, method: str) -> PlannedAnswer | None:
        for planned in self._answers:
            if planned.method in {method, "*"} and planned.times > 0:
                planned.times -= 1
                return planned
        return None
