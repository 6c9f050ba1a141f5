"""The Web API methods that an app of this kind calls, with Slack's checks and Slack's errors."""

from integrations.playground.slack.web_api import about, channels, chat, files, history, modals, reactions, users
from integrations.playground.slack.web_api.endpoint import answer_call

__all__ = ["about", "answer_call", "channels", "chat", "files", "history", "modals", "reactions", "users"]
