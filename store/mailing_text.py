"""The texts of mailings: who is addressed how, and the mail that a template makes for one recipient.

A blank line separates paragraphs and an address that starts with http becomes a link; all else is shown as typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Self

from babel.dates import format_date

from store.mailing_template import CLOSES, FIELDS, OPENS, CompiledText, filled, without_signs, without_unprintable

LONGEST_FIELD = 500

_SALUTATIONS = {"en": "Dear {name}", "fr": "Bonjour {name}", "nl": "Beste {name}"}


_LINK = re.compile(
    f"{OPENS}[^{CLOSES}]*{CLOSES}"
    rf'|https?://(?:[^\s<>"{OPENS}{CLOSES}]|{OPENS}[^\s{CLOSES}]*{CLOSES})+'
)


@dataclass(frozen=True, slots=True)
class RenderedText:
    """`subject` is one line; `text` has "\\n" line ends; `html` is a fragment of paragraphs."""

    subject: str
    text: str
    html: str


def fields_for(
    *,
    name: str,
    company: str,
    function: str,
    language: str,
    sender_name: str,
    sender_mail: str,
    unsubscribe_url: str,
    on: date,
) -> dict[str, str]:
    """Every field for one recipient; `name` is a person's, "" when the mail goes to a company as such.

    The first word of a name is taken for the first name.
    """
    first_name, _space, last_name = name.partition(" ")
    addressed = name or company
    return {
        "first_name": first_name,
        "last_name": last_name,
        "name": addressed,
        "company": company,
        "function": function,
        "salutation": _SALUTATIONS[language].format(name=addressed) if addressed else "",
        "sender_name": sender_name,
        "sender_mail": sender_mail,
        "unsubscribe_url": unsubscribe_url,
        "today": format_date(on, "long", locale=language),
    }


def render(text: CompiledText, fields: Mapping[str, str]) -> RenderedText:
    """The mail for one recipient; an empty field prints nothing. Raises BookError when it becomes too long."""
    values = {name: _one_line(fields.get(name, "")) for name in FIELDS}
    body = filled(text.body, values)
    return RenderedText(
        subject=" ".join(without_signs(filled(text.subject, values)).split()),
        text=without_signs(body),
        html=_as_html(body, link=values["unsubscribe_url"]),
    )


def missing_fields(text: CompiledText, fields: Mapping[str, str]) -> list[str]:
    """The fields that would be printed although they are empty for this recipient ("Dear ,"), in FIELDS' order."""
    printed: set[str] = set()
    values = {name: _one_line(fields.get(name, "")) or _Empty.field(name, printed) for name in FIELDS}
    filled(text.subject, values)
    filled(text.body, values)
    return [name for name in FIELDS if name in printed]


class _Empty(str):
    """An empty field that tells when it is printed."""

    __slots__ = ("_name", "_printed")
    _name: str
    _printed: set[str]

    @classmethod
    def field(cls, name: str, printed: set[str]) -> Self:
        made = cls()
        made._name, made._printed = name, printed
        return made

    def __str__(self) -> str:
        self._printed.add(self._name)
        return ""


def _one_line(value: str) -> str:
    return " ".join(without_signs(without_unprintable(value)).split())[:LONGEST_FIELD]


def _as_html(body: str, *, link: str) -> str:
    paragraphs: list[list[str]] = [[]]
    for line in body.split("\n"):
        if line.strip():
            paragraphs[-1].append(_line_as_html(line.strip(), link))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n".join(f"<p>{'<br>'.join(lines)}</p>" for lines in paragraphs if lines)


def _line_as_html(line: str, link: str) -> str:
    made, done = [], 0
    for found in _LINK.finditer(line):
        made += [escape(without_signs(line[done : found.start()])), _found_as_html(found[0], link)]
        done = found.end()
    return "".join((*made, escape(without_signs(line[done:]))))


def _found_as_html(found: str, link: str) -> str:
    if found.startswith(OPENS) and (not link or without_signs(found) != link):
        return escape(without_signs(found))
    address = found.rstrip(".,;:!?)'")
    url = escape(without_signs(address))
    return f'<a href="{url}">{url}</a>{escape(found[len(address) :])}'
