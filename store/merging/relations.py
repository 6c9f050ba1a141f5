"""Merging one relation into another: everything that pointed to the one points to the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone, PostalAddress
from store.audit import note_deed
from store.base import BookError, Row, _
from store.carrying import settle_points
from store.collaborators import Collaborator
from store.contacts import Contact
from store.contacts.birthdays import Birthday
from store.duplicates import NotDuplicate
from store.involvements import Involvement
from store.links import Link
from store.merging.consenting import keep_refusals
from store.merging.model import Merge, Merged, Steps, table_of
from store.merging.parts import join_involvements, join_links
from store.merging.places import join_places, people_around
from store.merging.trail import record_steps
from store.relation_facts import settle
from store.relations import Relation, relation_to_write
from store.scopes import is_in_scope
from store.search_writing import index_relations
from store.standing import lock_standing

MERGED_FIELDS = ("name", "legal_form", "vat", "qst", "category_id", "language", "website")
"""Of which a person chooses one side's; remarks are joined."""
OWN_WAY = {"contact", "involvement", "link", "not_duplicate", "birthday", "search_word", "merge", "consent"}
"""Tables that point to relations and need more than being pointed elsewhere."""


def differing_fields(kept: Relation, merged: Relation) -> list[str]:
    """The fields in which both say something, and not the same."""
    pairs = ((name, getattr(kept, name), getattr(merged, name)) for name in MERGED_FIELDS)
    return [name for name, ours, theirs in pairs if ours and theirs and ours != theirs]


def merge_relations(
    session: Session,
    kept_id: int,
    merged_id: int,
    *,
    by: Collaborator,
    now: datetime,
    from_merged: Collection[str] = (),
) -> Merged:
    """The kept one takes over all that the other had; the other's id leads to it for ever.

    `from_merged` are the differing fields of which the merged one's value is taken; what only one of them has is kept
    anyway. Ranks stay without gaps, the kept one's contacts first. Who refused mailings on either side refuses them.
    Raises NotAllowed, NotFound, and BookError: at `other` for the same relation or another kind, and when a settled
    commission or a chain of companies stands in the way.
    """
    kept, merged = _both(session, kept_id, merged_id, by=by)
    session.flush()
    steps = Steps(session)
    hangers = people_around(session, kept.id, merged.id)
    refused = keep_refusals(session, kept.id, merged.id)
    _join_fields(steps, kept, merged, from_merged, now=now)
    left_out = join_involvements(steps, kept.id, merged.id, now=now)
    _join_lines(steps, kept.id, merged.id)
    _point_elsewhere(steps, kept.id, merged.id)
    settle(session, (kept.id, merged.id))
    join_places(steps, kept.id, merged.id, now=now)
    refused.write(steps, by=by, now=now)
    relation = table_of(Relation)
    steps.change(relation, relation.c.id == merged.id, deleted_at=now, merged_into_id=kept.id)
    # Not a step: whoever has the merged one open may not save it as it was, and versions only ever rise.
    session.execute(relation.update().where(relation.c.id == merged.id).values(version=relation.c.version + 1))
    session.expire_all()
    dropped = join_links(steps, kept.id, merged, by=by, now=now)
    dropped = [end for end in dropped if end.other is merged or is_in_scope(session, end.other.id, asked_by=by)]
    session.expire_all()
    settle_points(session, kept.id)
    row = Merge(kept_id=kept.id, merged_id=merged.id, by_id=by.id, at=now, steps=steps.made)
    session.add(row)
    record_steps(session, steps.made)
    index_relations(session, {kept.id, merged.id, *hangers})
    note_deed(session, "merged", kind="relation", row_id=kept.id, relation_id=kept.id, by_id=by.id,
              after={"name": merged.name})  # fmt: skip
    return Merged(row, tuple(left_out), tuple(dropped))


def _both(session: Session, kept_id: int, merged_id: int, *, by: Collaborator) -> tuple[Relation, Relation]:
    """Locked, with all their places: nothing new comes to stand at what is on its way elsewhere."""
    both = lock_standing(session, kept_id, merged_id)
    places = Contact.person_id.in_(both) | Contact.relation_id.in_(both)
    session.execute(select(Contact.id).where(places).order_by(Contact.id).with_for_update()).all()
    kept, merged = (relation_to_write(session, one, by=by) for one in both)
    if kept.id == merged.id:
        raise BookError(_("That is the same relation."), field="other")
    if kept.kind is not merged.kind:
        raise BookError(_("A person and a company cannot be one and the same."), field="other")
    return kept, merged


def _join_fields(
    steps: Steps, kept: Relation, merged: Relation, from_merged: Collection[str], *, now: datetime
) -> None:
    table, values = table_of(Relation), {}
    for name in MERGED_FIELDS:
        ours, theirs = getattr(kept, name), getattr(merged, name)
        if theirs and (not ours or name in from_merged):
            values[name] = theirs
    if "name" in values:
        values["folded"] = merged.folded
    notes = [text for text in (kept.notes, merged.notes) if text]
    values["notes"] = "\n".join(dict.fromkeys(notes))
    values["is_only_contact"] = kept.is_only_contact and merged.is_only_contact
    steps.change(table, table.c.id == kept.id, **values, changed_at=now, version=kept.version + 1)


def _join_lines(steps: Steps, kept_id: int, merged_id: int) -> None:
    """Addresses, e-mails and phones: the kept one's first; what both have stands once."""
    same: tuple[tuple[type[Row], tuple[str, ...]], ...] = (
        (MailAddress, ("folded",)),
        (Phone, ("digits",)),
        (PostalAddress, ("street", "postal_code", "town")),
    )
    for kind, columns in same:
        table = table_of(kind)
        ours = _lines(steps.session, table, kept_id)
        known: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in ours:
            known.setdefault(tuple(row[name] for name in columns), []).append(row)
        position = max((row["position"] for row in ours), default=-1)
        for row in _lines(steps.session, table, merged_id):
            if (twin := _twin_of(row, known.get(tuple(row[name] for name in columns), ()))) is not None:
                if row.get("country") and not twin["country"]:
                    steps.change_row(table, twin, country=row["country"])
                    twin["country"] = row["country"]
                steps.remove(table, table.c.id == row["id"])
            else:
                position += 1
                steps.change_row(table, row, relation_id=kept_id, position=position)


def _twin_of(row: Mapping[str, Any], alike: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Of those that read alike one at the same place: in the same country, else where one of the two says none."""
    country = row.get("country")
    here = [one for one in alike if one.get("contact_id") == row.get("contact_id")]
    same = (one for one in here if one.get("country") == country)
    return next(same, next((one for one in here if not (country and one["country"])), None))


def _lines(session: Session, table: Table, relation_id: int) -> Sequence[dict[str, Any]]:
    query = table.select().where(table.c.relation_id == relation_id).order_by(table.c.position)
    return [row._asdict() for row in session.execute(query)]


def _point_elsewhere(steps: Steps, kept_id: int, merged_id: int) -> None:
    """Whatever else points to the merged one: what is added to the book later is pointed elsewhere as well."""
    birthday, said = table_of(Birthday), table_of(NotDuplicate)
    has_one = steps.session.scalar(select(birthday.c.id).where(birthday.c.person_id == kept_id))
    if has_one:
        steps.remove(birthday, birthday.c.person_id == merged_id)
    steps.change(birthday, birthday.c.person_id == merged_id, person_id=kept_id)
    steps.remove(said, (said.c.one_id == merged_id) | (said.c.other_id == merged_id))
    for table in Row.metadata.sorted_tables:
        if table.name in OWN_WAY:
            continue
        for column in table.c:
            if any(key.column.table.name == "relation" for key in column.foreign_keys):
                steps.change(table, column == merged_id, **{column.name: kept_id})
    for kind, columns in ((Involvement, ("relation_id",)), (Link, ("source_id", "target_id"))):
        for name in columns:
            table = table_of(kind)
            steps.change(table, table.c[name] == merged_id, **{name: kept_id})
