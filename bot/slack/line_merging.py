"""Merging a line of a list into another: what has the one gets the other."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Choice, Says
from bot.slack.fields import Option
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.line_forms import line_option, lines_in_use
from bot.slack.listening import Listening
from bot.slack.office_lists import list_blocks
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.access import require_admin
from store.domain import line
from store.lists.merging import merge_lines
from store.lists.model import OfficeList
from store.lists.moving import number_pointing
from store.lists.registry import office_list


def _others(caller: Caller, form: Any) -> list[Option]:
    lines = lines_in_use(caller, office_list(form.about["list"]))
    return [line_option(caller, one) for one in lines if one.id != form.about["record"]]


class MergeLinesForm(Form, id="merge_lines", title=_("Merge"), submit=_("Merge")):
    told = Says(lambda _caller, form: form.about["told"])
    into = Choice(_("Merge into"), among=_others, hint=_("It can be undone"))


def open_merge(interaction: Interaction, of: OfficeList, line_id: int) -> None:
    def build(caller: Caller) -> Form:
        require_admin(caller.collaborator)
        with caller.reading() as session:
            row = line(session, of.kind, line_id)
            number = number_pointing(session, of.kind, row.id)
        label = row.label(caller.t.language)
        told = caller.t.n(
            "{number} record has “{label}”: it will have the other line.",
            "{number} records have “{label}”: they will have the other line.",
            number,
            label=label,
        )
        return MergeLinesForm(list=of.name, record=row.id, version=row.version, told=told)

    open_form(interaction, build)


def save_merge(session: Session, caller: Caller, form: MergeLinesForm) -> Saved:
    of, source_id = office_list(form.about["list"]), form.about["record"]
    by, now, version = caller.collaborator, caller.office.now(), form.about.get("version")
    merge_lines(session, of, source_id, form.into.id, by=by, now=now, version=version)
    label, into = (session.get_one(of.kind, one).label(caller.t.language) for one in (source_id, form.into.id))
    text = caller.t(_("{label} is merged into {into}."), label=label, into=into)
    undo = button(caller.t(_("Undo")), "settings/unmerge", f"{of.name}:{source_id}")
    return Saved(text, [section(plain(text)), actions(undo), *list_blocks(session, caller, of)])


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MergeLinesForm, save=save_merge))
