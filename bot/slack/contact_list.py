"""The contacts of a relation: who is there, filtered by kind or group, in their rank; who was there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, select_menu, words
from bot.slack.contact_card import contact_line
from bot.slack.contact_filters import contacts_found, group_options
from bot.slack.finding import in_use
from bot.slack.interaction import Interaction
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import with_relation
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.collaborators import LANGUAGES
from store.contact_filters import filter_seen_by
from store.contacts import Contact, ContactKind, Grouping, contacts_of, rank_contact
from store.domain import Listed
from store.words import fold

PAGE = 8
KIND, GROUPING, FILTER = "k", "g", "f"
FILTERS = {
    KIND: ("type", "soort", "genre", "kind"),
    GROUPING: ("group", "groupe", "groep", "grouping", "regroupement", "groepering"),
}
LISTS: dict[str, type[Any]] = {KIND: ContactKind, GROUPING: Grouping}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a relation's contacts to show; travels in a button's value. `by` and `line_id` are the filter.

    `line_id` is that of a line of the office's lists, or of a saved filter (FILTER).
    """

    relation_id: int
    by: str = ""
    line_id: int = 0
    page: int = 0
    is_past: bool = False

    @property
    def value(self) -> str:
        return f"{self.relation_id}:{self.by}:{self.line_id}:{self.page}:{int(self.is_past)}"

    @classmethod
    def read(cls, value: str) -> Self:
        """A bare id of a relation is all who are there."""
        relation_id, *rest = value.split(":")
        if not rest:
            return cls(int(relation_id))
        by, line_id, page, is_past = rest
        return cls(int(relation_id), by, int(line_id), int(page), is_past == "1")

    @property
    def kind_id(self) -> int | None:
        return self.line_id if self.by == KIND else None


# What was typed


def show_typed(interaction: Interaction, text: str) -> None:
    """ "Acme type:purchases": the filter by its name in any language."""
    name, by, line_id = filter_typed(interaction.caller, text)
    with_relation(interaction, name, show, "contact/list", lambda relation_id: Wanted(relation_id, by, line_id).value)


def filter_typed(caller: Caller, text: str) -> tuple[str, str, int]:
    """The relation's name, and the filter ("" and 0 without one). Raises BookError for a filter that is not known."""
    for by, names in FILTERS.items():
        for name in names:
            before, found, behind = _split(text, f"{name}:")
            if found:
                line, rest = _named(caller, LISTS[by], behind)
                return f"{before} {rest}".strip(), by, line.id
    return text.strip(), "", 0


def _split(text: str, mark: str) -> tuple[str, bool, str]:
    at = f" {text}".casefold().find(f" {mark}")
    return (text, False, "") if at < 0 else (text[:at].strip(), True, text[at + len(mark) :].strip())


def _named(caller: Caller, kind: type[Any], typed: str) -> tuple[Listed, str]:
    """The line that the typed words begin with, else begin; and the words behind its name."""
    lines: Sequence[Listed] = in_use(caller, kind)
    pieces = typed.split()
    for number in range(len(pieces), 0, -1):
        wanted = fold(" ".join(pieces[:number]))
        found = [one for one in lines if wanted in _names_of(one)]
        found = found or [one for one in lines if any(name.startswith(wanted) for name in _names_of(one))]
        if len(found) == 1:
            return found[0], " ".join(pieces[number:])
    known = caller.t.list([one.label(caller.t.language) for one in lines])
    raise BookError(_("“{typed}” is none of these: {known}."), typed=typed, known=known or "–")


def _names_of(one: Listed) -> set[str]:
    return {fold(one.key.replace("_", " ")), *(fold(one.label(language)) for language in LANGUAGES)}


# The list


def show(interaction: Interaction, value: str, *, replace: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = contact_list(session, caller, Wanted.read(value))
    interaction.say(caller.t(_("Contacts")), blocks, replace=replace)


def contact_list(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    """A page of those who are there, or were, each with what can be done."""
    t, relation = caller.t, seen_relation(session, caller, wanted.relation_id)
    wanted = replace(wanted, relation_id=relation.id)
    found, past = _found(session, caller, wanted)
    shown = past if wanted.is_past else found
    title = t(_("Past contacts of {relation}")) if wanted.is_past else t(_("Contacts of {relation}"))
    said = _said_of_filter(session, caller, wanted)
    behind = f" — {said}" if said else ""
    blocks = [rich([*words(title.format(relation=relation.name), bold=True), *words(behind)])]
    first = wanted.page * PAGE
    for contact in shown[first : first + PAGE]:
        rank = contact.rank(wanted.kind_id) if wanted.kind_id else None
        blocks.append(contact_line(session, caller, contact, rank=rank))
        blocks += [] if wanted.is_past else _moves(caller, contact, wanted)
    if not shown:
        blocks.append(section(plain(_nobody(caller, relation.name, wanted))))
    if len(shown) > PAGE:
        last = min(first + PAGE, len(shown))
        said = t(_("{first} to {last} of {number}"), first=first + 1, last=last, number=len(shown))
        blocks.append(context(plain(said)))
    return [*blocks, *_below(caller, wanted, len(shown), len(past))]


def _said_of_filter(session: Session, caller: Caller, wanted: Wanted) -> str:
    if wanted.by == FILTER:
        return filter_seen_by(session, wanted.line_id, asked_by=caller.collaborator).name
    row = session.get(LISTS[wanted.by], wanted.line_id) if wanted.by else None
    return row.label(caller.t.language) if row else ""


def _found(session: Session, caller: Caller, wanted: Wanted) -> tuple[list[Contact], list[Contact]]:
    """Those who are there today, and those who left."""
    grouping_id = wanted.line_id if wanted.by == GROUPING else None
    ever = contacts_of(
        session,
        wanted.relation_id,
        asked_by=caller.collaborator,
        on=None,
        kind_id=wanted.kind_id,
        grouping_id=grouping_id,
    )
    past = [one for one in ever if one.until_on is not None and one.until_on < caller.today]
    if wanted.by == FILTER:
        found = set(contacts_found(session, caller, wanted.line_id, wanted.relation_id))
        return [one for one in ever if one.id in found], []
    return [one for one in ever if one not in past], past


def _nobody(caller: Caller, relation: str, wanted: Wanted) -> str:
    if wanted.by or wanted.is_past:
        return caller.t(_("Nobody."))
    return caller.t(_("No contact at {relation} yet."), relation=relation)


def _moves(caller: Caller, contact: Contact, wanted: Wanted) -> list[Json]:
    if wanted.kind_id is None:
        return []
    value = f"{contact.id}:{wanted.value}"
    up, down = button(caller.t(_("Up")), "contact/up", value), button(caller.t(_("Down")), "contact/down", value)
    return [actions(up, down)]


def _below(caller: Caller, wanted: Wanted, number: int, past: int) -> list[Json]:
    t, first = caller.t, replace(wanted, page=0)
    elements = [button(t(_("+ New contact")), "contact/new", str(wanted.relation_id))]
    if wanted.page:
        elements.append(button(t(_("Back")), "contact/list/back", replace(wanted, page=wanted.page - 1).value))
    if number > (wanted.page + 1) * PAGE:
        elements.append(button(t(_("Next")), "contact/list/next", replace(wanted, page=wanted.page + 1).value))
    if wanted.is_past:
        elements.append(button(t(_("Who is there now")), "contact/list/past", replace(first, is_past=False).value))
    elif past:
        said = t(_("Past contacts ({number})"), number=past)
        elements.append(button(said, "contact/list/past", replace(first, is_past=True).value))
    offered = [(replace(first, by="", line_id=0).value, t(_("Everybody")))]
    for by, kind in LISTS.items():
        lines: Sequence[Listed] = in_use(caller, kind)
        offered += [(replace(first, by=by, line_id=one.id).value, one.label(t.language)) for one in lines]
    groups = group_options(caller)
    offered += [(replace(first, by=FILTER, line_id=one.id).value, one.label) for one in groups]
    return [actions(*elements, select_menu("contact/list/filter", offered[:100], chosen=first.value))]


# Moving in rank


def _moving(by: int) -> Listener:
    def move(interaction: Interaction) -> None:
        interaction.ack()
        contact_id, _colon, value = interaction.value.partition(":")
        wanted, caller = Wanted.read(value), interaction.caller
        assert wanted.kind_id is not None, "only a list of one kind has these buttons"
        with interaction.writing() as session:
            rank = seen_contact(session, caller, int(contact_id)).rank(wanted.kind_id)
            if rank is not None:
                rank_contact(session, int(contact_id), by=caller.collaborator, kind_id=wanted.kind_id, rank=rank + by)
        show(interaction, value, replace=True)

    return move


def _showing(*, replace: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        show(interaction, interaction.value, replace=replace)

    return press


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("contacts",), "fr": ("contacts",), "nl": ("contacten", "contactpersonen")},
            _("Dupont type:purchases"),
            _("The contacts of a relation, all or of one type"),
            show_typed,
            reads=True,
        )
    )
    slack.action("relation/contacts", _showing(replace=False))
    slack.action("contact/list", _showing(replace=False))
    for key in ("back", "next", "past", "filter"):
        slack.action(f"contact/list/{key}", _showing(replace=True))
    slack.action("contact/up", _moving(-1))
    slack.action("contact/down", _moving(+1))
