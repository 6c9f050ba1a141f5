"""The pages that contacts see: one question, its buttons, the office's name and nothing else. No JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.office import Office
from bot.texts import Texts

_environment = Environment(loader=PackageLoader("templates", "web"), autoescape=True, undefined=StrictUndefined)


def page(office: Office, t: Texts, *, title: str, text: str, buttons: Sequence[tuple[str, str]] = ()) -> str:
    """HTML. `buttons` are (value of the field `scope`, text) pairs that POST to the page's own address."""
    return _environment.get_template("page.html.j2").render(
        language=t.language, office=office.settings.office.name, title=title, text=text, buttons=buttons
    )
