"""auth.*, api.*, apps.*, bots.*, team.*: who the app is and where."""

from __future__ import annotations

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json
from integrations.playground.slack.web_api.calls import Call, method


@method("api.test", caller="")
def api_test(call: Call) -> Json:
    if call.args.get("error"):
        raise CallFailed(str(call.args["error"]))
    return {"args": call.args}


@method("auth.test")
def auth_test(call: Call) -> Json:
    workspace = call.workspace
    return {
        "url": f"{workspace.url}/",
        "team": workspace.team.name,
        "user": workspace.manifest.bot_name,
        "team_id": workspace.team.id,
        "user_id": workspace.app.bot_user_id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", caller="app", per_minute=20)
def apps_connections_open(call: Call) -> Json:
    workspace = call.workspace
    if not workspace.manifest.is_socket_mode:
        raise CallFailed("forbidden_socket_mode")
    base = workspace.url.replace("http", "ws", 1)
    return {"url": f"{base}/slack/link/?ticket={workspace.sockets.ticket()}&app_id={workspace.app.id}"}


@method("bots.info", "users:read", per_minute=50, takes_json=False)
def bots_info(call: Call) -> Json:
    workspace = call.workspace
    if call.text("bot", workspace.app.bot_id) != workspace.app.bot_id:
        raise CallFailed("bot_not_found")
    bot = {"id": workspace.app.bot_id, "deleted": False, "name": workspace.manifest.bot_name}
    return {"bot": {**bot, "app_id": workspace.app.id, "user_id": workspace.app.bot_user_id, "updated": 0, "icons": {}}}


@method("team.info", "team:read", per_minute=50, takes_json=False)
def team_info(call: Call) -> Json:
    team = call.workspace.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}
