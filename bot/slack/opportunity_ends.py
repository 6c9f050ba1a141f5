"""How an opportunity ends: won, lost with a reason, or abandoned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice
from bot.slack.fields import Day, Option
from bot.slack.finding import lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import OPPORTUNITY_MENU
from bot.slack.opportunity_card import opportunity_card
from bot.slack.seen import seen_opportunity
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.opportunities import LossReason, OpportunityState
from store.quotes import Quote, QuoteState, end_quote, end_sale, quotes_of
from store.relation_facts import What, note_by_hand
from store.statuses import RelationStatus

MOST_QUOTES = 50


def _means(state: OpportunityState) -> Any:
    return lambda form: form.about.get("state") == state.value


def _open_quotes(caller: Caller, form: Any) -> list[Option]:
    with caller.reading() as session:
        return [_quote_option(caller, one) for one in _in_progress(session, caller, form.about["dossier"])]


def _in_progress(session: Session, caller: Caller, dossier_id: int) -> Sequence[Quote]:
    states = (QuoteState.IN_PROGRESS,)
    return quotes_of(session, asked_by=caller.collaborator, dossier_id=dossier_id, states=states, limit=MOST_QUOTES)


def _quote_option(caller: Caller, one: Quote) -> Option:
    return Option(str(one.id), one.label, caller.t.money(one.amount, one.currency))


class EndForm(Form, id="opportunity_end", title=_("Opportunity"), submit=_("Save")):
    on = Day(_("Ended on"))
    reason = Choice(_("Reason"), among=lambda caller, _form: lines_of(caller, LossReason)).only_if(
        _means(OpportunityState.LOST)
    )
    quote = (
        Choice(_("Quote that was accepted"), among=_open_quotes, hint=_("It is won with the opportunity"))
        .optional()
        .only_if(lambda form: _means(OpportunityState.WON)(form) and form.about.get("has_quotes"))
    )
    status = (
        Choice(
            _("Status of the relation"),
            among=lambda caller, _form: lines_of(caller, RelationStatus),
            hint=_("From that day on; left empty, it stays as it is"),
        )
        .optional()
        .only_if(_means(OpportunityState.WON))
    )


SAID = {
    OpportunityState.WON: _("{name} is won."),
    OpportunityState.LOST: _("{name} is lost."),
    OpportunityState.ABANDONED: _("{name} is abandoned."),
}


def open_end(interaction: Interaction, dossier_id: int, state: OpportunityState) -> None:
    def build(caller: Caller) -> EndForm:
        with caller.reading() as session:
            one = seen_opportunity(session, caller, dossier_id)
            found = _in_progress(session, caller, one.dossier_id)
            about = {"dossier": one.dossier_id, "state": state.value, "has_quotes": bool(found)}
            form = EndForm(**about, whom=one.dossier.label)
            form.quote = _quote_option(caller, found[0]) if len(found) == 1 else None
        form.on = caller.today
        return form

    open_form(interaction, build)


def save(session: Session, caller: Caller, form: EndForm) -> Saved:
    by, now, state = caller.collaborator, caller.office.now(), OpportunityState(form.about["state"])
    reason_id, dossier_id = form.reason.id if form.reason else None, form.about["dossier"]
    if form.quote:
        end_quote(session, form.quote.id, by=by, state=QuoteState.WON, on=form.on, now=now)
        one = seen_opportunity(session, caller, dossier_id)
    else:
        one = end_sale(session, dossier_id, by=by, state=state, on=form.on, reason_id=reason_id, now=now)
    if state is OpportunityState.WON and form.status and one.dossier.relation_id is not None:
        note_by_hand(session, one.dossier.relation_id, What.STATUS, form.status.id, on=form.on, by=by, now=now)
    text = caller.t(SAID[state], name=one.dossier.label)
    return Saved(text, opportunity_card(session, caller, one, told=text))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(EndForm, save=save))
    slack.action("opportunity/win", lambda i: open_end(i, int(i.value), OpportunityState.WON))
    lost, abandoned = OpportunityState.LOST, OpportunityState.ABANDONED
    slack.menu(OPPORTUNITY_MENU, "lost", _("Lost"), partial(open_end, state=lost), at=30)
    slack.menu(OPPORTUNITY_MENU, "abandoned", _("Abandoned"), partial(open_end, state=abandoned), at=31)
