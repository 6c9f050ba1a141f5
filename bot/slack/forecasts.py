"""`/crm forecast`: what the open opportunities are likely to bring; and an opportunity as a printed page."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import groupby
from pathlib import Path

from bot.office import Caller
from bot.opportunity_page import print_opportunity
from bot.slack.blocks import Json, Words, filled, rich, words
from bot.slack.files import hand_over_file
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.opportunities import switched_on
from bot.slack.seen import seen_opportunity
from bot.slack.subcommands import Subcommand
from bot.texts import _
from bot.typed_days import typed_day
from store.base import BookError
from store.money import totals
from store.opportunities import Forecast, ForecastLine, changes_of, forecast, times_moved

LINES_SHOWN = 60


@switched_on
def show_forecast(interaction: Interaction, text: str) -> None:
    """As of today, or of the day that is typed. Raises BookError for what is no day, and for one to come."""
    interaction.ack()
    caller = interaction.caller
    as_of = typed_day(text, caller.t, today=caller.today, is_ahead=False) if text else caller.today
    if as_of is None:
        raise BookError(_("“{typed}” is not a day: type it like 2026-01-31, or leave it out."), typed=text)
    if as_of > caller.today:
        raise BookError(_("A forecast is as of today or a day that is past."))
    with caller.reading() as session:
        found = forecast(session, asked_by=caller.collaborator, as_of=as_of, zone=caller.collaborator.zone)
        blocks = forecast_blocks(caller, found)
    interaction.say(caller.t(_("Forecast")), blocks)


def forecast_blocks(caller: Caller, found: Forecast) -> list[Json]:
    """Month by month, a line for each rep and currency; the totals above."""
    t = caller.t
    as_of = "" if found.as_of == caller.today else f" — {t(_('as of {day}'), day=t.in_figures(found.as_of))}"
    head = [*words(t(_("Forecast")), bold=True), *words(as_of)]
    if not found.lines:
        none = _("No opportunity is in progress: `/crm opp Dupont` notes one.")
        said = none if found.as_of == caller.today else _("No opportunity was in progress.")
        return [rich(head), rich(filled(t(said)))]
    weighted = totals((line.currency, line.weighted) for line in found.lines)
    total = " · ".join(t.money(amount, currency) for currency, amount in weighted.items())
    lines: list[Words] = [head, words(t(_("Weighted: {amount}"), amount=total))]
    for month_on, group in groupby(found.lines, key=lambda line: line.month_on):
        lines += [words(" "), words(_month(caller, month_on), bold=True), *(_line(caller, one) for one in group)]
    return [rich(*lines[start : start + LINES_SHOWN]) for start in range(0, len(lines), LINES_SHOWN)]


def _month(caller: Caller, month_on: date | None) -> str:
    return caller.t.month(month_on) if month_on else caller.t(_("Without a closing date"))


def _line(caller: Caller, one: ForecastLine) -> Words:
    t = caller.t
    amounts = t(
        _("{amount}, weighted {weighted}"),
        amount=t.money(one.worth, one.currency),
        weighted=t.money(one.weighted, one.currency),
    )
    number = t.n("{number} opportunity", "{number} opportunities", one.number)
    return words(t.labelled(one.owner.name, f"{number}, {amounts}"))


def print_page(interaction: Interaction) -> None:
    """As a file in a direct message to the caller."""
    interaction.ack()
    caller, office = interaction.caller, interaction.office
    with caller.reading() as session:
        one = seen_opportunity(session, caller, int(interaction.value))
        page = print_opportunity(
            one,
            caller.t,
            office=office.settings.office.name,
            moved=times_moved(changes_of(session, one)),
            printed_at=office.now(),
        )
        label, reference = one.dossier.label, one.dossier.reference
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page")
        path.write_bytes(page)
        hand_over_file(interaction, path, name=f"{reference}.pdf", says=label)
    interaction.say(caller.t(_("{reference}.pdf stands in your messages from Rapport."), reference=reference))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("forecast",), "fr": ("prévision", "prévisions"), "nl": ("prognose",)},
            "",
            _("What the opportunities are likely to bring, by month and rep; as of a day, if one is typed"),
            show_forecast,
            reads=True,
        )
    )
    slack.action("opportunity/print", print_page)
