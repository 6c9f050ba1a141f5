"""A dossier as a card: what it is called, whose it is, its actions; then what next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_row
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.menus import DOSSIER_MENU
from bot.slack.who_is_on_it import people_on
from bot.texts import _
from store.dossiers import Dossier, actions_in
from store.involvements import File
from store.opportunities import opportunity_seen_by

ACTIONS_SHOWN = 8


def dossier_card(session: Session, caller: Caller, dossier: Dossier, *, told: str = "", page: int = 0) -> list[Json]:
    """`told` is a sentence above it; `page` of its actions, the latest first."""
    head = [section(plain(told))] if told else []
    head_line = [*words(dossier.label, bold=True), *words(f" — {whose(caller, dossier)}")]
    facts = rich(head_line, words(_people(session, caller, dossier)), words(dossier.note))
    found = actions_in(
        session,
        dossier.id,
        asked_by=caller.collaborator,
        limit=ACTIONS_SHOWN + 1,
        offset=page * ACTIONS_SHOWN,
    )
    rows = [action_row(caller, one, says_with_whom=dossier.relation_id is None) for one in found[:ACTIONS_SHOWN]]
    if not found:
        rows = [section(plain(caller.t(_("No action in this dossier yet."))))]
    is_sale = opportunity_seen_by(session, dossier.id, asked_by=caller.collaborator) is not None
    buttons = _buttons(caller, dossier, page, has_more=len(found) > ACTIONS_SHOWN, is_sale=is_sale)
    return [*head, facts, *rows, buttons]


def dossier_row(caller: Caller, dossier: Dossier, *, says_whose: bool) -> Json:
    """A line of a list, with the menu of what can be done."""
    closed = caller.t(_("closed")) if dossier.closed_at else ""
    said = whose(caller, dossier) if says_whose else closed
    line = f"{dossier.label} — {said}" if said else dossier.label
    menu = DOSSIER_MENU.element(caller, dossier.id, without=_senseless(dossier))
    return section(plain(line), accessory=menu)


def whose(caller: Caller, dossier: Dossier) -> str:
    """ "Brasserie Dupont", or "General"; with "closed" behind it when it is."""
    of = dossier.relation.name if dossier.relation else caller.t(_("General"))
    return f"{of} · {caller.t(_('closed'))}" if dossier.closed_at else of


def _people(session: Session, caller: Caller, dossier: Dossier) -> str:
    return people_on(session, caller, File(dossier.relation, dossier)) if dossier.relation else ""


def _senseless(dossier: Dossier) -> tuple[str, ...]:
    """Lines of the menu that mean nothing for this one."""
    shut = "close" if dossier.closed_at else "reopen"
    return (shut,) if dossier.relation else (shut, "who")


def _buttons(caller: Caller, dossier: Dossier, page: int, *, has_more: bool, is_sale: bool) -> Json:
    t, value = caller.t, str(dossier.id)
    elements = [] if dossier.closed_at else [button(t(_("New action")), "dossier/act", value, style="primary")]
    if is_sale:
        elements.append(button(t(_("Opportunity")), "opportunity/open", value))
    if page:
        elements.append(button(t(_("Back")), "dossier/open/back", f"{value}:{page - 1}"))
    if has_more:
        elements.append(button(t(_("Earlier")), "dossier/open/next", f"{value}:{page + 1}"))
    menu = DOSSIER_MENU.element(caller, dossier.id, without=("open", "edit", *_senseless(dossier)))
    return actions(*elements, button(t(_("Edit")), "dossier/edit", value), menu)
