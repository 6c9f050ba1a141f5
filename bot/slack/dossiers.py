"""Dossiers in Slack: their list, making and changing one, closing and deleting with a way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_filling import blank_form as blank_action
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.channel_subject import relation_here
from bot.slack.choices import Search
from bot.slack.dossier_card import dossier_card, dossier_row
from bot.slack.dossier_form import DossierForm, blank_form, dossier_option, facts_in, form_of
from bot.slack.fields import Option, Toggle
from bot.slack.finding import find_known, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listener, Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import DOSSIER_MENU, RELATION_MENU
from bot.slack.seen import seen_dossier, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.dossiers import (
    Dossier,
    close_dossier,
    delete_dossier,
    dossiers_for,
    dossiers_of,
    edit_dossier,
    open_dossier,
    reopen_dossier,
    restore_dossier,
)
from store.search import search_options
from store.search_dossiers import search_dossiers

PAGE = 8
_CLOSED = re.compile(r"(?:^|\s)(?:closed|clos|gesloten)\s*:\s*(yes|oui|ja|no|non|nee)\b", re.IGNORECASE)
_YES = {"yes", "oui", "ja"}


class DossierFilterForm(Form, id="dossier_filter", title=_("Dossiers"), submit=_("Show")):
    relation = Search(_("Relation"), find=find_known, hint=_("Left empty, the dossiers of all")).optional()
    closed = Toggle(_("Closed ones"), _("Include closed dossiers"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dossiers to show; travels in a button's value. `relation_id` 0: all of them."""

    relation_id: int = 0
    closed: bool = False
    page: int = 0

    def __str__(self) -> str:
        return f"{self.relation_id}:{int(self.closed)}:{self.page}"

    @classmethod
    def read(cls, value: str) -> Self:
        relation_id, closed, page = value.split(":")
        return cls(int(relation_id), closed == "1", int(page))


# The list


def show_typed(interaction: Interaction, text: str) -> None:
    """ "Acme closed:yes", or what a dossier is called; nothing typed: of the relation of the channel, else all."""
    found = _CLOSED.search(text)
    closed = bool(found and found[1].casefold() in _YES)
    name = _CLOSED.sub(" ", text).strip()
    if name and _is_of_dossiers(interaction.caller, name):
        show_or_open(interaction, name)
    elif name:
        with_relation(interaction, name, _show, "dossier/list", lambda one: str(Wanted(one, closed)))
    else:
        interaction.ack()
        here = relation_here(interaction.caller, interaction) or 0
        _show(interaction, str(Wanted(here, closed)))


def _is_of_dossiers(caller: Caller, name: str) -> bool:
    """Whether dossiers are called so, and nobody else."""
    by, today = caller.collaborator, caller.today
    with caller.reading() as session:
        known = search_options(session, name, asked_by=by, on=today, limit=1)
        is_nobody = known.is_near or not known.options
        return is_nobody and bool(search_dossiers(session, name, asked_by=by, on=today, limit=1))


def _show(interaction: Interaction, value: str, *, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = list_blocks(session, caller, Wanted.read(value))
    interaction.say(caller.t(_("Dossiers")), blocks, replace=replacing)


def list_blocks(session: Session, caller: Caller, wanted: Wanted) -> list[Json]:
    """A page of them: a relation's own before the general ones. Raises NotFound."""
    t, title = caller.t, caller.t(_("Dossiers"))
    if wanted.relation_id:
        relation = seen_relation(session, caller, wanted.relation_id)
        wanted = replace(wanted, relation_id=relation.id)
        title = t.labelled(title, relation.name)
    found = _found(session, caller, wanted)
    blocks = [rich([*words(title, bold=True), *words(f" — {t(_('closed ones too'))}" if wanted.closed else "")])]
    blocks += [dossier_row(caller, one, says_whose=one.relation_id != wanted.relation_id) for one in found[:PAGE]]
    if not found:
        none = _("No dossier yet. “+ New dossier” opens the first one.")
        no_open = _("No open dossier yet. “+ New dossier” opens the first one.")
        blocks.append(section(plain(t(none if wanted.closed else no_open))))
    return [*blocks, _below(caller, wanted, has_more=len(found) > PAGE)]


def _found(session: Session, caller: Caller, wanted: Wanted) -> Sequence[Dossier]:
    by, first = caller.collaborator, wanted.page * PAGE
    if not wanted.relation_id:
        return dossiers_of(session, asked_by=by, closed=wanted.closed, limit=PAGE + 1, offset=first)
    found = dossiers_for(session, wanted.relation_id, asked_by=by, closed=wanted.closed)
    return found[first : first + PAGE + 1]


def _below(caller: Caller, wanted: Wanted, *, has_more: bool) -> Json:
    t = caller.t
    elements = [button(t(_("+ New dossier")), "dossier/new", str(wanted.relation_id or ""))]
    if wanted.page:
        elements.append(button(t(_("Back")), "dossier/list/back", str(replace(wanted, page=wanted.page - 1))))
    if has_more:
        elements.append(button(t(_("Next")), "dossier/list/next", str(replace(wanted, page=wanted.page + 1))))
    return actions(*elements, button(t(_("Filter")), "dossier/filter", str(replace(wanted, page=0))))


def _filter_form(caller: Caller, value: str) -> DossierFilterForm:
    wanted = Wanted.read(value)
    form = DossierFilterForm()
    form.closed = wanted.closed
    if wanted.relation_id:
        with caller.reading() as session:
            relation = seen_relation(session, caller, wanted.relation_id)
            form.relation = Option(str(relation.id), relation.name)
    return form


def _show_filtered(session: Session, caller: Caller, form: DossierFilterForm) -> Saved:
    relation_id = referred(form.relation)[0] if form.relation else 0
    return Saved(caller.t(_("Dossiers")), list_blocks(session, caller, Wanted(relation_id, form.closed)))


# One dossier


def show_or_open(interaction: Interaction, text: str) -> None:
    """The dossier with this reference or name; nothing typed: a new one."""
    if not text:
        _open_blank(interaction, None)
        return
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        found = search_dossiers(session, text, asked_by=caller.collaborator, on=caller.today, limit=PAGE)
        if len(found) == 1:
            said, blocks = found[0].label, dossier_card(session, caller, found[0])
        else:
            said, blocks = _which(caller, text, found)
    interaction.say(said, blocks)


def _which(caller: Caller, text: str, found: Sequence[Dossier]) -> tuple[str, list[Json]]:
    if found:
        said = caller.t(_("Which one do you mean?"))
        return said, [section(plain(said)), *(dossier_row(caller, one, says_whose=True) for one in found)]
    said = caller.t(_("No dossier is called “{name}”."), name=text)
    return said, [section(plain(said)), actions(button(caller.t(_("+ New dossier")), "dossier/new"))]


def _open_blank(interaction: Interaction, relation_id: int | None) -> None:
    open_form(interaction, lambda caller: blank_form(caller, relation_id or relation_here(caller, interaction)))


def save(session: Session, caller: Caller, form: DossierForm) -> Saved:
    facts, now, by = facts_in(form), caller.office.now(), caller.collaborator
    if "record" in form.about:
        seen = form.about.get("version")
        dossier = edit_dossier(session, form.about["record"], by=by, version=seen, facts=facts, now=now)
        text = caller.t(_("Changed."))
    else:
        relation_id = referred(form.relation)[0] if form.relation else None
        dossier = open_dossier(session, by=by, relation_id=relation_id, facts=facts, now=now)
        text = caller.t(_("Dossier {reference} is open."), reference=dossier.reference)
    return Saved(text, dossier_card(session, caller, dossier, told=text), choice=dossier_option(dossier))


def _open(interaction: Interaction, dossier_id: int, page: int = 0, *, replacing: bool = False) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        dossier = seen_dossier(session, caller, dossier_id)
        card = dossier_card(session, caller, dossier, page=page)
    interaction.say(dossier.label, card, replace=replacing)


def _turn_page(interaction: Interaction) -> None:
    dossier_id, page = interaction.value.split(":")
    _open(interaction, int(dossier_id), int(page), replacing=True)


def _act(interaction: Interaction) -> None:
    dossier_id = int(interaction.value)
    open_form(interaction, lambda caller: blank_action(caller, dossier_id=dossier_id))


def _new_beside(interaction: Interaction, dossier_id: int) -> None:
    def build(caller: Caller) -> DossierForm:
        with caller.reading() as session:
            relation_id = seen_dossier(session, caller, dossier_id).relation_id
        return blank_form(caller, relation_id)

    open_form(interaction, build)


def _edit(interaction: Interaction, dossier_id: int) -> None:
    open_form(interaction, lambda caller: form_of(caller, dossier_id))


# At once, with a way back


def _close(session: Session, caller: Caller, dossier_id: int) -> Saved:
    dossier = close_dossier(session, dossier_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("{name} is closed: lists and forms leave it out."), name=dossier.label))


def _reopen(session: Session, caller: Caller, dossier_id: int) -> Saved:
    dossier = reopen_dossier(session, dossier_id, by=caller.collaborator, now=caller.office.now())
    return Saved(dossier.label, dossier_card(session, caller, dossier))


def _delete(session: Session, caller: Caller, dossier_id: int) -> Saved:
    dossier = delete_dossier(session, dossier_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("The dossier {name} is deleted."), name=dossier.label))


def _restore(session: Session, caller: Caller, dossier_id: int) -> Saved:
    dossier = restore_dossier(session, dossier_id, by=caller.collaborator, now=caller.office.now())
    return Saved(dossier.label, dossier_card(session, caller, dossier))


def _listing(*, replacing: bool) -> Listener:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        _show(interaction, interaction.value or str(Wanted()), replacing=replacing)

    return press


def _show_of_relation(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, str(Wanted(relation_id)))


SUBCOMMANDS = (
    Subcommand(
        {"en": ("dossiers",), "fr": ("dossiers",), "nl": ("dossiers",)},
        _("Dupont closed:yes"),
        _("The dossiers of a relation and the general ones"),
        show_typed,
        reads=True,
    ),
    Subcommand(
        {"en": ("dossier",), "fr": ("dossier",), "nl": ("dossier",)},
        "DUPONT-12",
        _("A dossier by its reference or name, or a new one when nothing is typed behind it"),
        show_or_open,
    ),
)


def register(slack: Listening) -> None:
    for subcommand in SUBCOMMANDS:
        slack.subcommand(subcommand)
    serve_form(slack, Serving(DossierForm, save=save, fresh=form_of))
    serve_form(slack, Serving(DossierFilterForm, save=_show_filtered))
    slack.action("dossier/list", _listing(replacing=False))
    for key in ("back", "next"):
        slack.action(f"dossier/list/{key}", _listing(replacing=True))
        slack.action(f"dossier/open/{key}", _turn_page)
    slack.action("dossier/filter", lambda i: open_form(i, lambda caller: _filter_form(caller, i.value)))
    slack.action("dossier/new", lambda i: _open_blank(i, int(i.value) if i.value else None))
    slack.action("dossier/edit", lambda i: _edit(i, int(i.value)))
    slack.action("dossier/open", lambda i: _open(i, int(i.value)))
    slack.action("dossier/act", _act)
    reopen = change_at_once(slack, "dossier/reopen", _reopen)
    close = change_at_once(slack, "dossier/close", _close, undo=_reopen)
    delete = change_at_once(slack, "dossier/delete", _delete, undo=_restore)
    lines = (
        ("open", _("Open"), _open),
        ("edit", _("Edit"), _edit),
        ("close", _("Close the dossier"), close),
        ("reopen", _("Reopen"), reopen),
        ("new", _("+ New dossier"), _new_beside),
        ("delete", _("Delete"), delete),
    )
    for at, (key, label, run) in enumerate(lines):
        slack.menu(DOSSIER_MENU, key, label, run, at=at)
    slack.menu(RELATION_MENU, "dossiers", _("Dossiers"), _show_of_relation, at=33)
