"""All lists at once: starting from a trade's lists, and everything as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import plain, section
from bot.slack.choices import Radio
from bot.slack.fields import Option
from bot.slack.files import hand_over_file
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.office_lists import overview_blocks
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.access import require_admin
from store.lists.sets import export_set
from store.starter import start_from
from store.starter_trades import Trade

TRADE_NAMES = {
    Trade.BROKER: (_("Insurance broker"), _("Claims, policies, insurance companies, life and non-life")),
    Trade.WINE: (_("Wine merchant"), _("Tastings, samples, restaurants, winegrowers")),
    Trade.WHOLESALE: (_("Wholesaler"), _("Ranges, prices, retailers, buying groups")),
}


def _trades(caller: Caller, _form: Any) -> list[Option]:
    return [Option(trade.value, *map(caller.t, told)) for trade, told in TRADE_NAMES.items()]


class TradeForm(Form, id="trade", title=_("Start from"), submit=_("Add the lines")):
    trade = Radio(_("Your trade"), among=_trades, hint=_("Lines that are missing are added; yours stay as they are"))


def open_trade(interaction: Interaction) -> None:
    def build(caller: Caller) -> Form:
        require_admin(caller.collaborator)
        return TradeForm()

    open_form(interaction, build)


def save_trade(session: Session, caller: Caller, form: TradeForm) -> Saved:
    now = caller.office.now()
    added = start_from(session, Trade(form.trade.value), by=caller.collaborator, now=now)
    text = caller.t.n("{number} line was added to the lists.", "{number} lines were added to the lists.", added)
    return Saved(text, [section(plain(text)), *overview_blocks(session, caller)])


def hand_over_set(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    require_admin(caller.collaborator)
    with caller.reading() as session:
        text = export_set(session)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lists.toml"
        path.write_text(text, encoding="utf-8")
        says = caller.t(_("All lists of the office. “rapport domain import” takes them into another book."))
        hand_over_file(interaction, path, name=path.name, says=says)
    interaction.say(caller.t(_("The file stands in your conversation with Rapport.")))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(TradeForm, save=save_trade))
    slack.action("settings/trade", open_trade)
    slack.action("settings/export", hand_over_set)
