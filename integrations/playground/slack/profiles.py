"""Somebody's user object (docs.slack.dev/reference/objects/user-object), and what may be changed in a profile."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from integrations.playground.slack.errors import ActRefused
from integrations.playground.slack.people import Json, Person, Team

OWN = frozenset({"real_name", "email", "locale", "tz"})
BY_ADMINS = OWN | {"deleted"}
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LOCALE = re.compile(r"[a-z]{2,3}-[A-Z0-9]{2,3}")


def user_object(person: Person, team: Team, now: datetime, *, sees_email: bool, with_locale: bool) -> Json:
    """Slack tells less of deactivated people and of strangers from another workspace."""
    team_id = person.team_id or team.id
    profile = {"real_name": person.real_name, "display_name": person.name, "team": team_id}
    shown: Json = {
        "id": person.id,
        "team_id": team_id,
        "name": person.name,
        "deleted": person.deleted,
        "is_bot": False,
        "is_app_user": False,
        "updated": int(now.timestamp()),
        "profile": {**profile, "email": person.email} if sees_email and not person.team_id else profile,
    }
    if person.deleted:
        return shown
    offset = now.astimezone(person.zone).utcoffset()
    shown |= {"real_name": person.real_name, "tz": person.tz, "tz_offset": int(offset.total_seconds()) if offset else 0}
    if person.team_id:
        return {**shown, "is_stranger": False}
    shown |= {
        "is_admin": person.is_admin or person.is_owner,
        "is_owner": person.is_owner,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
    }
    return {**shown, "locale": person.locale} if with_locale else shown


def changed_profile(person: Person, by: Person, changes: dict[str, Any]) -> Person:
    """The person as they want to be, or as an admin wants them. Raises ActRefused."""
    may = BY_ADMINS if by.is_admin or by.is_owner else OWN if by.id == person.id else frozenset()
    refused = sorted(set(changes) - may)
    if refused:
        raise ActRefused(f"{by.name} may not change {', '.join(refused)} of {person.name}")
    if by.id == person.id and changes.get("deleted"):
        raise ActRefused("nobody deactivates themselves here")
    wanted = replace(person, **changes)
    if not wanted.real_name.strip():
        raise ActRefused("a name is needed")
    if not MAIL.fullmatch(wanted.email):
        raise ActRefused(f"{wanted.email} is no e-mail address")
    if not LOCALE.fullmatch(wanted.locale):
        raise ActRefused(f"{wanted.locale} is no language")
    if wanted.tz not in available_timezones():
        raise ActRefused(f"{wanted.tz} is no time zone")
    return wanted
