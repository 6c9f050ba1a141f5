"""Opportunities in Slack: making and changing one, their list with totals, and how one ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_filling import blank_form as blank_action
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.channel_subject import relation_here
from bot.slack.dossier_card import dossier_card
from bot.slack.interaction import Interaction
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import for_relation_or_contact, with_relation
from bot.slack.menus import OPPORTUNITY_MENU, RELATION_MENU
from bot.slack.opportunity_card import opportunity_card, opportunity_row
from bot.slack.opportunity_fields import at_its_line
from bot.slack.opportunity_form import OpportunityForm, blank_form, facts_in, fill, form_of
from bot.slack.seen import seen_opportunity, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.collaborators import Role
from store.opportunities import (
    OpportunityState,
    edit_opportunity,
    open_opportunity,
    opportunities_of,
    totals_of,
)
from store.quotes import reopen_sale

PAGE = 8
VIEWS = {
    "open": (OpportunityState.OPEN,),
    "won": (OpportunityState.WON,),
    "lost": (OpportunityState.LOST, OpportunityState.ABANDONED),
}
"""What a list shows, by the key of its button."""
VIEW_NAMES = {"open": _("In progress"), "won": _("Already won"), "lost": _("Lost or abandoned")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which opportunities to show; travels in a button's value. `relation_id` 0: all of them."""

    relation_id: int = 0
    view: str = "open"
    page: int = 0

    def __str__(self) -> str:
        return f"{self.relation_id}:{self.view}:{self.page}"

    @classmethod
    def read(cls, value: str) -> Self:
        """A bare id of a relation is its open ones."""
        relation_id, *rest = value.split(":")
        view, page = rest or ("open", "0")
        return cls(int(relation_id or 0), view, int(page))


def switched_on(run: Callable[..., Any]) -> Callable[..., Any]:
    """For listeners: refuses with a sentence where the office does without opportunities."""

    @wraps(run)
    def only_then(interaction: Interaction, *more: Any) -> Any:
        if not interaction.caller.office.settings.office.opportunities:  # known first, to be told in their language
            raise BookError(_("Opportunities are switched off in this office. Ask an administrator."))
        return run(interaction, *more)

    return only_then


# The list


@switched_on
def show_typed(interaction: Interaction, text: str) -> None:
    """Of the relation that is named, else of the one that the channel is about, else all."""
    if text:
        with_relation(interaction, text, _show, "opportunity/list")
    else:
        interaction.ack()
        _show(interaction, str(relation_here(interaction.caller, interaction) or 0))


def _show(interaction: Interaction, value: str, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = list_blocks(session, caller, Wanted.read(value))
    interaction.say(caller.t(_("Opportunities")), blocks, replace=replacing)


def list_blocks(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    """A page of them below their number and totals. Raises NotFound."""
    t, states, title = caller.t, VIEWS[wanted.view], caller.t(_("Opportunities"))
    if wanted.relation_id:
        relation = seen_relation(session, caller, wanted.relation_id)
        wanted = replace(wanted, relation_id=relation.id)
        title = t.labelled(title, relation.name)
    found = opportunities_of(
        session,
        wanted.relation_id or None,
        asked_by=caller.collaborator,
        states=states,
        limit=PAGE + 1,
        offset=wanted.page * PAGE,
    )
    total = said_totals(session, caller, wanted)
    head = rich(words(f"{title} — {t(VIEW_NAMES[wanted.view])}", bold=True), words(total))
    rows = [opportunity_row(caller, one, says_whose=not wanted.relation_id) for one in found[:PAGE]]
    if not found:
        rows = [section(plain(t(_("None of these yet. “+ New opportunity” notes the next one."))))]
    return [head, *rows, _below(caller, wanted, has_more=len(found) > PAGE)]


def said_totals(session: Session, caller: Caller, wanted: Wanted) -> str:
    """ "3 opportunities: € 12.400 (weighted € 7.440)", each currency apart; "" for none."""
    t = caller.t
    found = totals_of(session, wanted.relation_id or None, asked_by=caller.collaborator, states=VIEWS[wanted.view])
    said = []
    for currency, total in sorted(found.items()):
        amount, weighted = t.money(total.worth, currency), t.money(total.weighted, currency)
        both = t(_("{amount} (weighted {weighted})"), amount=amount, weighted=weighted)
        number = t.n("{number} opportunity", "{number} opportunities", total.number)
        said.append(t.labelled(number, both if wanted.view == "open" else amount))
    return " · ".join(said)


def _below(caller: Caller, wanted: Wanted, *, has_more: bool) -> Json:
    t = caller.t
    elements = [button(t(_("+ New opportunity")), "opportunity/new", str(wanted.relation_id or ""))]
    for view, name in VIEW_NAMES.items():
        if view != wanted.view:
            turned = replace(wanted, view=view, page=0)
            elements.append(button(t(name), f"opportunity/list/{view}", str(turned)))
    if wanted.page:
        elements.append(button(t(_("Back")), "opportunity/list/back", str(replace(wanted, page=wanted.page - 1))))
    if has_more:
        elements.append(button(t(_("Next")), "opportunity/list/next", str(replace(wanted, page=wanted.page + 1))))
    return actions(*elements)


# One opportunity


@switched_on
def start(interaction: Interaction, text: str) -> None:
    """A new one, of the relation or contact that is named."""
    if text:
        for_relation_or_contact(blank_form, "opportunity/new")(interaction, text)
    else:
        _open_blank(interaction, None)


def _open_blank(interaction: Interaction, relation_id: int | None) -> None:
    open_form(interaction, lambda caller: blank_form(caller, relation_id or relation_here(caller, interaction)))


def save(session: Session, caller: Caller, form: OpportunityForm) -> Saved:
    facts, now, by = facts_in(session, caller, form), caller.office.now(), caller.collaborator
    try:
        if "record" in form.about:
            one = edit_opportunity(
                session,
                form.about["record"],
                by=by,
                version=form.about.get("version"),
                dossier_version=form.about.get("dossier_version"),
                facts=facts,
                now=now,
            )
            text = caller.t(_("Changed."))
        else:
            relation_id = form.relation_id
            assert relation_id is not None, "a required field is filled"
            one = open_opportunity(session, by=by, relation_id=relation_id, facts=facts, now=now)
            text = caller.t(_("Opportunity {reference} is open."), reference=one.dossier.reference)
    except BookError as error:
        if (moved := at_its_line(error, form.lines or [])) is error:
            raise
        raise moved from error
    return Saved(text, opportunity_card(session, caller, one, told=text))


def show_opportunity(interaction: Interaction, dossier_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        one = seen_opportunity(session, caller, dossier_id)
        card = opportunity_card(session, caller, one)
    interaction.say(one.dossier.label, card)


def _show_dossier(interaction: Interaction, dossier_id: int) -> None:
    """Its actions, as of any dossier."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        dossier = seen_opportunity(session, caller, dossier_id).dossier
        card = dossier_card(session, caller, dossier)
    interaction.say(dossier.label, card)


def _reopen(session: Session, caller: Caller, dossier_id: int) -> Saved:
    one = reopen_sale(session, dossier_id, by=caller.collaborator, now=caller.office.now())
    return Saved(one.dossier.label, opportunity_card(session, caller, one))


def _act(interaction: Interaction, dossier_id: int) -> None:
    open_form(interaction, lambda caller: blank_action(caller, dossier_id=dossier_id))


def _listing(*, replacing: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        _show(interaction, interaction.value, replacing=replacing)

    return press


@switched_on
def _show_of_relation(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, str(relation_id))


SUBCOMMANDS = (
    Subcommand(
        {"en": ("opp", "opportunity"), "fr": ("opp", "opportunité"), "nl": ("opp", "opportuniteit")},
        "Dupont",
        _("Note an opportunity to sell, with its stage, chance and budget"),
        start,
        least=Role.REP,
    ),
    Subcommand(
        {"en": ("opps", "opportunities"), "fr": ("opps", "opportunités"), "nl": ("opps", "opportuniteiten")},
        "Dupont",
        _("The opportunities of a relation, or all: in progress, won and lost"),
        show_typed,
        reads=True,
    ),
)


def register(slack: Listening) -> None:
    for subcommand in SUBCOMMANDS:
        slack.subcommand(subcommand)
    serve_form(slack, Serving(OpportunityForm, save=save, chosen=fill, fresh=form_of))
    slack.action("opportunity/list", _listing(replacing=False))
    for key in ("back", "next", *VIEWS):
        slack.action(f"opportunity/list/{key}", _listing(replacing=True))
    slack.action("opportunity/new", switched_on(lambda i: _open_blank(i, int(i.value) if i.value else None)))
    slack.action("opportunity/edit", lambda i: open_form(i, lambda caller: form_of(caller, int(i.value))))
    slack.action("opportunity/open", lambda i: show_opportunity(i, int(i.value)))
    change_at_once(slack, "opportunity/reopen", _reopen)
    slack.menu(OPPORTUNITY_MENU, "act", _("New action"), _act, at=10)
    slack.menu(OPPORTUNITY_MENU, "actions", _("Actions"), _show_dossier, at=20)
    slack.menu(RELATION_MENU, "opportunities", _("Opportunities"), _show_of_relation, at=34)
