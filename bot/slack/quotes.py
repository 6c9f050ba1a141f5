"""Quotes in Slack: three lists with totals, one quote, and whether it was won or lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, Words, actions, button, filled, joined, plain, rich, section, words
from bot.slack.channel_subject import relation_here
from bot.slack.interaction import Interaction
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import OPPORTUNITY_MENU, QUOTE_MENU
from bot.slack.opportunities import switched_on
from bot.slack.opportunity_card import said_of_figures
from bot.slack.quote_form import QuoteForm, blank_form, fetch, save_quote
from bot.slack.seen import seen_opportunity, seen_quote, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.opportunities import OpportunityState
from store.quotes import (
    Quote,
    QuoteState,
    end_quote,
    quote_totals,
    quotes_of,
    remove_quote,
    reopen_quote,
    restore_quote,
)

PAGE = 8
STATES = {
    QuoteState.IN_PROGRESS: _("In progress"),
    QuoteState.WON: _("Contract won"),
    QuoteState.LOST: _("Lost"),
}
VIEW_NAMES = STATES | {QuoteState.WON: _("Contracts won"), QuoteState.LOST: _("Lost quotes")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which quotes to show; travels in a button's value. Of the opportunity when there is one, else of the relation,
    else all.
    """

    relation_id: int = 0
    dossier_id: int = 0
    state: QuoteState = QuoteState.IN_PROGRESS
    page: int = 0

    def __str__(self) -> str:
        return f"{self.relation_id}.{self.dossier_id}:{self.state.value}:{self.page}"

    @classmethod
    def read(cls, value: str) -> Self:
        """A bare id of a relation is its quotes in progress."""
        place, *rest = value.split(":")
        relation_id, _dot, dossier_id = place.partition(".")
        state, page = rest or (QuoteState.IN_PROGRESS.value, "0")
        return cls(int(relation_id or 0), int(dossier_id or 0), QuoteState(state), int(page))

    @property
    def place(self) -> dict[str, int]:
        if self.dossier_id:
            return {"dossier_id": self.dossier_id}
        return {"relation_id": self.relation_id} if self.relation_id else {}


# The lists


@switched_on
def show_typed(interaction: Interaction, text: str) -> None:
    """Of the relation that is named, else of the one that the channel is about, else all."""
    if text:
        with_relation(interaction, text, _show, "quote/list")
    else:
        interaction.ack()
        _show(interaction, str(Wanted(relation_here(interaction.caller, interaction) or 0)))


def _show(interaction: Interaction, value: str, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = list_blocks(session, caller, Wanted.read(value))
    interaction.say(caller.t(_("Quotes")), blocks, replace=replacing)


def list_blocks(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    """A page of them below their number and totals. Raises NotFound."""
    t = caller.t
    whose = _whose(session, caller, wanted)
    title = t.labelled(t(_("Quotes")), whose) if whose else t(_("Quotes"))
    told = {"asked_by": caller.collaborator, "states": (wanted.state,), **wanted.place}
    found = quotes_of(session, limit=PAGE + 1, offset=wanted.page * PAGE, **told)  # type: ignore[arg-type]
    total = " · ".join(
        t.labelled(t.n("{number} quote", "{number} quotes", number), t.money(amount, currency))
        for currency, number, amount in quote_totals(session, **told)  # type: ignore[arg-type]
    )
    head = rich(words(f"{title} — {t(VIEW_NAMES[wanted.state])}", bold=True), words(total))
    rows = [_row(caller, one) for one in found[:PAGE]] or [_empty(caller, wanted)]
    return [head, *rows, _below(caller, wanted, has_more=len(found) > PAGE)]


def _empty(caller: Caller, wanted: Wanted) -> Json:
    if wanted.dossier_id:
        return section(plain(caller.t(_("No quote here."))))
    made_on = _("No quote here. They are made on an opportunity: `/crm opps` shows those in progress.")
    return rich(filled(caller.t(made_on)))


def _whose(session: Session, caller: Caller, wanted: Wanted) -> str:
    if wanted.dossier_id:
        return seen_opportunity(session, caller, wanted.dossier_id).dossier.label
    return seen_relation(session, caller, wanted.relation_id).name if wanted.relation_id else ""


def _row(caller: Caller, one: Quote) -> Json:
    t = caller.t
    relation = one.dossier.relation.name if one.dossier.relation else ""
    told = (one.dossier.name, relation, t.money(one.amount, one.currency), t.day(one.made_on, today=caller.today))
    line = f"{one.label} — {' · '.join(part for part in told if part)}"
    return section(plain(line), accessory=QUOTE_MENU.element(caller, one.id, without=_senseless(one)))


def _senseless(one: Quote) -> tuple[str, ...]:
    if one.state is QuoteState.IN_PROGRESS:
        return ("reopen",)
    return ("won", "lost", "delete") if one.state is QuoteState.WON else ("won", "lost")


def _below(caller: Caller, wanted: Wanted, *, has_more: bool) -> Json:
    t = caller.t
    elements = []
    if wanted.dossier_id:
        elements.append(button(t(_("+ New quote")), "quote/new", str(wanted.dossier_id)))
    for state, label in VIEW_NAMES.items():
        if state is not wanted.state:
            elements.append(button(t(label), f"quote/list/{state.value}", str(replace(wanted, state=state, page=0))))
    if wanted.page:
        elements.append(button(t(_("Back")), "quote/list/back", str(replace(wanted, page=wanted.page - 1))))
    if has_more:
        elements.append(button(t(_("Next")), "quote/list/next", str(replace(wanted, page=wanted.page + 1))))
    return actions(*elements)


# One quote


def quote_card(caller: Caller, one: Quote, *, told: str = "") -> list[Json]:
    """What was offered, to whom, and what came of it; `told` is a sentence above it."""
    t = caller.t
    head = [section(plain(told))] if told else []
    relation = one.dossier.relation.name if one.dossier.relation else ""
    state = t(STATES[one.state])
    ended = f"{state} {t.day(one.ended_on, today=caller.today)}" if one.ended_on else state
    contact = t(_("With {name}"), name=one.contact.person.name) if one.contact else ""
    link: Words = [{"type": "link", "url": one.erp_url}] if one.erp_url else []
    made = t(_("Made {day}"), day=t.day(one.made_on, today=caller.today))
    lines = [
        [*words(one.label, bold=True), *words(f" — {one.dossier.label} · {relation}")],
        joined([words(t.money(one.amount, one.currency)), words(ended), words(made), words(contact)]),
        link,
        *(words(said_of_figures(t, line.label, line, one.currency)) for line in one.lines),
    ]
    return [*head, rich(*lines), actions(QUOTE_MENU.element(caller, one.id, without=("open", *_senseless(one))))]


def _open(interaction: Interaction, quote_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        one = seen_quote(session, caller, quote_id)
        said, card = one.label, quote_card(caller, one)
    interaction.say(said, card)


def _open_new(interaction: Interaction) -> None:
    open_form(interaction, lambda caller: blank_form(caller, int(interaction.value)))


def save(session: Session, caller: Caller, form: QuoteForm) -> Saved:
    one = save_quote(session, caller, form)
    text = caller.t(_("Quote {name} is noted."), name=one.label)
    return Saved(text, quote_card(caller, one, told=text))


SAID = {QuoteState.WON: _("Quote {name} is won."), QuoteState.LOST: _("Quote {name} is lost.")}


def _end(state: QuoteState, session: Session, caller: Caller, quote_id: int) -> Saved:
    by, now = caller.collaborator, caller.office.now()
    sale = seen_opportunity(session, caller, seen_quote(session, caller, quote_id).dossier_id)
    was_open = sale.state is OpportunityState.OPEN
    one = end_quote(session, quote_id, by=by, state=state, on=caller.today, now=now)
    wins = was_open and state is QuoteState.WON
    said = _("Quote {name} is won, and its opportunity with it: {opportunity}.") if wins else SAID[state]
    text, relation_id = caller.t(said, name=one.label, opportunity=sale.dossier.label), one.dossier.relation_id
    if state is QuoteState.LOST or relation_id is None:
        return Saved(text)
    status = button(caller.t(_("Status and priority")), "relation_fact/new", str(relation_id))
    return Saved(text, [section(plain(text)), actions(status)])


def _reopen(session: Session, caller: Caller, quote_id: int) -> Saved:
    one = reopen_quote(session, quote_id, by=caller.collaborator, now=caller.office.now())
    return Saved(one.label, quote_card(caller, one))


def _remove(session: Session, caller: Caller, quote_id: int) -> Saved:
    one = remove_quote(session, quote_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("Quote {name} is deleted."), name=one.label))


def _restore(session: Session, caller: Caller, quote_id: int) -> Saved:
    one = restore_quote(session, quote_id, by=caller.collaborator)
    return Saved(one.label, quote_card(caller, one))


def _listing(*, replacing: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        _show(interaction, interaction.value, replacing=replacing)

    return press


def _show_of_opportunity(interaction: Interaction, dossier_id: int) -> None:
    interaction.ack()
    _show(interaction, str(Wanted(dossier_id=dossier_id)))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("quotes", "quote"), "fr": ("soumissions", "soumission"), "nl": ("offertes", "offerte")},
            "Dupont",
            _("The quotes of a relation, or all: in progress, won and lost"),
            show_typed,
            reads=True,
        )
    )
    serve_form(slack, Serving(QuoteForm, save=save, check=fetch))
    slack.action("quote/new", _open_new)
    slack.action("quote/list", _listing(replacing=False))
    for key in ("back", "next", *(state.value for state in STATES)):
        slack.action(f"quote/list/{key}", _listing(replacing=True))
    won = change_at_once(slack, "quote/won", partial(_end, QuoteState.WON), undo=_reopen)
    lost = change_at_once(slack, "quote/lost", partial(_end, QuoteState.LOST), undo=_reopen)
    reopen = change_at_once(slack, "quote/reopen", _reopen)
    delete = change_at_once(slack, "quote/delete", _remove, undo=_restore)
    lines = (
        ("open", _("Open"), _open),
        ("won", _("Contract won"), won),
        ("lost", _("Lost"), lost),
        ("reopen", _("Reopen"), reopen),
        ("delete", _("Delete"), delete),
    )
    for at, (key, label, run) in enumerate(lines):
        slack.menu(QUOTE_MENU, key, label, run, at=at)
    slack.menu(OPPORTUNITY_MENU, "quotes", _("Quotes"), _show_of_opportunity, at=15)
