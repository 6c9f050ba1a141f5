"""What the searching fields of all forms search: relations with their contacts, people of one relation, colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.office import Caller
from bot.slack.fields import Option, Options
from bot.texts import _
from store.collaborators import Collaborator, collaborators_matching
from store.domain import L, Listed
from store.kept_lists import kept_lists
from store.search import Found, search_options

SHOWN = 50
MEANT = "meant"
"""Where `about` carries what a sentence called the relation, when it may mean several or none."""


def reference(relation_id: int, contact_id: int | None) -> str:
    """The value of an option that stands for a relation, or for a contact at it."""
    return f"{relation_id}.{contact_id}" if contact_id else str(relation_id)


def referred(option: Option) -> tuple[int, int | None]:
    """Relation id and contact id of such an option."""
    relation, _dot, contact = option.value.partition(".")
    return int(relation), int(contact) if contact else None


def find_relations(caller: Caller, typed: str, form: Any = None) -> Options:
    """Relations and contacts; at the end, "create it" for a name that was not found as typed.

    Before anything is typed, those whom the sentence may mean that opened the form.
    """
    typed = typed or (form.about.get(MEANT, "") if form is not None else "")
    with caller.reading() as session:
        found = search_options(session, typed, asked_by=caller.collaborator, on=caller.today, limit=SHOWN)
    options = [Option(reference(o.relation_id, o.contact_id), o.label) for o in found.options]
    name = " ".join(typed.split())[:100]
    if len(name) > 1 and not any(name.casefold() == option.label.casefold() for option in options):
        options.append(Option(f"new:{name}", caller.t(_("+ New relation “{name}”"), name=name)))
    # Of words that many have, not all is read.
    is_full = len(found.options) >= SHOWN
    more = (
        caller.t(_("More than {shown} found: type on"), shown=SHOWN) if is_full else caller.t(_("Type on to find more"))
    )
    return Options(options, _note(caller, found, more))


def find_known(caller: Caller, typed: str, form: Any = None) -> Options:
    """As `find_relations`, without "create it"."""
    found = find_relations(caller, typed, form)
    return Options([option for option in found.found if not option.is_new], found.note)


def find_people(caller: Caller, typed: str, _form: Any = None) -> Options:
    """Contacts only: those who can be invited or written to."""
    with caller.reading() as session:
        found = search_options(session, typed, asked_by=caller.collaborator, on=caller.today, limit=100)
    options = [Option(str(o.contact_id), o.label) for o in found.options if o.contact_id]
    return Options(options, _note(caller, found, caller.t(_("Type on to find more"))))


def _note(caller: Caller, found: Found, more: str) -> str:
    if found.is_near:
        return caller.t(_("Not found as typed. Did you mean:"))
    return more if found.has_more else ""


def find_colleagues(caller: Caller, typed: str, _form: Any = None) -> Options:
    with caller.reading() as session:
        return Options([colleague(one) for one in collaborators_matching(session, typed, limit=SHOWN)])


def colleague(one: Collaborator) -> Option:
    return Option(str(one.id), one.name)


def lines_of(caller: Caller, kind: type[Any]) -> list[Option]:
    """The lines in use of one of the office's lists, in the caller's language."""
    return [line_option(line, caller) for line in in_use(caller, kind)]


def in_use(caller: Caller, kind: type[L]) -> Sequence[L]:
    """The lines themselves, in the office's order: to be shown, not to be changed."""
    if kind not in caller.lists:
        look_up(caller, kind)
    return caller.lists[kind]


def look_up(caller: Caller, *kinds: type[Listed]) -> None:
    """The lists that a form shows, for `in_use`: with one question to the book instead of one each."""
    with caller.reading() as session:
        caller.lists.update(kept_lists(session, *kinds))


def line_option(line: Listed, caller: Caller) -> Option:
    return Option(str(line.id), line.label(caller.t.language))
