"""What a relation is to others: the list of its links as of a day, and what can be done with each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, words
from bot.slack.fields import Text
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import RELATION_MENU, Menu
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.slack.validity import validity
from bot.texts import _
from store.links import Link, LinkEnd, LinkGroup, links_of
from store.relations import Relation
from store.words import fold

SHOWN = 20
LINK_MENU = Menu("link")
_AS_OF = "link/as_of"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which links of a relation: `on` a day, `others` whose names hold this text, and those that are over too."""

    relation_id: int
    on: date
    shows_past: bool = False
    others: str = ""

    def __str__(self) -> str:
        return f"{self.relation_id}:{self.on}:{int(self.shows_past)}:{self.others[:100]}"

    @classmethod
    def read(cls, text: str) -> Asked:
        relation_id, on, past, others = text.split(":", 3)
        return cls(int(relation_id), date.fromisoformat(on), past == "1", others)


class FilterForm(Form, id="links_filter", title=_("Links"), submit=_("Show")):
    others = Text(_("Name of the other"), hint=_("Part of it is enough"))


def show_links(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, Asked(relation_id, interaction.caller.today))


def _show(interaction: Interaction, asked: Asked, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        relation = seen_relation(session, caller, asked.relation_id)
        blocks = link_blocks(session, caller, relation, asked)
    interaction.say(relation.name, blocks, replace=replacing)


def link_blocks(session: Session, caller: Caller, relation: Relation, asked: Asked | None = None) -> list[Json]:
    """What the relation is to whom, by type and direction; what is over stands behind a button."""
    t, asked = caller.t, asked or Asked(relation.id, caller.today)
    found = list(_wanted(links_of(session, relation.id, asked_by=caller.collaborator), asked.others))
    current = [(group, end) for group, end in found if _is_current(end.link, asked.on, caller.today)]
    past = [(group, end) for group, end in found if (end.link.until_on or date.max) < asked.on]
    when = "" if asked.on == caller.today else " " + t(_("— as of {day}"), day=t.day(asked.on, today=caller.today))
    none = [] if current else words(t(_("No link to anybody else is known.")))
    blocks = [rich([*words(relation.name, bold=True), *words(when)], none), *_rows(caller, current)]
    if asked.shows_past and past:
        blocks += [rich(words(t(_("Past")), bold=True)), *_rows(caller, past)]
    if len(current) > SHOWN:
        blocks.append(context(plain(t(_("There are more: “Filter” shows those whose name holds what you type.")))))
    return [*blocks, *_foot(caller, asked, len(past), has_many=len(found) > SHOWN)]


def _wanted(groups: Sequence[LinkGroup], others: str) -> Iterator[tuple[LinkGroup, LinkEnd]]:
    wanted = fold(others)
    return ((group, end) for group in groups for end in group.ends if wanted in fold(end.other.name))


def _is_current(link: Link, on: date, today: date) -> bool:
    """There on that day; of today's list also what begins later, lest somebody add it twice."""
    return link.is_there(on) or (on == today and link.since_on is not None and link.since_on > on)


def _rows(caller: Caller, found: Sequence[tuple[LinkGroup, LinkEnd]]) -> Iterator[Json]:
    label = ""
    for group, end in found[:SHOWN]:
        if (its_label := group.label(caller.t.language)) != label:
            label = its_label
            yield rich(words(label))
        yield section(plain(_line(caller, end)), accessory=LINK_MENU.element(caller, end.link.id))


def _line(caller: Caller, end: LinkEnd) -> str:
    days = validity(caller, end.link.since_on, end.link.until_on)
    name = f"• {end.other.name}" + (f" ({days})" if days else "")
    return f"{name}\n{end.link.notes}" if end.link.notes else name


def _foot(caller: Caller, asked: Asked, past: int, *, has_many: bool) -> list[Json]:
    t = caller.t
    elements = [button(t(_("+ New link")), "link/new", str(asked.relation_id))]
    if past:
        folded = t.n("{number} past link: show", "{number} past links: show", past)
        shown = t(_("Fold past links"))
        turned = replace(asked, shows_past=not asked.shows_past)
        elements.append(button(shown if asked.shows_past else folded, "link/past", str(turned)))
    if has_many or asked.others:
        elements.append(button(t(_("Filter")), "link/filter", str(asked)))
    day = {"type": "datepicker", "action_id": _AS_OF, "initial_date": asked.on.isoformat()}
    as_of = section(plain(t(_("As they were on"))), accessory=day, block_id=f"{_AS_OF}:{asked}"[:255])
    return [as_of, actions(*elements)]


def _show_past(interaction: Interaction) -> None:
    interaction.ack()
    _show(interaction, Asked.read(interaction.value), replacing=True)


def _show_as_of(interaction: Interaction) -> None:
    interaction.ack()
    asked = Asked.read(str(interaction.payload["block_id"]).removeprefix(f"{_AS_OF}:"))
    on = date.fromisoformat(interaction.payload.get("selected_date") or asked.on.isoformat())
    _show(interaction, replace(asked, on=on), replacing=True)


def _open_filter(interaction: Interaction) -> None:
    asked = Asked.read(interaction.value)

    def build(_caller: Caller) -> FilterForm:
        form = FilterForm(asked=str(asked))
        form.others = asked.others
        return form

    open_form(interaction, build)


def _filter(session: Session, caller: Caller, form: FilterForm) -> Saved:
    asked = replace(Asked.read(form.about["asked"]), others=form.others.replace(":", " "))
    relation = seen_relation(session, caller, asked.relation_id)
    return Saved(relation.name, link_blocks(session, caller, relation, asked))


def _of_typed(interaction: Interaction, text: str) -> None:
    """ "Acme", or "Acme, bolt" for those of its links whose name holds "bolt"."""
    name, _comma, others = text.partition(",")
    asked = Asked(0, interaction.caller.today, others=" ".join(others.replace(":", " ").split()))
    with_relation(interaction, name, _show_asked, "link/list", lambda id_: str(replace(asked, relation_id=id_)))


def _show_asked(interaction: Interaction, asked: str) -> None:
    interaction.ack()
    _show(interaction, Asked.read(asked))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("links", "relations"), "fr": ("liens", "relations"), "nl": ("verbindingen", "relaties")},
            "Acme",
            _("To whom somebody is linked, and who to them"),
            _of_typed,
            reads=True,
        )
    )
    serve_form(slack, Serving(FilterForm, save=_filter))
    slack.action("link/list", lambda interaction: _show_asked(interaction, interaction.value))
    slack.action("link/past", _show_past)
    slack.action("link/filter", _open_filter)
    slack.action(_AS_OF, _show_as_of)
    slack.menu(RELATION_MENU, "links", _("Links"), show_links, at=20)
