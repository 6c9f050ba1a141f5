"""HTML pages from the Jinja2 templates that stand beside each page's styles and scripts."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from integrations.playground.people import Person

HERE = Path(__file__).parent

# Pages load nothing from elsewhere; a mail's own pictures come inside it as data.
POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"

WORDS = {
    "en": {"skip": "Skip to content", "pages": "Pages", "slack": "Slack", "mail": "Mail", "calendar": "Calendar"},
    "fr": {
        "skip": "Aller au contenu",
        "pages": "Pages",
        "slack": "Slack",
        "mail": "Courrier",
        "calendar": "Calendrier",
    },
    "nl": {"skip": "Naar de inhoud", "pages": "Pagina's", "slack": "Slack", "mail": "Mail", "calendar": "Agenda"},
}

_environment = Environment(
    loader=FileSystemLoader([HERE / "page", HERE / "exchange/page", HERE / "calendar/page"]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def doors_of(person: Person) -> dict[str, str]:
    """What to add to each door's path to go through it as that person."""
    mailbox = f"?{urlencode({'person': person.mail})}"
    slack = f"#/{quote(person.slack_user)}" if person.slack_user else ""
    return {"slack": slack, "mail": mailbox, "calendar": mailbox}


def page(template: str, *, page: str = "", language: str = "en", **values: object) -> HTMLResponse:
    """The template filled in; `page` marks the door in the bar that is open."""
    html = _environment.get_template(template).render(page=page, language=language, words=WORDS[language], **values)
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})


class PageFiles(StaticFiles):
    """Styles and scripts: kept by the browser, but asked for again, so that a new version shows at the next visit."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response
