"""users.*: people as the app may see them."""

from __future__ import annotations

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json
from integrations.playground.slack.web_api.calls import Call, method, page_of
from integrations.playground.slack.workspace import Workspace


@method("users.info", "users:read", takes_json=False)
def users_info(call: Call) -> Json:
    workspace = call.workspace
    if call.text("user", "") == workspace.app.bot_user_id:
        return {"user": bot_user(workspace)}
    return {"user": workspace.user_object(call.person(), with_locale=call.flag("include_locale"))}


@method("users.list", "users:read", per_minute=20, takes_json=False)
def users_list(call: Call) -> Json:
    workspace, with_locale = call.workspace, call.flag("include_locale")
    people = [workspace.user_object(person, with_locale=with_locale) for person in workspace.people.values()]
    return page_of(call, "members", [*people, bot_user(workspace)])


@method("users.lookupByEmail", "users:read.email", per_minute=50, takes_json=False)
def users_lookup_by_email(call: Call) -> Json:
    """Finds nobody who is deactivated or of another workspace."""
    wanted = call.text("email").lower()
    for person in call.workspace.people.values():
        if person.email.lower() == wanted and not person.deleted and not person.team_id:
            return {"user": call.workspace.user_object(person, with_locale=False)}
    raise CallFailed("users_not_found")


def bot_user(workspace: Workspace) -> Json:
    name = workspace.manifest.bot_name
    bot = {"id": workspace.app.bot_user_id, "team_id": workspace.team.id, "name": name, "real_name": name}
    profile = {"real_name": name, "display_name": name, "api_app_id": workspace.app.id, "bot_id": workspace.app.bot_id}
    return {**bot, "deleted": False, "is_bot": True, "is_app_user": False, "profile": profile, "tz": "Etc/UTC"}
