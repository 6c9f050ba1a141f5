"""`/crm list`: the relations of a status, priority or country, now or as they were on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, words
from bot.slack.finding import in_use
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.subcommands import Subcommand
from bot.texts import _
from bot.typed_days import split_day, typed_day
from store.base import BookError
from store.countries import country_code, country_name
from store.domain import Listed
from store.relation_facts import relations_with
from store.relations import Relation
from store.statuses import RelationPriority, RelationStatus
from store.words import fold

PAGE = 20
_ON = re.compile(r"(?:^|\s)(?:on|le|op)\s*:\s*(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which relations to show; travels in a button's value. `on` None: as they are now."""

    status_id: int = 0
    priority_id: int = 0
    country: str = ""
    on: date | None = None
    page: int = 0

    def __str__(self) -> str:
        return f"{self.status_id}:{self.priority_id}:{self.country}:{self.on or ''}:{self.page}"

    @classmethod
    def read(cls, value: str) -> Self:
        status_id, priority_id, country, on, page = value.split(":")
        return cls(int(status_id), int(priority_id), country, date.fromisoformat(on) if on else None, int(page))


def show_typed(interaction: Interaction, text: str) -> None:
    """ "client A Belgium on:2026-01-31", the day also without "on:". Raises BookError for what is none of these."""
    interaction.ack()
    caller = interaction.caller
    typed_on = _ON.search(text)
    lines, on = (
        (text[: typed_on.start()], _day(caller, typed_on[1].strip()))
        if typed_on
        else split_day(text, caller.t, today=caller.today, is_ahead=False)
    )
    _say(interaction, replace(_lines_named(caller, lines), on=on))


def _day(caller: Caller, typed: str) -> date:
    day = typed_day(typed, caller.t, today=caller.today, is_ahead=False)
    if day is None:
        raise BookError(_("“{typed}” is not a day: type it like 2026-01-31, or leave it out."), typed=typed)
    return day


def _lines_named(caller: Caller, text: str) -> Wanted:
    """By their labels in any language; the longest first, for labels have several words."""
    rest, found = f" {fold(text)} ", {}
    for kind in (RelationStatus, RelationPriority):
        lines: list[Listed] = sorted(in_use(caller, kind), key=lambda one: -len(one.label_en))
        for one in lines:
            said = next((name for name in _names(one) if f" {name} " in rest), None)
            if said is not None and kind not in found:
                found[kind] = one.id
                rest = rest.replace(f" {said} ", " ", 1)
    country = country_code(rest)
    if rest.strip() and not country:
        kinds = (RelationStatus, RelationPriority)
        known = [one.label(caller.t.language) for kind in kinds for one in in_use(caller, kind)]
        raise BookError(
            _("“{typed}” is no status, priority or country. There are: {known}."), typed=rest.strip(), known=known
        )
    return Wanted(found.get(RelationStatus, 0), found.get(RelationPriority, 0), country)


def _names(one: Listed) -> list[str]:
    return [fold(label) for label in (one.label_en, one.label_fr, one.label_nl)]


def list_blocks(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    t = caller.t
    found = relations_with(
        session,
        asked_by=caller.collaborator,
        status_id=wanted.status_id or None,
        priority_id=wanted.priority_id or None,
        country=wanted.country,
        today=caller.today,
        on=wanted.on,
        limit=PAGE + 1,
        offset=wanted.page * PAGE,
    )
    blocks = [rich(words(_title(session, t(_("Relations")), caller, wanted), bold=True))]
    blocks += [_row(session, caller, one) for one in found[:PAGE]]
    if not found:
        blocks.append(section(plain(t(_("No relation fits.")))))
    if wanted.on is not None:
        blocks.append(context(plain(t(_("As it was on {day}."), day=t.in_figures(wanted.on)))))
    return [*blocks, *_pages(caller, wanted, has_more=len(found) > PAGE)]


def _title(session: Session, title: str, caller: Caller, wanted: Wanted) -> str:
    country = [country_name(wanted.country, caller.t.language)] if wanted.country else []
    return " · ".join([title, *_labels(session, caller, wanted.status_id, wanted.priority_id), *country])


def _row(session: Session, caller: Caller, one: Relation) -> Json:
    text = " · ".join([one.name, *_labels(session, caller, one.status_id, one.priority_id)])
    return section(plain(text), accessory=button(caller.t(_("Open")), "relation/show", str(one.id)))


def _labels(session: Session, caller: Caller, status_id: int | None, priority_id: int | None) -> list[str]:
    lines: list[Listed | None] = [
        session.get(RelationStatus, status_id or 0),
        session.get(RelationPriority, priority_id or 0),
    ]
    return [one.label(caller.t.language) for one in lines if one is not None]


def _pages(caller: Caller, wanted: Wanted, *, has_more: bool) -> list[Json]:
    ways = []
    if wanted.page:
        back = str(replace(wanted, page=wanted.page - 1))
        ways.append(button(caller.t(_("Back")), "relation_list/back", back))
    if has_more:
        ways.append(button(caller.t(_("Next")), "relation_list/next", str(replace(wanted, page=wanted.page + 1))))
    return [actions(*ways)] if ways else []


def _say(interaction: Interaction, wanted: Wanted, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = list_blocks(session, caller, wanted)
    interaction.say(caller.t(_("Relations")), blocks, replace=replacing)


def _turn(interaction: Interaction) -> None:
    interaction.ack()
    _say(interaction, Wanted.read(interaction.value), replacing=True)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("list",), "fr": ("liste",), "nl": ("lijst",)},
            _("client A"),
            _("The relations of a status, priority or country, also as of a day"),
            show_typed,
            reads=True,
        )
    )
    for key in ("back", "next"):
        slack.action(f"relation_list/{key}", _turn)
