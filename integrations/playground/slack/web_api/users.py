"""users.*: people as the app may see them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json, Person
from integrations.playground.slack.web_api.calls import Call, method, page_of
from integrations.playground.slack.workspace import Workspace


@method("users.info", "users:read", takes_json=False)
def users_info(call: Call) -> Json:
    workspace = call.workspace
    if call.text("user", "") == workspace.app.bot_user_id:
        return {"user": bot_user(workspace)}
    return {"user": user_object(workspace, call.person(), with_locale=call.flag("include_locale"))}


@method("users.list", "users:read", per_minute=20, takes_json=False)
def users_list(call: Call) -> Json:
    workspace, with_locale = call.workspace, call.flag("include_locale")
    people = [user_object(workspace, person, with_locale=with_locale) for person in workspace.people.values()]
    return page_of(call, "members", [*people, bot_user(workspace)])


@method("users.lookupByEmail", "users:read.email", per_minute=50, takes_json=False)
def users_lookup_by_email(call: Call) -> Json:
    """Finds nobody who is deactivated or of another workspace."""
    wanted = call.text("email").lower()
    for person in call.workspace.people.values():
        if person.email.lower() == wanted and not person.deleted and not person.team_id:
            return {"user": user_object(call.workspace, person, with_locale=False)}
    raise CallFailed("users_not_found")


def user_object(workspace: Workspace, person: Person, *, with_locale: bool) -> Json:
    """Slack tells less of deactivated people and of strangers from another workspace."""
    sees_email = "users:read.email" in workspace.manifest.scopes and not person.team_id
    profile = {"real_name": person.real_name, "display_name": person.name, "team": person.team_id or workspace.team.id}
    shown: Json = {
        "id": person.id,
        "team_id": person.team_id or workspace.team.id,
        "name": person.name,
        "deleted": person.deleted,
        "is_bot": False,
        "is_app_user": False,
        "updated": int(workspace.now().timestamp()),
        "profile": {**profile, "email": person.email} if sees_email else profile,
    }
    if person.deleted:
        return shown
    offset = workspace.now().astimezone(ZoneInfo(person.tz)).utcoffset()
    shown |= {"real_name": person.real_name, "tz": person.tz, "tz_offset": int(offset.total_seconds()) if offset else 0}
    if person.team_id:
        return {**shown, "is_stranger": False}
    shown |= {
        "is_admin": person.is_admin or person.is_owner,
        "is_owner": person.is_owner,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
    }
    return {**shown, "locale": person.locale} if with_locale else shown


def bot_user(workspace: Workspace) -> Json:
    name = workspace.manifest.bot_name
    bot = {"id": workspace.app.bot_user_id, "team_id": workspace.team.id, "name": name, "real_name": name}
    profile = {"real_name": name, "display_name": name, "api_app_id": workspace.app.id, "bot_id": workspace.app.bot_id}
    return {**bot, "deleted": False, "is_bot": True, "is_app_user": False, "profile": profile, "tz": "Etc/UTC"}
