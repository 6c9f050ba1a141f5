"""What the book knows already of the lines of a batch: looked up for all of them at once, then line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import MailAddress, PostalAddress, in_one_line
from store.base import BookError, _
from store.batches import batches
from store.collaborators import Collaborator
from store.contacts import Contact
from store.importing.facts import Place, Wanted
from store.relations import Relation, RelationKind
from store.scopes import in_scope
from store.words import fold


@dataclass(eq=False, slots=True)
class Party:
    """A relation that a line may mean: one of the book (`id`), or one that a line before it adds (`row`)."""

    id: int | None
    row: Relation | None
    kind: RelationKind
    key: str
    name: str
    vat: str
    is_only_contact: bool
    towns: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    """Each in one line, folded, with the country's code."""

    def may_be_in(self, town: str) -> bool:
        return not town or not self.towns or town in self.towns

    def stands_at(self, row: PostalAddress) -> None:
        self.addresses.add(fold(in_one_line(row.street, row.postal_code, row.town, row.country)))
        if row.town:
            self.towns.add(fold(row.town))


@dataclass(slots=True)
class Known:
    """Relations by name key, VAT number and address, contacts by relation and the person's name key."""

    by_key: dict[str, list[Party]] = field(default_factory=lambda: defaultdict(list))
    by_vat: dict[str, list[Party]] = field(default_factory=lambda: defaultdict(list))
    by_mail: dict[str, list[Party]] = field(default_factory=lambda: defaultdict(list))
    places: dict[tuple[Party, str], Contact | int] = field(default_factory=dict)
    _by_id: dict[int, Party] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, lines: Sequence[Wanted], *, by: Collaborator) -> Known:
        known = cls()
        keys = {one.relation.folded for one in lines} | {one.place.key for one in lines if one.place}
        known._load(session, Relation.folded.in_(keys), by)
        vats = {one.place.vat if one.place else one.relation.vat for one in lines} - {""}
        known._load(session, Relation.vat.in_(vats), by) if vats else None
        mails = {mail for one in lines for mail in one.mails}
        owners = select(MailAddress.relation_id).where(MailAddress.folded.in_(mails))
        known._load(session, Relation.id.in_(owners), by) if mails else None
        known._load_lines(session, mails)
        known._load_places(session, {one.relation.folded for one in lines if one.place})
        return known

    def _load(self, session: Session, which: object, by: Collaborator) -> None:
        query = select(
            Relation.id, Relation.kind, Relation.folded, Relation.name, Relation.vat, Relation.is_only_contact
        ).where(which, Relation.deleted_at.is_(None), in_scope(Relation.id, asked_by=by))  # type: ignore[arg-type]
        for row in session.execute(query.order_by(Relation.id)):
            if row.id not in self._by_id:
                party = Party(row.id, None, row.kind, row.folded, row.name, row.vat, row.is_only_contact)
                self._by_id[row.id] = party
                self._enter(party)

    def _enter(self, party: Party) -> None:
        self.by_key[party.key].append(party)
        if party.vat:
            self.by_vat[party.vat].append(party)

    def _load_lines(self, session: Session, mails: set[str]) -> None:
        for ids in batches(sorted(self._by_id)):
            for row in session.scalars(select(PostalAddress).where(PostalAddress.relation_id.in_(ids))):
                self._by_id[row.relation_id].stands_at(row)
            held = select(MailAddress.relation_id, MailAddress.folded).where(MailAddress.relation_id.in_(ids))
            for relation_id, mail in session.execute(held):
                if mail in mails:
                    self.by_mail[mail].append(self._by_id[relation_id])

    def _load_places(self, session: Session, person_keys: set[str]) -> None:
        # By the persons, of whom few are called so: one relation may have a hundred thousand contacts.
        persons = {one.id: one.key for one in self._by_id.values() if one.key in person_keys}
        for ids in batches(sorted(one for one in persons if one)):
            query = select(Contact.relation_id, Contact.person_id, Contact.id)
            query = query.where(Contact.person_id.in_(ids), Contact.deleted_at.is_(None))
            for relation_id, person_id, contact_id in session.execute(query.order_by(Contact.id)):
                if relation_id in self._by_id:
                    self.places.setdefault((self._by_id[relation_id], persons[person_id]), contact_id)

    def add(self, row: Relation) -> Party:
        """A relation that this batch adds: the lines behind find it."""
        party = Party(None, row, row.kind, row.folded, row.name, row.vat, row.is_only_contact)
        self._enter(party)
        for address in row.postal_addresses:
            party.stands_at(address)
        for line in row.mail_addresses:
            self.by_mail[line.folded].append(party)
        return party

    def same_relation(self, wanted: Wanted) -> Party | None:
        """By VAT number, by e-mail, or by name and town; what is known only as a contact is none."""
        relation = wanted.relation
        if relation.vat and (found := self.by_vat.get(relation.vat)):
            return found[0]
        candidates = [one for mail in wanted.mails for one in self.by_mail.get(mail, ())]
        named = [one for one in self.by_key.get(relation.folded, ()) if one.may_be_in(wanted.town)]
        for one in (*candidates, *named):
            is_other_vat = relation.vat and one.vat
            if one.kind is relation.kind and not one.is_only_contact and not is_other_vat:
                return one
        return None

    def same_person(self, wanted: Wanted) -> Party | None:
        """Of the same name with the same address: couples and teams share one."""
        shared = (one for mail in wanted.mails for one in self.by_mail.get(mail, ()))
        return next(
            (one for one in shared if one.kind is RelationKind.PERSON and one.key == wanted.relation.folded), None
        )

    def relation_of(self, place: Place, town: str) -> Party | None:
        """Where the contact is; None when it is to be added. Raises BookError when several are called so."""
        if place.vat and (found := self.by_vat.get(place.vat)):
            return found[0]
        named = [one for one in self.by_key.get(place.key, ()) if not one.is_only_contact and place.key]
        fitting = [one for one in named if not (place.vat and one.vat)]
        if len(fitting) > 1:
            fitting = [one for one in fitting if town and town in one.towns] or fitting
        if len(fitting) > 1:
            raise BookError(
                _("Several relations are called {name}. Add their VAT number or town."), name=place.relation
            )
        return fitting[0] if fitting else None
