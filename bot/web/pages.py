"""The pages that contacts see: one question, its buttons, the office's name and nothing else. No JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.office import Office
from bot.texts import Texts, _

_environment = Environment(loader=PackageLoader("templates", "web"), autoescape=True, undefined=StrictUndefined)


def page(
    office: Office,
    t: Texts,
    *,
    title: str,
    text: str,
    buttons: Sequence[tuple[str, str]] = (),
    links: Sequence[tuple[str, str]] = (),
) -> str:
    """HTML. `buttons` are (value of the field `scope`, text) pairs that POST to the page's own address, `links` are
    (address, text) pairs.
    """
    return _environment.get_template("page.html.j2").render(
        language=t.language, office=office.settings.office.name, title=title, text=text, buttons=buttons, links=links
    )


def dead_link(office: Office, t: Texts, text: str) -> HTMLResponse:
    """404: an address that leads nowhere, or no longer; `text` says why and what to do."""
    return HTMLResponse(page(office, t, title=t(_("This link does not work")), text=text), status_code=404)
