"""The form that changes from a day on who is on a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Choice, Says
from bot.slack.fields import Day, Field, Option
from bot.slack.finding import colleague
from bot.slack.forms import Form, Group
from bot.slack.involvement_fields import (
    MOST_LINES,
    MOST_SLOTS,
    CategoryLines,
    Slot,
    percentage,
    slot_of,
)
from bot.slack.involvement_files import key_of, seen_file
from bot.slack.merging import remember_shown
from bot.slack.serving import Saved
from bot.slack.who_is_on_it import who_blocks
from bot.slack.whom import say_whom
from bot.texts import _
from store.base import BookError
from store.dossiers import dossiers_of
from store.involvements import (
    File,
    Holding,
    Involvement,
    InvolvementCategory,
    InvolvementChange,
    categories,
    change_from,
    involvements_of,
    known_shares,
)

MOST_DOSSIERS = 90
"""Of one relation in the form's select; the others are reached from their own cards."""


HIDDEN = _("Percentages of this file are changed by an administrator, or by whoever has one on it.")


def _says_of_change(caller: Caller, form: Any) -> str:
    said = caller.t(_("Whom you take out ends the day before; who changes begins anew that day. The past stays."))
    return f"{said} {caller.t(HIDDEN)}" if form.about["hides"] else said


def _dossiers(caller: Caller, form: Any) -> list[Option]:
    """The relation itself, then its open dossiers."""
    with caller.reading() as session:
        file = seen_file(session, caller, form.about["record"])
        found = dossiers_of(session, file.relation.id, asked_by=caller.collaborator, limit=MOST_DOSSIERS)
        return [_file_option(caller, File(file.relation, one)) for one in (None, *found)]


def _file_option(caller: Caller, file: File) -> Option:
    return Option(key_of(file), file.dossier.label if file.dossier else caller.t(_("The relation as a whole")))


class ChangeForm(Form, id="involvements", title=_("Who is on it"), submit=_("Save")):
    file = Choice(_("Relation or dossier"), among=_dossiers).reacting().only_if(lambda form: form.about["has_dossiers"])
    on = Day(_("Changes from this day on")).reacting()
    says = Says(_says_of_change)
    parts0 = CategoryLines(0)
    parts1 = CategoryLines(1)
    parts2 = CategoryLines(2)
    parts3 = CategoryLines(3)
    parts4 = CategoryLines(4)
    parts5 = CategoryLines(5)
    parts6 = CategoryLines(6)
    parts7 = CategoryLines(7)
    parts8 = CategoryLines(8)
    parts9 = CategoryLines(9)


SLOTS = [field for field in ChangeForm.fields if isinstance(field, CategoryLines)]


# From a day on


def change_form(caller: Caller, key: str, on: date | None = None) -> ChangeForm:
    """The whole block as it stands on that day (None: today); `key` names the file.

    Raises NotFound, BookError when it is too long.
    """
    on = on or caller.today
    with caller.reading() as session:
        file, by = seen_file(session, caller, key), caller.collaborator
        ever = ever_in(session, caller, file)
        has_dossiers = bool(file.dossier or dossiers_of(session, file.relation.id, asked_by=by, limit=1))
        there = [row for row in ever if row.since_on <= on <= (row.until_on or date.max)]
        hidden = hidden_in(session, caller, file.relation.id, there)
        slots = _slots([one for one in categories(session) if one.id not in hidden], there)
    if len(there) > MOST_LINES:
        raise BookError(_("Too many people are on this file for one form: end some first."))
    form = ChangeForm(
        record=key_of(file),
        has_dossiers=has_dossiers,
        slots=[list(astuple(slot)) for slot in slots],
        rows={str(row.id): row.version for row in ever},
        shown=on.isoformat(),
        hides=bool(hidden),
    )
    form.file, form.on = _file_option(caller, file), on
    _show(form, there)
    return form


def hidden_in(session: Session, caller: Caller, relation_id: int, rows: Sequence[Involvement]) -> set[int]:
    """The categories in which somebody has a percentage that the caller may not know."""
    shares = known_shares(session, [relation_id], asked_by=caller.collaborator, today=caller.today)
    return {row.category_id for row in rows if row.commission is not None and row.id not in shares}


def _slots(known: Sequence[InvolvementCategory], there: Sequence[Involvement]) -> list[Slot]:
    """Those that somebody has, then the others in use, in the office's order."""
    used = {row.category_id for row in there}
    wanted = [one for one in known if one.id in used or one.retired_at is None]
    kept = sorted(wanted, key=lambda one: one.id not in used)[:MOST_SLOTS]
    return [Slot(one.id, one.carries_commission, one.is_single) for one in wanted if one in kept]


def _show(form: ChangeForm, there: Sequence[Involvement]) -> None:
    for field in SLOTS[: len(form.about["slots"])]:
        category_id = slot_of(form, field.slot).category_id
        form.values[field.name] = [_held(field, row) for row in there if row.category_id == category_id]


def _held(field: CategoryLines, row: Involvement) -> Group:
    line: Group = field.kind()
    line.values |= {"who": colleague(row.collaborator), "percent": percent_said(row), "is_main": row.is_main}
    return line


def percent_said(row: Involvement) -> str:
    return "" if row.commission is None else f"{row.commission.normalize():f}"


def show_that(caller: Caller, form: ChangeForm, changed: Field[Any]) -> None:
    """Another dossier or day was chosen: what nobody touched is shown as it stands there, or on that day."""
    file, on = form.draft(ChangeForm.file), form.draft(ChangeForm.on)
    if changed is ChangeForm.file and file is not None:
        _show_file(caller, form, file.value)
    elif changed is ChangeForm.on and on is not None:
        _show_day(caller, form, on)


def _show_file(caller: Caller, form: ChangeForm, key: str) -> None:
    shown = date.fromisoformat(form.about["shown"])
    was, will = change_form(caller, form.about["record"], shown), change_form(caller, key, shown)
    same_places = form.about["slots"] == will.about["slots"]
    for field in SLOTS:
        if not same_places or _holdings_in(form, field) == _holdings_in(was, field):
            form.fill(field, will.values[field.name])
    remember_shown(will)
    form.about |= will.about
    say_whom(form, caller)


def _show_day(caller: Caller, form: ChangeForm, on: date) -> None:
    was, will = (
        change_form(caller, form.about["record"], day) for day in (date.fromisoformat(form.about["shown"]), on)
    )
    if form.about["slots"] == was.about["slots"] == will.about["slots"]:
        for field in SLOTS:
            stood = _holdings_in(was, field)
            if _holdings_in(form, field) == stood != _holdings_in(will, field):
                form.fill(field, will.values[field.name])
        form.about["shown"] = on.isoformat()


def save_change(session: Session, caller: Caller, form: ChangeForm) -> Saved:
    file = seen_file(session, caller, form.about["record"])
    change = _told_at_its_category(
        form,
        lambda: change_from(
            session,
            file.relation.id,
            dossier_id=file.dossier_id,
            by=caller.collaborator,
            on=form.on,
            holdings=[holding for field in SLOTS for holding in _holdings_in(form, field)],
            now=caller.office.now(),
            seen=seen_versions(form),
            within=_category_ids(form),
        ),
    )
    day = caller.t.day(form.on, today=caller.today)
    return said_with_undo(session, caller, file, change, caller.t(_("Saved, from {day} on."), day=day))


def _holdings_in(form: ChangeForm, field: CategoryLines) -> list[Holding]:
    if not field.is_shown(form):
        return []
    slot = slot_of(form, field.slot)
    return [
        Holding(slot.category_id, line.values["who"].id, percentage(line.values["percent"]), line.values["is_main"])
        for line in form.values[field.name]
        if line.values["who"]
    ]


def _told_at_its_category(form: ChangeForm, change: Callable[[], InvolvementChange | None]) -> InvolvementChange | None:
    try:
        return change()
    except BookError as error:
        ids = _category_ids(form)
        if error.field == "since_on":
            error.field = "on"
        elif (category_id := error.values.get("category_id")) in ids:
            error.field = f"parts{ids.index(category_id)}"
        raise


def _category_ids(form: ChangeForm) -> list[int]:
    """The categories that the form shows: nobody was asked about another, and saving leaves it as it is."""
    return [slot_of(form, number).category_id for number in range(len(form.about["slots"]))]


def ever_in(session: Session, caller: Caller, file: File) -> Sequence[Involvement]:
    by, dossier_id = caller.collaborator, file.dossier_id
    return involvements_of(session, file.relation.id, asked_by=by, on=None, dossier_id=dossier_id)


def seen_versions(form: Form) -> dict[int, int]:
    return {int(row_id): version for row_id, version in form.about["rows"].items()}


def said_with_undo(session: Session, caller: Caller, file: File, change: InvolvementChange | None, text: str) -> Saved:
    """The sentence, the way back, and who is on the file now."""
    if change is None:
        text = caller.t(_("Nothing has changed."))
    text = caller.t.labelled(file.name, text)
    back = [actions(button(caller.t(_("Undo")), "involvement/undo", str(change.id)))] if change else []
    return Saved(text, [section(plain(text)), *back, *who_blocks(session, caller, file)])
