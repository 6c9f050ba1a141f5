"""How an opportunity ends: won, lost with a reason, or abandoned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice
from bot.slack.fields import Day, Option
from bot.slack.finding import lines_of
from bot.slack.forms import WHOM, Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import OPPORTUNITY_MENU
from bot.slack.opportunity_card import opportunity_card
from bot.slack.seen import seen_opportunity
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.opportunities import LossReason, Opportunity, OpportunityState
from store.quotes import Quote, QuoteState, end_quote, end_sale, quotes_of
from store.relation_facts import What, note_by_hand
from store.statuses import RelationStatus

MOST_QUOTES = 50


def _open_quotes(caller: Caller, form: Any) -> list[Option]:
    with caller.reading() as session:
        return [_quote_option(caller, one) for one in _in_progress(session, caller, form.about["dossier"])]


def _in_progress(session: Session, caller: Caller, dossier_id: int) -> Sequence[Quote]:
    states = (QuoteState.IN_PROGRESS,)
    return quotes_of(session, asked_by=caller.collaborator, dossier_id=dossier_id, states=states, limit=MOST_QUOTES)


def _quote_option(caller: Caller, one: Quote) -> Option:
    return Option(str(one.id), one.label, caller.t.money(one.amount, one.currency))


class WonForm(Form, id="opportunity_won", title=_("Opportunity won"), submit=_("Save")):
    on = Day(_("Ended on"))
    quote = (
        Choice(_("Quote that was accepted"), among=_open_quotes, hint=_("It is won with the opportunity"))
        .optional()
        .only_if(lambda form: form.about.get("has_quotes"))
    )
    status = Choice(
        _("Status of the relation"),
        among=lambda caller, _form: lines_of(caller, RelationStatus),
        hint=_("From that day on; left empty, it stays as it is"),
    ).optional()


class LostForm(Form, id="opportunity_lost", title=_("Opportunity lost"), submit=_("Save")):
    on = Day(_("Ended on"))
    reason = Choice(_("Reason"), among=lambda caller, _form: lines_of(caller, LossReason))


class AbandonedForm(Form, id="opportunity_abandoned", title=_("Opportunity abandoned"), submit=_("Save")):
    on = Day(_("Ended on"))


SAID = {
    OpportunityState.WON: _("{name} is won."),
    OpportunityState.LOST: _("{name} is lost."),
    OpportunityState.ABANDONED: _("{name} is abandoned."),
}


def won_form(caller: Caller, dossier_id: int) -> WonForm:
    """With the quote that was accepted, where there is one alone. Raises NotFound, as the two others do."""
    with caller.reading() as session:
        one = seen_opportunity(session, caller, dossier_id)
        found = _in_progress(session, caller, one.dossier_id)
        form = WonForm(dossier=one.dossier_id, has_quotes=bool(found), **{WHOM: one.dossier.label})
        form.quote = _quote_option(caller, found[0]) if len(found) == 1 else None
    form.on = caller.today
    return form


def lost_form(caller: Caller, dossier_id: int) -> LostForm:
    form = LostForm(**_about(caller, dossier_id))
    form.on = caller.today
    return form


def abandoned_form(caller: Caller, dossier_id: int) -> AbandonedForm:
    form = AbandonedForm(**_about(caller, dossier_id))
    form.on = caller.today
    return form


def _about(caller: Caller, dossier_id: int) -> dict[str, Any]:
    with caller.reading() as session:
        one = seen_opportunity(session, caller, dossier_id)
        return {"dossier": one.dossier_id, WHOM: one.dossier.label}


def save_won(session: Session, caller: Caller, form: WonForm) -> Saved:
    by, now, won = caller.collaborator, caller.office.now(), OpportunityState.WON
    if form.quote:
        end_quote(session, form.quote.id, by=by, state=QuoteState.WON, on=form.on, now=now)
        one = seen_opportunity(session, caller, form.about["dossier"])
    else:
        one = end_sale(session, form.about["dossier"], by=by, state=won, on=form.on, now=now)
    if form.status and one.dossier.relation_id is not None:
        note_by_hand(session, one.dossier.relation_id, What.STATUS, form.status.id, on=form.on, by=by, now=now)
    return _ended(session, caller, one)


def save_lost(session: Session, caller: Caller, form: LostForm) -> Saved:
    return _end(session, caller, form, OpportunityState.LOST, form.on, form.reason.id)


def save_abandoned(session: Session, caller: Caller, form: AbandonedForm) -> Saved:
    return _end(session, caller, form, OpportunityState.ABANDONED, form.on)


def _end(
    session: Session, caller: Caller, form: Form, state: OpportunityState, on: date, reason_id: int | None = None
) -> Saved:
    by, now = caller.collaborator, caller.office.now()
    one = end_sale(session, form.about["dossier"], by=by, state=state, on=on, reason_id=reason_id, now=now)
    return _ended(session, caller, one)


def _ended(session: Session, caller: Caller, one: Opportunity) -> Saved:
    text = caller.t(SAID[one.state], name=one.dossier.label)
    return Saved(text, opportunity_card(session, caller, one, told=text))


def _open_lost(interaction: Interaction, dossier_id: int) -> None:
    open_form(interaction, lambda caller: lost_form(caller, dossier_id))


def _open_abandoned(interaction: Interaction, dossier_id: int) -> None:
    open_form(interaction, lambda caller: abandoned_form(caller, dossier_id))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(WonForm, save=save_won))
    serve_form(slack, Serving(LostForm, save=save_lost))
    serve_form(slack, Serving(AbandonedForm, save=save_abandoned))
    slack.action("opportunity/win", lambda i: open_form(i, lambda caller: won_form(caller, int(i.value))))
    slack.menu(OPPORTUNITY_MENU, "lost", _("Lost"), _open_lost, at=30)
    slack.menu(OPPORTUNITY_MENU, "abandoned", _("Abandoned"), _open_abandoned, at=31)
