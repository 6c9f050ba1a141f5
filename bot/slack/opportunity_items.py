"""All the items of an opportunity in a form of their own: that of the opportunity has no room for many."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.forms import WHOM, Form, Lines
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import OPPORTUNITY_MENU
from bot.slack.opportunity_card import opportunity_card
from bot.slack.opportunity_fields import ItemFields, at_its_line, facts_in_lines, lines_of
from bot.slack.seen import seen_opportunity
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.base import BookError
from store.opportunities import MOST_LINES, edit_opportunity, facts_of


class ItemsForm(Form, id="opportunity_items", title=_("Items"), submit=_("Save")):
    lines = Lines(ItemFields, add=_("+ Item"), called=_("Items"), most=MOST_LINES)


def items_form(caller: Caller, dossier_id: int) -> ItemsForm:
    """The items as they stand, with a line for the first of one that has none. Raises NotFound."""
    with caller.reading() as session:
        one = seen_opportunity(session, caller, dossier_id)
        form = ItemsForm(record=one.dossier_id, version=one.version, **{WHOM: one.dossier.label})
        form.lines = lines_of(caller, one.lines, ItemFields) or [ItemFields()]
    return form


def save_items(session: Session, caller: Caller, form: ItemsForm) -> Saved:
    one = seen_opportunity(session, caller, form.about["record"])
    by, now, version = caller.collaborator, caller.office.now(), form.about.get("version")
    lines = tuple(facts_in_lines(session, caller, form.lines, currency=one.currency))
    try:
        facts = replace(facts_of(one), lines=lines)
        one = edit_opportunity(session, one.dossier_id, by=by, version=version, facts=facts, now=now)
    except BookError as error:
        if (moved := at_its_line(error, form.lines)) is error:
            raise
        raise moved from error
    text = caller.t(_("Changed."))
    return Saved(text, opportunity_card(session, caller, one, told=text))


def _open(interaction: Interaction, dossier_id: int) -> None:
    open_form(interaction, lambda caller: items_form(caller, dossier_id))


def register(slack: Listening) -> None:
    serve_form(slack, Serving(ItemsForm, save=save_items, fresh=items_form))
    slack.menu(OPPORTUNITY_MENU, "items", _("Items"), _open, at=12)
