"""The Bolt app: made once, served over HTTP or a socket by `door`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.office import Office
from bot.slack import (
    action_buttons,
    actions,
    agenda,
    calendars,
    collaborators,
    commands,
    contact_menu,
    contacts,
    filing,
    home,
    links,
    lookup,
    mailing_card,
    mailings,
    preferences,
    relation_card,
    relation_menu,
    relations,
)
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.listening import Listening

SUBJECTS: tuple[Callable[[Listening], None], ...] = (
    action_buttons.register,
    actions.register,
    agenda.register,
    calendars.register,
    collaborators.register,
    commands.register,
    contact_menu.register,
    contacts.register,
    filing.register,
    home.register,
    links.register,
    lookup.register,
    mailing_card.register,
    mailings.register,
    preferences.register,
    relation_card.register,
    relation_menu.register,
    relations.register,
)


def make_app(office: Office) -> App:
    """Every command, form, button and event of Rapport, registered. Makes no request to Slack."""
    app = App(
        signing_secret=office.settings.slack.signing_secret or "unused over a socket",
        client=office.slack,
        process_before_response=True,
        request_verification_enabled=office.settings.slack.mode == "http",
        ssl_check_enabled=False,
        authorize=_authorize(office),
        logger=logging.getLogger("slack_bolt"),
    )
    listening = Listening(app, Doorkeeper(office, office.slack))
    for register in SUBJECTS:
        register(listening)
    listening.connect()
    return app


def _authorize(office: Office) -> Callable[..., AuthorizeResult]:
    """One workspace, one token: what Bolt would ask Slack for at each request is known from the settings."""
    result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=office.settings.slack.bot_token)

    def authorize(**_context: Any) -> AuthorizeResult:
        return result

    return authorize
