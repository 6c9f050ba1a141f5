"""The two lists of a report: points planned and points discussed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action, ActionPoint
from store.base import BookError, _
from store.carrying import open_points

MOST_POINTS = 100


def split_points(text: str) -> tuple[str, ...]:
    """One point for each line that says something, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def points_typed(text: str, *, field: str) -> tuple[str, ...]:
    """As `split_points`. Raises BookError at `field` for more than 100."""
    found = split_points(text)
    if len(found) > MOST_POINTS:
        said = _("At most {most} points; these are {number}.")
        raise BookError(said, field=field, most=MOST_POINTS, number=len(found))
    return found


def put_points(session: Session, action: Action, planned: Sequence[str], discussed: Sequence[str]) -> None:
    """Makes these a stored action's own planned points, and those discussed: planned ones, carried ones, and others.

    A discussed point that stands open from earlier actions is closed by it, also when it was not planned here.
    """
    own = {row.text: row for row in action.point_rows if row.is_planned and row.carried_from_id is None}
    for text, row in own.items():
        if text not in planned:
            _take_out(session, action, row)
    for position, text in enumerate(planned):
        row = own.get(text) or _added(action, text)
        row.position = position
    _put_discussed(session, action, discussed)


def _put_discussed(session: Session, action: Action, discussed: Sequence[str]) -> None:
    known = {row.text for row in action.point_rows if row.is_planned}
    if not known.issuperset(discussed):
        for point in open_points(session, action):
            if point.text in discussed and point.text not in known:
                _added(action, point.text, carried_from_id=point.first_id)
                known.add(point.text)
    others = {row.text: row for row in action.point_rows if not row.is_planned}
    for text, row in others.items():
        if text not in discussed or text in known:
            action.point_rows.remove(row)
    for text in discussed:
        if text not in known and text not in others:
            _added(action, text, is_planned=False)
    for row in action.point_rows:
        row.is_discussed = row.text in discussed


def _added(action: Action, text: str, *, is_planned: bool = True, carried_from_id: int | None = None) -> ActionPoint:
    position = max((row.position for row in action.point_rows), default=-1) + 1
    row = ActionPoint(text=text, position=position, is_planned=is_planned, carried_from_id=carried_from_id)
    action.point_rows.append(row)
    return row


def _take_out(session: Session, action: Action, row: ActionPoint) -> None:
    """Its copies in actions that are over stay, the first of them as where it was written down."""
    query = select(ActionPoint).where(ActionPoint.carried_from_id == row.id).order_by(ActionPoint.id)
    copies = session.scalars(query).all()
    kept = [one for one in copies if one.action.is_over]
    for copy in copies:
        if copy in kept:
            copy.carried_from_id = None if copy is kept[0] else kept[0].id
        else:
            copy.action.point_rows.remove(copy)
    session.flush()
    action.point_rows.remove(row)
