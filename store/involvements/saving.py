"""One save on the involvements of one file, a relation or a dossier of it: checked, told, and kept for undoing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store.base import BookError, ChangedMeanwhile, _
from store.collaborators import Collaborator
from store.dossiers import Dossier
from store.involvements.commissions import knows_all_shares
from store.involvements.images import image_of, part_in, part_of
from store.involvements.locking import locked_until
from store.involvements.model import Involvement, InvolvementCategory, InvolvementChange
from store.involvements.rules import Part, changes_locked, check_parts
from store.involvements.telling import tell_representatives
from store.relations import Relation

Seen = Mapping[int, int]
"""Versions by id of the involvements that a form showed."""


class Save:
    """`put` says what shall stand, `finish` checks it as a whole and writes it: after a BookError nothing is written.

    The caller has locked the relation: two who save at the same time would each find nobody else there.
    """

    def __init__(
        self, session: Session, relation: Relation, dossier: Dossier | None, *, by: Collaborator, now: datetime
    ) -> None:
        self._session, self._relation, self._by, self._now = session, relation, by, now
        self._dossier, self._dossier_id = dossier, dossier.id if dossier else None
        here = Involvement.relation_id == relation.id, Involvement.dossier_id == self._dossier_id
        query = select(Involvement).where(*here, Involvement.deleted_at.is_(None))
        query = query.order_by(Involvement.since_on, Involvement.id).execution_options(populate_existing=True)
        self._rows = {row.id: row for row in session.scalars(query)}
        self._stood = {row.id: image_of(row) for row in self._rows.values()}
        self._before: dict[int, list[Part]] = {}
        for row in self._rows.values():
            self._before.setdefault(row.category_id, []).append(part_of(row))
        self._after = {category_id: list(parts) for category_id, parts in self._before.items()}
        self._knows_shares = knows_all_shares(
            session, relation.id, asked_by=by, today=by.day_of(now), dossier_id=self._dossier_id
        )

    def expect(self, seen: Seen | None) -> None:
        """Raises ChangedMeanwhile unless the form showed what stands now (None: do not check)."""
        standing = {row.id: row.version for row in self._rows.values()}
        if seen is not None and seen != standing:
            changed = [row_id for row_id in {*seen, *standing} if seen.get(row_id) != standing.get(row_id)]
            raise ChangedMeanwhile(row=(Involvement.__tablename__, max(changed)))

    @property
    def category_ids(self) -> list[int]:
        """Those in which somebody has or had a part."""
        return list(self._before)

    @property
    def newest(self) -> Involvement:
        """The row that was added last."""
        return self._rows[max(self._rows)]

    def parts_in(self, category_id: int) -> list[Part]:
        """As they stood, by first day."""
        return list(self._before.get(category_id, []))

    def put(self, category: InvolvementCategory, parts: Sequence[Part]) -> None:
        """The category's parts become these; a row that none of them names was entered by mistake.

        Raises BookError at `commission`, and at `collaborator_id` for somebody new there who has left. Who does not
        know the percentages of the file leaves them as they are, and gives nobody one.
        """
        if not (self._knows_shares or keeps_shares(self.parts_in(category.id), parts)):
            text = _("Percentages of this file are changed by an administrator, or by whoever has one on it.")
            raise BookError(text, field="commission", category_id=category.id)
        known = {part.row_id: part.collaborator_id for part in self.parts_in(category.id)}
        for part in parts:
            checked_commission(part.commission, category)
            if part.row_id is None or known.get(part.row_id) != part.collaborator_id:
                self._refuse_leaver(part, category)
        self._after[category.id] = list(parts)

    def put_back(self, images: Mapping[str, Mapping[str, Any] | None]) -> None:
        """Rows by id as they stood before (None: they did not)."""
        for category_id, parts in self._after.items():
            self._after[category_id] = [part for part in parts if str(part.row_id) not in images]
        for row_id, image in images.items():
            if image is not None:
                name = self._session.get_one(Collaborator, image["collaborator_id"]).name
                self._after.setdefault(image["category_id"], []).append(part_in(int(row_id), name, image))

    def finish(self, *, tells: bool = True) -> None:
        """Raises BookError as `check_parts`, and at `since_on` for what is settled; `category_id` is among its values.

        `tells` those who begin or cease to represent the office there, unless they did it themselves.
        """
        settled_until = locked_until(self._session)
        for category_id in self._after:
            self._check(category_id, settled_until)
        self._write()
        if not self.changed_rows():
            return
        # Who has a file is dealt with in their own right, not only through where they work.
        self._relation.is_only_contact = self._relation.is_only_contact and not any(self._after.values())
        self._relation.changed_at = self._now
        flag_modified(self._relation, "changed_at")
        self._session.flush()
        if tells:
            self._tell()

    def changed_rows(self) -> dict[str, Any]:
        """As `InvolvementChange.rows`, once it is finished."""
        return {
            str(row.id): {"version": row.version, "before": self._stood.get(row.id)}
            for row in self._rows.values()
            if image_of(row) != self._stood.get(row.id)
        }

    def keep(self) -> InvolvementChange | None:
        """The record by which it is undone; None when nothing changed."""
        if not (rows := self.changed_rows()):
            return None
        change = InvolvementChange(by_id=self._by.id, made_at=self._now, rows=rows)
        self._session.add(change)
        self._session.flush()
        return change

    def _tell(self) -> None:
        tell_representatives(
            self._session,
            self._relation,
            self._before,
            self._after,
            dossier_id=self._dossier_id,
            by=self._by,
            now=self._now,
        )

    def _refuse_leaver(self, part: Part, category: InvolvementCategory) -> None:
        if not self._session.get_one(Collaborator, part.collaborator_id).is_active:
            text = _("This collaborator has left the office.")
            raise BookError(text, field="collaborator_id", category_id=category.id)

    def _check(self, category_id: int, settled_until: date | None) -> None:
        before, after = self._before.get(category_id, []), self._after[category_id]
        category = self._session.get_one(InvolvementCategory, category_id)
        try:
            check_parts(before, after, rule=category.commission_rule, is_single=category.is_single)
            if settled_until and changes_locked(before, after, locked_until=settled_until):
                text = _("Commissions are settled up to {day}: choose a later day.")
                raise BookError(text, field="since_on", day=settled_until)
        except BookError as error:
            if "shares" in error.values and not self._knows_shares:
                text = _("The percentages would not add up: ask an administrator, or whoever has one on this file.")
                raise BookError(text, field=error.field, category_id=category_id) from None
            error.values["category_id"] = category_id
            raise

    def _write(self) -> None:
        kept = {part.row_id for parts in self._after.values() for part in parts}
        for row in self._rows.values():
            if row.id not in kept:
                row.deleted_at = self._now
        written = [self._write_part(category_id, part) for category_id, parts in self._after.items() for part in parts]
        self._session.flush()
        self._rows |= {row.id: row for row in written}

    def _write_part(self, category_id: int, part: Part) -> Involvement:
        row = self._session.get(Involvement, part.row_id) if part.row_id else None
        # Read before the row is added: reading writes what waits, and half a row cannot be written.
        collaborator = self._session.get_one(Collaborator, part.collaborator_id)
        category = self._session.get_one(InvolvementCategory, category_id)
        if row is None:
            row = Involvement(
                relation=self._relation, dossier=self._dossier, collaborator=collaborator, category=category
            )
            self._session.add(row)
        row.collaborator, row.category = collaborator, category
        row.since_on, row.until_on, row.deleted_at = part.since_on, part.until_on, None
        row.commission = checked_commission(part.commission, category)
        row.is_main = part.is_main
        return row


def keeps_shares(before: Sequence[Part], after: Sequence[Part]) -> bool:
    """Whether everybody has what they had, and who is new at most what somebody had."""
    held: dict[int, set[Decimal | None]] = {}
    for part in before:
        held.setdefault(part.collaborator_id, set()).add(part.commission)
    known = {None}.union(*held.values())
    return all(part.commission in held.get(part.collaborator_id, known) for part in after)


def checked_commission(commission: Decimal | None, category: InvolvementCategory) -> Decimal | None:
    """With two decimals. Raises BookError at `commission` unless the category carries one and it is from 0 to 100."""
    if commission is None:
        return None
    text = ""
    if not category.carries_commission:
        text = _("This category carries no commission.")
    elif not (commission.is_finite() and 0 <= commission <= 100):
        text = _("The commission must be from 0 to 100%.")
    elif commission != round(commission, 2):
        text = _("The commission has at most two decimals.")
    if text:
        raise BookError(text, field="commission", category_id=category.id)
    return round(commission, 2)
