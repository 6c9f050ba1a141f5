"""What becomes of each line of a batch: matched against what the book knows, added, filled, left out or refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.addresses import in_one_line, put_postal_addresses
from store.base import BookError, Row, _
from store.collaborators import Collaborator
from store.contacts import Contact, ContactRole
from store.importing.facts import LineRefused, Lists, Place, Wanted, facts_in, new_relation
from store.importing.fields import Duplicates
from store.importing.filling import Filled, fill_contact, fill_relation
from store.importing.inserting import new_row
from store.importing.known import Known, Party
from store.importing.model import Import, Outcome
from store.relations import Relation, RelationKind
from store.vat import shown_vat
from store.words import fold, legal_form_in

NumberedCells = tuple[int, Sequence[str]]
"""A line's number in its file, and its cells."""
IN_THE_BOOK = _("{name} is in the book already.")


@dataclass(slots=True)
class Done:
    """What became of a line, before its ids are known."""

    number: int
    outcome: Outcome
    about: str = ""
    reason: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    cells: Sequence[str] = ()
    made: list[Row] = field(default_factory=list)
    filled: Filled | None = None
    wanted: Wanted | None = None

    def tell_left_out(self, cells: Sequence[str]) -> None:
        """That the line, whose cells these are, came in without one of them, if so."""
        if self.wanted is not None and (problem := self.wanted.left_out) is not None:
            self.about, self.reason, self.cells = problem.field, problem.reason, cells
            self.told = {**self.told, **problem.told}


class Plan:
    """Of a batch of lines, one after the other.

    With `is_written` False (a dry run) nothing is locked, and what is filled in the session's rows is never flushed.
    """

    session: Session

    def __init__(self, run: Import, lists: Lists, *, by: Collaborator, is_written: bool) -> None:
        self.run, self.lists, self.by = run, lists, by
        self.done: list[Done] = []
        self.new: list[tuple[Wanted, Relation, Contact | None]] = []
        """Relations, and persons with their new place; `new_persons` are those who were not in the book before."""
        self.new_persons: list[Relation] = []
        self.persons: list[tuple[Wanted, Relation]] = []
        """Of whom a line says something, new or not."""
        self.filled: list[Filled] = []
        self._known = Known()
        self._wanted: list[tuple[int, Sequence[str], Wanted]] = []
        self._ranks: dict[tuple[Party, int], int] = {}
        self._is_written = is_written

    def read(self, lines: Iterable[NumberedCells]) -> None:
        """Checks the lines by themselves. Half of the work, and it needs no transaction."""
        self._wanted += [(number, cells, one) for number, cells in lines if (one := self._read(number, cells))]

    def match(self, session: Session, *, now: datetime) -> None:
        """Decides about the lines that were read, by what the book knows in this transaction; once for each plan."""
        self.session, self.now = session, now
        self._known = Known.of(session, [one for _number, _cells, one in self._wanted], by=self.by)
        for number, cells, one in self._wanted:
            try:
                done = self._contact(one, one.place) if one.place else self._relation(one)
            except BookError as error:
                done = Done(0, Outcome.REFUSED, "relation", error.text, dict(error.values))
            done.number, done.wanted = number, one
            if done.reason:
                done.cells = cells
            else:
                done.tell_left_out(cells)
            self.done.append(done)

    def _read(self, number: int, cells: Sequence[str]) -> Wanted | None:
        run = self.run
        if any(cell.strip() for cell in cells[len(run.columns) :]):
            reason = _("This line has more cells than there are columns.")
            self.done.append(Done(number, Outcome.REFUSED, reason=reason, cells=cells))
            return None
        by_field = {key: cell for key, cell in zip(run.fields, cells, strict=False) if key}
        try:
            return facts_in(by_field, run.what, self.lists)
        except LineRefused as error:
            self.done += [
                Done(number, Outcome.REFUSED, one.field, one.reason, one.told, cells) for one in error.problems
            ]
            return None

    def _relation(self, wanted: Wanted) -> Done:
        match = self._known.same_relation(wanted)
        if match is not None and self.run.duplicates is not Duplicates.ADD:
            return self._matched(match, wanted)
        relation = self._stamped(wanted.relation)
        self._known.add(relation)
        self.new.append((wanted, relation, None))
        if relation.kind is RelationKind.PERSON:
            self.persons.append((wanted, relation))
        return Done(0, Outcome.ADDED, made=[relation])

    def _matched(self, match: Party, wanted: Wanted) -> Done:
        told = {"name": match.name}
        if self.run.duplicates is Duplicates.SKIP:
            return Done(0, Outcome.SKIPPED, "name", IN_THE_BOOK, told)
        row = match.row or self.session.get_one(Relation, match.id)
        filled = fill_relation(row, wanted, now=self.now)
        return self._told_filled(filled, wanted, row, told)

    def _told_filled(self, filled: Filled, wanted: Wanted, person: Relation, told: dict[str, Any]) -> Done:
        if person.kind is RelationKind.PERSON:
            self.persons.append((wanted, person))
        if filled.is_empty:
            return Done(0, Outcome.SKIPPED, "name", IN_THE_BOOK, told)
        self.filled.append(filled)
        return Done(0, Outcome.FILLED, told=told, made=filled.made, filled=filled)

    def _contact(self, wanted: Wanted, place: Place) -> Done:
        made: list[Row] = []
        party = self._known.relation_of(place, wanted.town)
        key = wanted.relation.folded
        match = self._known.places.get((party, key)) if party else None
        if match is not None and self.run.duplicates is not Duplicates.ADD:
            return self._matched_contact(match, wanted)
        if party is None:
            party = self._add_company(place, made)
        person = self._known.same_person(wanted) if match is None else None
        if person is None:
            who = self._stamped(wanted.relation)
            self._known.add(who)
            made.append(who)
            self.new_persons.append(who)
        elif person.row is not None:
            who = person.row
        else:
            who = self.session.get_one(Relation, person.id) if self._is_written else wanted.relation
        at = {"relation_id": party.id} if party.row is None else {"relation": party.row}
        roles = [self._role(party, kind_id) for kind_id in place.kind_ids]
        own = {"function": place.function, **_own_address(party, place)}
        contact = new_row(Contact, person=who, roles=roles, changed_at=self.now, **at, **own)
        self._known.places[party, key] = contact
        self.new.append((wanted, who, contact))
        self.persons.append((wanted, who))
        return Done(0, Outcome.ADDED, made=[contact, *made])

    def _matched_contact(self, match: Contact | int, wanted: Wanted) -> Done:
        told = {"name": wanted.relation.name}
        if self.run.duplicates is Duplicates.SKIP:
            return Done(0, Outcome.SKIPPED, "name", IN_THE_BOOK, told)
        contact = match if isinstance(match, Contact) else self.session.get_one(Contact, match)
        filled = fill_contact(contact, wanted, now=self.now)
        if wanted.place and wanted.place.kind_ids and not contact.roles:
            party = next(one for one, key in self._known.places if self._known.places[one, key] == match)
            contact.roles.extend(self._role(party, kind_id) for kind_id in wanted.place.kind_ids)
            filled.made += contact.roles
        return self._told_filled(filled, wanted, contact.person, told)

    def _add_company(self, place: Place, made: list[Row]) -> Party:
        if not place.relation:
            raise BookError(_("No relation has the VAT number {vat}. Add its name."), vat=shown_vat(place.vat))
        company = self._stamped(new_relation(RelationKind.COMPANY, vat=place.vat))
        company.rename(place.relation)
        company.legal_form = legal_form_in(company.name)
        put_postal_addresses(company.postal_addresses, [place.address])
        made.append(company)
        return self._known.add(company)

    def _stamped(self, relation: Relation) -> Relation:
        relation.__dict__.update(created_by_id=self.by.id, created_at=self.now, changed_at=self.now)
        return relation

    def _role(self, party: Party, kind_id: int) -> ContactRole:
        """Last in rank among those of the kind there."""
        if (party, kind_id) not in self._ranks:
            self._ranks[party, kind_id] = _last_rank(self.session, party, kind_id, is_locked=self._is_written)
        self._ranks[party, kind_id] += 1
        return new_row(ContactRole, kind_id=kind_id, rank=self._ranks[party, kind_id])


def _own_address(party: Party, place: Place) -> dict[str, str]:
    """The columns of the place's own address: none when it is the relation's."""
    given = {name: getattr(place.address, name) for name in ("street", "postal_code", "town", "country")}
    one_line = fold(in_one_line(**given))
    return {} if not one_line or one_line in party.addresses else given


def _last_rank(session: Session, party: Party, kind_id: int, *, is_locked: bool) -> int:
    if party.id is None:
        return 0
    if is_locked:  # or two who add a contact at the same time would both get the last rank
        session.execute(select(Relation.id).where(Relation.id == party.id).with_for_update())
    query = select(func.max(ContactRole.rank)).join(Contact, Contact.id == ContactRole.contact_id)
    return session.scalar(query.where(Contact.relation_id == party.id, ContactRole.kind_id == kind_id)) or 0
