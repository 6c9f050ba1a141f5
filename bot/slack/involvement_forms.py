"""The two forms about who is on a file: one changes it from a day on, one corrects what was entered wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Says
from bot.slack.fields import Day, Field
from bot.slack.finding import colleague
from bot.slack.forms import Form, Group
from bot.slack.involvement_fields import (
    MOST_LINES,
    MOST_SLOTS,
    CategoryLines,
    CorrectedLine,
    PeriodLines,
    Slot,
    category_label,
    percentage,
    slot_of,
)
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved
from bot.slack.who_is_on_it import who_blocks
from bot.texts import _
from store.base import BookError, NotFound
from store.involvements import (
    Holding,
    Involvement,
    InvolvementCategory,
    InvolvementChange,
    Period,
    categories,
    change_from,
    correct_category,
    involvement_seen_by,
    involvements_of,
    known_shares,
)

MOST_PERIODS = 15


HIDDEN = _("Percentages of this file are changed by an administrator, or by whoever has one on it.")


def _says_of_change(caller: Caller, form: Any) -> str:
    said = caller.t(_("Whom you take out ends the day before; who changes begins anew that day. The past stays."))
    return f"{said} {caller.t(HIDDEN)}" if form.about["hides"] else said


def _says_of_correction(caller: Caller, form: Any) -> str:
    label = category_label(caller, form.about["category"])
    return caller.t(
        _("{category}: for typing errors. The periods below are rewritten, also in the past."), category=label
    )


class ChangeForm(Form, id="involvements", title=_("Who is on it"), submit=_("Save")):
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


class CorrectForm(Form, id="involvement_periods", title=_("Correct a mistake"), submit=_("Save")):
    says = Says(_says_of_correction)
    periods = PeriodLines()


SLOTS = [field for field in ChangeForm.fields if isinstance(field, CategoryLines)]


# From a day on


def change_form(caller: Caller, relation_id: int, on: date | None = None) -> ChangeForm:
    """The whole block as it stands on that day (None: today). Raises NotFound, BookError when it is too long."""
    on = on or caller.today
    with caller.reading() as session:
        relation = seen_relation(session, caller, relation_id)
        ever = involvements_of(session, relation.id, asked_by=caller.collaborator, on=None)
        there = [row for row in ever if row.since_on <= on <= (row.until_on or date.max)]
        hidden = _hidden(session, caller, relation.id, there)
        slots = _slots([one for one in categories(session) if one.id not in hidden], there)
    if len(there) > MOST_LINES:
        raise BookError(_("Too many people are on this file for one form: end some first."))
    form = ChangeForm(
        record=relation.id,
        slots=[list(astuple(slot)) for slot in slots],
        rows={str(row.id): row.version for row in ever},
        shown=on.isoformat(),
        hides=bool(hidden),
    )
    form.on = on
    _show(form, there)
    return form


def _hidden(session: Session, caller: Caller, relation_id: int, rows: Sequence[Involvement]) -> set[int]:
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
    line.values |= {"who": colleague(row.collaborator), "percent": _percent(row), "is_main": row.is_main}
    return line


def _percent(row: Involvement) -> str:
    return "" if row.commission is None else f"{row.commission.normalize():f}"


def show_that_day(caller: Caller, form: ChangeForm, changed: Field[Any]) -> None:
    """Another day was chosen: what nobody touched is shown as it stands on that day."""
    on = form.draft(ChangeForm.on)
    if changed is not ChangeForm.on or on is None:
        return
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
    change = _told_at_its_category(
        form,
        lambda: change_from(
            session,
            form.about["record"],
            by=caller.collaborator,
            on=form.on,
            holdings=[holding for field in SLOTS for holding in _holdings_in(form, field)],
            now=caller.office.now(),
            seen=_seen(form),
            within=_category_ids(form),
        ),
    )
    day = caller.t.day(form.on, today=caller.today)
    return said_with_undo(session, caller, form.about["record"], change, caller.t(_("Saved, from {day} on."), day=day))


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


# A correction


def correct_form(caller: Caller, involvement_id: int) -> CorrectForm:
    """The periods of that involvement's category on its file, the last ones when there are many. Raises NotFound."""
    with caller.reading() as session:
        asked = involvement_seen_by(session, involvement_id, asked_by=caller.collaborator)
        if asked is None:
            raise NotFound
        ever = involvements_of(session, asked.relation_id, asked_by=caller.collaborator, on=None)
        rows = [row for row in ever if row.category_id == asked.category_id]
        relation = seen_relation(session, caller, asked.relation_id)
        if _hidden(session, caller, relation.id, rows):
            raise BookError(HIDDEN)
    shown = sorted(rows, key=lambda row: (row.since_on, row.id))[-MOST_PERIODS:]
    form = CorrectForm(
        record=involvement_id,
        relation=relation.id,
        category=asked.category_id,
        carries=asked.category.carries_commission,
        rows={str(row.id): row.version for row in ever},
        shown=[row.id for row in shown],
    )
    form.periods = [_period_line(row) for row in shown]
    return form


def _period_line(row: Involvement) -> CorrectedLine:
    line = CorrectedLine()
    line.key = str(row.id)
    line.values |= {
        "who": colleague(row.collaborator),
        "since": row.since_on,
        "until": row.until_on,
        "percent": _percent(row),
        "is_main": row.is_main,
    }
    return line


def save_correction(session: Session, caller: Caller, form: CorrectForm) -> Saved:
    about = form.about
    ever = involvements_of(session, about["relation"], asked_by=caller.collaborator, on=None)
    others = [row for row in ever if row.category_id == about["category"] and row.id not in about["shown"]]
    try:
        change = correct_category(
            session,
            about["relation"],
            about["category"],
            by=caller.collaborator,
            periods=[*(_as_it_is(row) for row in others), *(_period(line) for line in form.periods if line.who)],
            now=caller.office.now(),
            seen=_seen(form),
        )
    except BookError as error:
        error.field = "periods" if error.field else None
        raise
    return said_with_undo(session, caller, about["relation"], change, caller.t(_("Corrected.")))


def _as_it_is(row: Involvement) -> Period:
    return Period(row.id, row.collaborator_id, row.since_on, row.until_on, row.commission, row.is_main)


def _period(line: CorrectedLine) -> Period:
    assert line.who is not None, "lines without anybody are left out"
    row_id = int(line.key) if line.key else None
    return Period(row_id, line.who.id, line.since, line.until, percentage(line.percent), line.is_main)


def _seen(form: Form) -> dict[int, int]:
    return {int(row_id): version for row_id, version in form.about["rows"].items()}


def said_with_undo(
    session: Session, caller: Caller, relation_id: int, change: InvolvementChange | None, text: str
) -> Saved:
    """The sentence, the way back, and who is on the file now."""
    relation = seen_relation(session, caller, relation_id)
    if change is None:
        text = caller.t(_("Nothing has changed."))
    text = caller.t.labelled(relation.name, text)
    back = [actions(button(caller.t(_("Undo")), "involvement/undo", str(change.id)))] if change else []
    return Saved(text, [section(plain(text)), *back, *who_blocks(session, caller, relation)])
