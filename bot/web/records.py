"""What a browser shows at the address of a record: the way to Slack, and nothing of the book."""

from __future__ import annotations

import logging
import time
from threading import Lock
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError, SlackClientError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.office import Office
from bot.record_links import KINDS
from bot.texts import _
from bot.web.pages import dead_link, page

log = logging.getLogger(__name__)

ASK_AGAIN_S = 60
"""After Slack did not say which app this is: until then the page has no links."""


class RecordPage:
    """The same for every record, whether it is there or not. Slack is asked once which app and workspace to open."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._asked_at = -float("inf")
        self._lock = Lock()

    def show(self, office: Office, request: Request) -> Response:
        t = office.texts("")
        if request.path_params["kind"] not in KINDS:
            return dead_link(office, t, t(_("There is nothing here.")))
        text = t(_("This is a record in Rapport. Write this address to Rapport in Slack, and you see it."))
        links = [(url, t(name)) for url, name in self._ways(office)]
        return HTMLResponse(page(office, t, title=t(_("Open it in Slack")), text=text, links=links))

    def _ways(self, office: Office) -> list[tuple[str, str]]:
        app = self._app(office)
        if not app:
            return []
        here = urlencode({"team": app["team"], "id": app["app"], "tab": "home"})
        in_browser = urlencode({"app": app["app"], "team": app["team"]})
        return [
            (f"slack://app?{here}", _("Open Rapport in Slack")),
            (f"https://slack.com/app_redirect?{in_browser}", _("Open Rapport in Slack in the browser")),
        ]

    def _app(self, office: Office) -> dict[str, str]:
        with self._lock:
            if self._found or self._asked_at + ASK_AGAIN_S >= time.monotonic():
                return self._found
            self._asked_at = time.monotonic()
        # One visitor waits for Slack; the others get the page without links, or they would hold every thread.
        self._found = _ask(office)
        return self._found


def _ask(office: Office) -> dict[str, str]:
    try:
        own = office.slack.auth_test()
        bot = office.slack.bots_info(bot=own["bot_id"])["bot"]
    except (SlackApiError, SlackClientError, OSError) as error:
        log.info("Slack does not say which app this is: %s", type(error).__name__)
        return {}
    return {"team": str(own["team_id"]), "app": str(bot["app_id"])}
