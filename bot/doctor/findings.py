"""What an examination finds: one line each, with its mend. No secret ever stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    """Works, but something is missing or will be."""
    PROBLEM = "problem"
    """Does not work until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    state: State
    says: str
    mend: str = ""


def fine(subject: str, says: str) -> Finding:
    return Finding(subject, State.FINE, says)


def warning(subject: str, says: str, mend: str) -> Finding:
    return Finding(subject, State.WARNING, says, mend)


def problem(subject: str, says: str, mend: str) -> Finding:
    return Finding(subject, State.PROBLEM, says, mend)
