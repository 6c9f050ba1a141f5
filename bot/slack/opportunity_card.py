"""An opportunity as a card: what, for whom, how likely and when; then what next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, joined, plain, rich, section, words
from bot.slack.menus import OPPORTUNITY_MENU
from bot.texts import Texts, _
from store.opportunities import (
    Opportunity,
    OpportunityLine,
    OpportunityState,
    StageSpell,
    changes_of,
    stage_spells,
    times_moved,
    totals_of,
)
from store.quotes import QuoteLine

ITEMS_SHOWN = 8
STATES = {
    OpportunityState.OPEN: _("In progress"),
    OpportunityState.WON: _("Won"),
    OpportunityState.LOST: _("Lost"),
    OpportunityState.ABANDONED: _("Abandoned"),
}


def opportunity_card(session: Session, caller: Caller, one: Opportunity, *, told: str = "") -> list[Json]:
    """`told` is a sentence above it."""
    head = [section(plain(told))] if told else []
    changes = changes_of(session, one)
    spells = stage_spells(changes, zone=caller.collaborator.zone, today=caller.today)
    more = len(one.lines) - ITEMS_SHOWN
    lines = [
        _headline(one),
        words(_standing(caller, one, spells)),
        words(said_of_worth(caller.t, one)),
        words(_days(caller, one, times_moved(changes))),
        _people(caller, one),
        words(one.dossier.note),
        *(words(said_of_item(caller.t, line, one.currency)) for line in one.lines[:ITEMS_SHOWN]),
        words(caller.t(_("{number} more"), number=more) if more > 0 else ""),
    ]
    return [*head, rich(*lines), _buttons(caller, one)]


def opportunity_row(caller: Caller, one: Opportunity, *, says_whose: bool) -> Json:
    """A line of a list, with the button that opens the card."""
    t = caller.t
    whose = one.dossier.relation.name if says_whose and one.dossier.relation else ""
    closes = t.day(one.closes_on, today=caller.today) if one.closes_on else ""
    how = t.percent(one.probability) if one.state is OpportunityState.OPEN else t(STATES[one.state])
    told = (whose, one.stage.label(t.language), t.money(one.worth, one.currency), how, closes)
    line = f"{one.dossier.label} — {' · '.join(part for part in told if part)}"
    return section(plain(line), accessory=button(t(_("Open")), "opportunity/open", str(one.dossier_id)))


def said_of_sales(session: Session, caller: Caller, relation_id: int) -> str:
    """ "In progress: 2 opportunities, € 12.400" of the relation; "" for none, and where the office does without."""
    t = caller.t
    if not caller.office.settings.office.opportunities:
        return ""
    states = (OpportunityState.OPEN,)
    found = totals_of(session, relation_id, asked_by=caller.collaborator, states=states)
    if not found:
        return ""
    number = t.n("{number} opportunity", "{number} opportunities", sum(one.number for one in found.values()))
    amounts = (t.money(one.worth, currency) for currency, one in sorted(found.items()))
    return t.labelled(t(STATES[OpportunityState.OPEN]), f"{number}, {' + '.join(amounts)}")


def said_of_worth(t: Texts, one: Opportunity) -> str:
    """The budget and what the items come to; that they differ where they do. "" when neither is known."""
    budget = t(_("Budget {amount}"), amount=t.money(one.budget, one.currency)) if one.budget is not None else ""
    items = t(_("items {amount}"), amount=t.money(one.total, one.currency)) if one.lines else ""
    said = " · ".join(part for part in (budget, items) if part)
    if not (budget and items) or one.budget == one.total:
        return said
    assert one.budget is not None, "a budget is said"
    gap = one.total - one.budget
    text = _("{amount} above the budget") if gap > 0 else _("{amount} below the budget")
    return f"{said} ({t(text, amount=t.money(abs(gap), one.currency))})"


def said_of_chance(t: Texts, one: Opportunity) -> str:
    """ "60 %", and that somebody set it where they did."""
    if one.own_probability is None:
        return t.percent(one.probability)
    usual = t.percent(one.stage.probability)
    return t(_("{percent} (set by hand; the stage gives {usual})"), percent=t.percent(one.probability), usual=usual)


def said_of_item(t: Texts, line: OpportunityLine, currency: str) -> str:
    """ "Hops (HOP): 2.5 × € 3.00 = € 7.50"."""
    return said_of_figures(t, line.product.label if line.product else line.text, line, currency)


def said_of_figures(t: Texts, what: str, line: OpportunityLine | QuoteLine, currency: str) -> str:
    figures = f"{t.number(line.quantity.normalize())} × {t.money(line.price, currency)}"
    return t.labelled(what, f"{figures} = {t.money(line.amount, currency)}")


def _headline(one: Opportunity) -> Words:
    relation = one.dossier.relation
    return [*words(one.dossier.label, bold=True), *words(f" — {relation.name}" if relation else "")]


def _standing(caller: Caller, one: Opportunity, spells: list[StageSpell]) -> str:
    t = caller.t
    kind, stage = one.type.label(t.language), one.stage.label(t.language)
    if one.state is OpportunityState.OPEN:
        days = spells[-1].days if spells else 0
        since = t.n("{stage} for {number} day", "{stage} for {number} days", days, stage=stage)
        since = since if days else t(_("{stage} since today"), stage=stage)
        return f"{kind} · {since} · {said_of_chance(t, one)}"
    ended = f"{t(STATES[one.state])} {t.day(one.ended_on, today=caller.today)}" if one.ended_on else ""
    reason = f" ({one.reason.label(t.language)})" if one.reason else ""
    return f"{kind} · {stage} · {ended}{reason}"


def _days(caller: Caller, one: Opportunity, moved: int) -> str:
    t = caller.t
    opened = t(_("Opened {day}"), day=t.day(one.opened_on, today=caller.today))
    if one.closes_on is None:
        return opened
    closes = t(_("closes {day}"), day=t.day(one.closes_on, today=caller.today))
    times = f" ({t.n('moved {number} time', 'moved {number} times', moved)})" if moved else ""
    return f"{opened} · {closes}{times}"


def _people(caller: Caller, one: Opportunity) -> Words:
    t = caller.t
    owner = t(_("{name} follows it up"), name=one.owner.name) if one.owner_id != caller.collaborator.id else ""
    contact = t(_("With {name}"), name=one.contact.person.name) if one.contact else ""
    return joined([words(owner), words(contact)])


def _buttons(caller: Caller, one: Opportunity) -> Json:
    t, value = caller.t, str(one.dossier_id)
    is_open = one.state is OpportunityState.OPEN
    first = button(t(_("Won")), "opportunity/win", value, style="primary")
    if not is_open:
        first = button(t(_("Reopen")), "opportunity/reopen", value)
    without = () if is_open else ("lost", "abandoned", "act")
    menu = OPPORTUNITY_MENU.element(caller, one.dossier_id, without=without)
    edit = button(t(_("Edit")), "opportunity/edit", value)
    return actions(first, edit, button(t(_("Print")), "opportunity/print", value), menu)
