"""What an invitation's mail says, kept as JSON (`InvitationMail.content`), and the fingerprint of what guests are told.

The two are apart, so that a snapshot can hold more without anybody getting a mail for it. A snapshot is written with
all of today's keys, and read with a default for each key that older ones lack. The fingerprint is taken over named
keys alone; one that was named later counts only where it differs from what mails said before there was such a key:
so a standing invitation stays up to date, and nobody is mailed because Rapport was upgraded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from store.action_facts import ActionFacts
from store.actions import When
from store.series import Recurrence, moved

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_TOLD = ("subject", "place", "points", "starts_on", "starts_time", "ends_on", "ends_time", "zone", "organizer_id")
_TOLD_LATER: dict[str, object] = {"is_private": False, "rule": ""}
"""By key, what every mail from before it said."""


def snapshot_of(facts: ActionFacts) -> dict[str, Any]:
    """What a mail about these facts says to everybody alike."""
    when = facts.when
    return {
        "subject": facts.subject.strip(),
        "place": facts.place.strip(),
        "points": "" if facts.is_private else facts.points.strip(),
        "is_private": facts.is_private,
        "starts_on": when.starts_on.isoformat(),
        "starts_time": when.starts_time.isoformat() if when.starts_time else None,
        "ends_on": when.ends_on.isoformat(),
        "ends_time": when.ends_time.isoformat() if when.ends_time else None,
        "zone": when.zone,
        "organizer_id": facts.representative_id,
        "rule": facts.recurrence.rrule(when) if facts.recurrence else "",
        "recurrence": facts.recurrence.as_json() if facts.recurrence else None,
        "over_at": over_at(facts).isoformat(),
    }


def fingerprint_of(snapshot: Mapping[str, Any]) -> str:
    """Two snapshots with the same one tell a guest the same."""
    told = {key: snapshot[key] for key in _TOLD}
    later = {key: snapshot.get(key, before) for key, before in _TOLD_LATER.items()}
    told |= {key: value for key, value in later.items() if value != _TOLD_LATER[key]}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def when_told(snapshot: Mapping[str, Any]) -> When:
    return When(
        date.fromisoformat(snapshot["starts_on"]),
        time.fromisoformat(snapshot["starts_time"]) if snapshot["starts_time"] else None,
        date.fromisoformat(snapshot["ends_on"]),
        time.fromisoformat(snapshot["ends_time"]) if snapshot["ends_time"] else None,
        snapshot["zone"],
    )


def over_at(facts: ActionFacts) -> datetime:
    """When nothing of it is ahead any more, aware: the end of the last occurrence. The year 9999 without an end."""
    if facts.recurrence is None:
        return facts.when.ends_at
    last = facts.recurrence.ends_on(facts.when.starts_on)
    return moved(facts.when, last).ends_at if last else _NEVER


def over_at_told(snapshot: Mapping[str, Any]) -> datetime:
    """The same by what the mail said."""
    return datetime.fromisoformat(snapshot["over_at"]) if "over_at" in snapshot else when_told(snapshot).ends_at


def rule_told(snapshot: Mapping[str, Any]) -> Recurrence | None:
    """How often it comes back by what the mail says; None for once."""
    kept = snapshot.get("recurrence")
    return Recurrence.from_json(kept) if kept else None


def last_day_told(snapshot: Mapping[str, Any]) -> date | None:
    """The last date of the series by what the mail says; None for once, and for one without an end."""
    rule = rule_told(snapshot)
    return rule.ends_on(when_told(snapshot).starts_on) if rule else None


def is_told_private(snapshot: Mapping[str, Any]) -> bool:
    return bool(snapshot.get("is_private", False))


def participants_told(snapshot: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """Everybody who was invited then: `mail`, `name`, `role` and `answer` of each (older snapshots: "attendees")."""
    found: Sequence[Mapping[str, str]] = snapshot["participants" if "participants" in snapshot else "attendees"]
    return found
