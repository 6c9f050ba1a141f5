"""A local Slack workspace: the Web API, signed requests and Socket Mode, as strict as the real one."""

from integrations.playground.slack.errors import ActRefused, CallFailed, InvalidManifest, WorkspaceError
from integrations.playground.slack.people import Channel, Person, Team
from integrations.playground.slack.routes import slack_routes
from integrations.playground.slack.workspace import Workspace

__all__ = [
    "ActRefused",
    "CallFailed",
    "Channel",
    "InvalidManifest",
    "Person",
    "Team",
    "Workspace",
    "WorkspaceError",
    "slack_routes",
]
