"""The business document that an action is about: an invoice, an order, a policy that stands in another program."""

from __future__ import annotations

from dataclasses import dataclass

from store.actions import Action
from store.base import BookError, _
from store.typed import line_typed

_SCHEMES = ("https://", "http://", "file://")


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """Its `kind` ("Invoice"), the `journal` and `number` that it has there, and where it opens; any may be ""."""

    kind: str = ""
    journal: str = ""
    number: str = ""
    url: str = ""

    @property
    def opens_in_browser(self) -> bool:
        """A shared folder's file does not open from Slack."""
        return is_on_the_web(self.url)

    @property
    def name(self) -> str:
        """ "Invoice VEN 2026-118"; its address when it has nothing else."""
        return " ".join(part for part in (self.kind, self.journal, self.number) if part) or self.url


def is_on_the_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def checked_link(linked: LinkedDocument) -> LinkedDocument | None:
    """As it is stored; None when it says nothing.

    Raises BookError at `linked_kind`, `linked_journal`, `linked_number` or `linked_url`.
    """
    url = line_typed(linked.url, field="linked_url", limit=2000)
    if url and (not url.startswith(_SCHEMES) or " " in url):
        raise BookError(_("An address begins with https:// (or file:// for a shared folder)."), field="linked_url")
    kind, journal, number = (
        line_typed(getattr(linked, name), field=f"linked_{name}", limit=100) for name in ("kind", "journal", "number")
    )
    return LinkedDocument(kind, journal, number, url) if kind or journal or number or url else None


def link_of(action: Action) -> LinkedDocument | None:
    """None for an action that is about none."""
    linked = LinkedDocument(action.linked_kind, action.linked_journal, action.linked_number, action.linked_url)
    return linked if linked.name else None


def put_link(action: Action, linked: LinkedDocument | None) -> None:
    linked = linked or LinkedDocument()
    if linked.url != action.linked_url:
        action.linked_address_id = None  # whoever looks after addresses finds the new one
    action.linked_kind, action.linked_journal = linked.kind, linked.journal
    action.linked_number, action.linked_url = linked.number, linked.url
