"""HTML pages from the Jinja2 templates that stand beside each page's styles and scripts."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

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


def page(template: str, *, page: str = "", language: str = "en", **values: object) -> HTMLResponse:
    """The template filled in; `page` marks the door in the bar that is open."""
    html = _environment.get_template(template).render(page=page, language=language, words=WORDS[language], **values)
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})
