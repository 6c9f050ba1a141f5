"""The notes of a relation or contact in Slack: pages of them, of all days or of some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, filled, rich, words
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.intervals import require_order, said_interval, split_interval
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import CONTACT_MENU, RELATION_MENU
from bot.slack.note_card import note_row
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.notes import notes_of

PAGE = 8


class NoteDaysForm(Form, id="note_days", title=_("Notes"), submit=_("Show")):
    first = Day(_("From")).optional()
    last = Day(_("To")).optional()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes to show; travels in a button's value. Of the contact when there is one, else of the relation."""

    relation_id: int
    contact_id: int = 0
    first: date | None = None
    last: date | None = None
    page: int = 0

    def __str__(self) -> str:
        place = f"{self.relation_id}.{self.contact_id}"
        return f"{place}:{self.first or ''}:{self.last or ''}:{self.page}"

    @classmethod
    def read(cls, value: str) -> Self:
        """A bare id of a relation is all its notes."""
        place, *rest = value.split(":")
        relation_id, _dot, contact_id = place.partition(".")
        first, last, page = rest or ("", "", "0")
        first_on, last_on = (date.fromisoformat(day) if day else None for day in (first, last))
        return cls(int(relation_id), int(contact_id or 0), first_on, last_on, int(page))


def show_typed(interaction: Interaction, text: str) -> None:
    """ "Acme from:1 September to:30 September". Raises BookError for what is no day."""
    name, first, last = split_interval(interaction.caller, text)
    with_relation(interaction, name, _show, "note/list", lambda one: str(Wanted(one, 0, first, last)))


def _show(interaction: Interaction, value: str, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = note_blocks(session, caller, Wanted.read(value))
    interaction.say(caller.t(_("Notes")), blocks, replace=replacing)


def note_blocks(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    """A page of the notes, newest first, and the ways to others. Raises NotFound."""
    t = caller.t
    wanted, names = _as_it_is_now(session, caller, wanted)
    place = {"contact_id": wanted.contact_id} if wanted.contact_id else {"relation_id": wanted.relation_id}
    found = notes_of(
        session,
        asked_by=caller.collaborator,
        first_on=wanted.first,
        last_on=wanted.last,
        limit=PAGE + 1,
        offset=wanted.page * PAGE,
        **place,
    )
    title = t(_("Notes: {name}"), name=" · ".join(names))
    blocks = [rich([*words(title, bold=True), *words(said_interval(caller, wanted.first, wanted.last))])]
    blocks += [note_row(caller, note) for note in found[:PAGE]]
    if not found:
        blocks.append(rich(_nothing(caller, names[0], wanted)))
    return [*blocks, _below(caller, wanted, has_more=len(found) > PAGE)]


def _as_it_is_now(session: Session, caller: Caller, wanted: Wanted) -> tuple[Wanted, tuple[str, ...]]:
    """By the ids that those of a merged relation or contact lead to; the name to type, and where a contact is. Raises
    NotFound.
    """
    if wanted.contact_id:
        contact = seen_contact(session, caller, wanted.contact_id)
        names = (contact.person.name, contact.relation.name)
        return replace(wanted, relation_id=contact.relation_id, contact_id=contact.id), names
    relation = seen_relation(session, caller, wanted.relation_id)
    return replace(wanted, relation_id=relation.id), (relation.name,)


def _nothing(caller: Caller, typed: str, wanted: Wanted) -> Words:
    if wanted.first or wanted.last:
        return words(caller.t(_("No note on these days.")))
    said = caller.t(_("No note yet. “+ New note” writes the first one, or type `/crm note {name}`."))
    return filled(said, name=typed)


def _below(caller: Caller, wanted: Wanted, *, has_more: bool) -> Json:
    t = caller.t
    elements = [button(t(_("+ New note")), "note/new", f"{wanted.relation_id}.{wanted.contact_id}")]
    if wanted.page:
        elements.append(button(t(_("Back")), "note/list/back", str(replace(wanted, page=wanted.page - 1))))
    if has_more:
        elements.append(button(t(_("Next")), "note/list/next", str(replace(wanted, page=wanted.page + 1))))
    return actions(*elements, button(t(_("Other days")), "note/days", str(replace(wanted, page=0))))


def _days_form(value: str) -> NoteDaysForm:
    wanted = Wanted.read(value)
    form = NoteDaysForm(record=value)
    form.first, form.last = wanted.first, wanted.last
    return form


def _show_days(session: Session, caller: Caller, form: NoteDaysForm) -> Saved:
    require_order(form.first, form.last)
    wanted = replace(Wanted.read(str(form.about["record"])), first=form.first, last=form.last)
    return Saved(caller.t(_("Notes")), note_blocks(session, caller, wanted))


def _listing(*, replacing: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        _show(interaction, interaction.value, replacing=replacing)

    return press


def _show_of_relation(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, str(Wanted(relation_id)))


def _show_of_contact(interaction: Interaction, contact_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        relation_id = seen_contact(session, caller, contact_id).relation_id
    _show(interaction, str(Wanted(relation_id, contact_id)))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("notes",), "fr": ("notes",), "nl": ("notities",)},
            _("Dupont from:2026-01-01"),
            _("The notes of a relation, all or of some days"),
            show_typed,
            reads=True,
        )
    )
    serve_form(slack, Serving(NoteDaysForm, save=_show_days))
    slack.action("note/list", _listing(replacing=False))
    for key in ("back", "next"):
        slack.action(f"note/list/{key}", _listing(replacing=True))
    slack.action("note/days", lambda interaction: open_form(interaction, lambda _caller: _days_form(interaction.value)))
    slack.menu(RELATION_MENU, "notes", _("Notes"), _show_of_relation, at=35)
    slack.menu(CONTACT_MENU, "notes", _("Notes"), _show_of_contact, at=55)
