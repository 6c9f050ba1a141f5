"""What can be wrong with values that are to become a calendar. Nothing is raised for what others send."""

from __future__ import annotations


class CalendarProblem(Exception):
    """These values make no calendar that other programs could read. The text names the field, never its content."""


class BadEntry(CalendarProblem, ValueError):
    """An entry contradicts itself: its times, its recurrence or its identity."""


class BadMessage(CalendarProblem, ValueError):
    """RFC 5546 forbids this message for this entry."""
