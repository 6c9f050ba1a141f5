"""Merging two relations that are the same: both sides shown, what differs chosen, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.choices import Radio, Says, Search
from bot.slack.contact_words import LANGUAGE_NAMES
from bot.slack.fields import Field, Option
from bot.slack.finding import find_relations, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import CONTACT_MENU, RELATION_MENU
from bot.slack.relation_card import relation_card
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.agenda import history_of
from store.base import BookError
from store.contacts import contacts_of
from store.links import LinkEnd
from store.merging import MERGED_FIELDS, Merge, differing_fields, merge_relations, undo_merge
from store.relations import Relation, RelationKind
from store.vat import shown_qst, shown_vat

KEPT, MERGED = "kept", "merged"
MOST = 99
"""Actions that are counted one by one."""


def _sides(name: str) -> Callable[[Caller, Any], list[Option]]:
    """The kept one's value, then the other's."""

    def among(_caller: Caller, form: Any) -> list[Option]:
        values = form.about.get("values", {}).get(name, ())
        return [Option(side, value[:75]) for side, value in zip((KEPT, MERGED), values, strict=False)]

    return among


def _differs(name: str) -> Callable[[Any], bool]:
    return lambda form: name in form.about.get("values", {})


class MergeForm(Form, id="merge", title=_("Merge"), submit=_("Merge")):
    other = Search(_("Which one is the same"), find=find_relations, hint=_("It becomes part of this one")).reacting()
    told = Says(lambda _caller, form: form.about.get("told", ""))
    name = Radio(_("Name"), among=_sides("name")).only_if(_differs("name"))
    legal_form = Radio(_("Legal form"), among=_sides("legal_form")).only_if(_differs("legal_form"))
    vat = Radio(_("VAT number"), among=_sides("vat")).only_if(_differs("vat"))
    qst = Radio(_("QST number (Québec)"), among=_sides("qst")).only_if(_differs("qst"))
    category_id = Radio(_("Category"), among=_sides("category_id")).only_if(_differs("category_id"))
    language = Radio(_("Language"), among=_sides("language")).only_if(_differs("language"))
    website = Radio(_("Website"), among=_sides("website")).only_if(_differs("website"))


def _chosen(caller: Caller, form: MergeForm, field: Field[Any]) -> None:
    """The other one was chosen: says what both have, and asks what differs."""
    if field.name != MergeForm.other.name:
        return
    other = form.draft(MergeForm.other)
    form.about.update(told="", values={})
    if other is None or other.is_new:
        return
    with caller.reading() as session:
        kept = seen_relation(session, caller, form.about["record"])
        merged = seen_relation(session, caller, _relation_id(session, caller, kept, other))
        form.about["told"] = "\n".join(_said(session, caller, one) for one in (kept, merged))
        differing = differing_fields(kept, merged) if kept.id != merged.id else []
        form.about["values"] = {name: [_shown(caller, one, name) for one in (kept, merged)] for name in differing}
    for name in differing:
        form.fill(getattr(MergeForm, name), Option(KEPT, form.about["values"][name][0][:75]))


def _relation_id(session: Session, caller: Caller, kept: Relation, chosen: Option) -> int:
    """Of somebody found at a company, the person when it is a person that is merged."""
    if chosen.is_new:
        raise BookError(_("Choose a relation that is in the book."), field="other")
    relation_id, contact_id = referred(chosen)
    if contact_id and kept.kind is RelationKind.PERSON:
        return seen_contact(session, caller, contact_id).person_id
    return relation_id


def _said(session: Session, caller: Caller, relation: Relation) -> str:
    """ "Dupont — Rue du Moulin 12, Tournai: 3 contacts, 12 actions"."""
    t, by = caller.t, caller.collaborator
    contacts = len(contacts_of(session, relation.id, asked_by=by, on=None))
    number = len(history_of(session, relation.id, asked_by=by, limit=MOST))
    parts = [t.n("{number} contact", "{number} contacts", contacts), t.n("{number} action", "{number} actions", number)]
    place = relation.address_on(caller.today, caller.t.language)
    return t.labelled(f"{relation.name} — {place}" if place else relation.name, t.list(parts))


def _shown(caller: Caller, relation: Relation, name: str) -> str:
    if name == "category_id":
        return relation.category.label(caller.t.language) if relation.category else ""
    value = str(getattr(relation, name))
    if name == "language":
        return LANGUAGE_NAMES[value]
    return {"vat": shown_vat, "qst": shown_qst}.get(name, str)(value)


def open_merge(interaction: Interaction, relation_id: int, other_id: int | None = None) -> None:
    def build(caller: Caller) -> MergeForm:
        with caller.reading() as session:
            relation = seen_relation(session, caller, relation_id)
            other = seen_relation(session, caller, other_id) if other_id else None
        form = MergeForm(record=relation.id)
        if other is not None:
            form.other = Option(str(other.id), other.name)
            _chosen(caller, form, MergeForm.other)
        return form

    open_form(interaction, build)


def save(session: Session, caller: Caller, form: MergeForm) -> Saved:
    kept = seen_relation(session, caller, form.about["record"])
    merged_id = _relation_id(session, caller, kept, form.other)
    name = seen_relation(session, caller, merged_id).name
    chosen = {field: form.values.get(field) for field in MERGED_FIELDS}
    taken = [field for field, side in chosen.items() if side is not None and side.value == MERGED]
    done = merge_relations(
        session, kept.id, merged_id, by=caller.collaborator, now=caller.office.now(), from_merged=taken
    )
    session.flush()
    relation = seen_relation(session, caller, done.merge.kept_id)
    text = caller.t(_("{merged} is part of {kept} now."), merged=name, kept=relation.name)
    if done.left_out:
        said = _("Not taken over, because it contradicts the file: the part of {names}.")
        text = f"{text} {caller.t(said, names=caller.t.list(list(dict.fromkeys(done.left_out))))}"
    if done.dropped:
        links = [_link(caller, end) for end in done.dropped]
        said = _("Links that went, because the file says otherwise or the same already: {links}.")
        text = f"{text} {caller.t(said, links=caller.t.list(list(dict.fromkeys(links))))}"
    undo = button(caller.t(_("Undo")), "merge/undo", str(done.merge.id))
    card = relation_card(session, caller, relation)
    return Saved(text, [section(plain(text)), actions(undo), *card], Option(str(relation.id), relation.name))


def _link(caller: Caller, end: LinkEnd) -> str:
    is_back = end.link.source_id == end.other.id
    label = end.link.type.back_label if is_back else end.link.type.label
    return f"{caller.t.quoted(label(caller.t.language))} {end.other.name}"


def _undo(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        merge, left = undo_merge(session, int(interaction.value), by=caller.collaborator, now=caller.office.now())
        text = _said_of_undo(caller, left)
        blocks = [section(plain(text)), *_cards(session, caller, merge)]
    interaction.say(text, blocks, replace=True)


def _cards(session: Session, caller: Caller, merge: Merge) -> list[Json]:
    both = (seen_relation(session, caller, one) for one in (merge.kept_id, merge.merged_id))
    return [block for relation in both for block in relation_card(session, caller, relation)]


def _said_of_undo(caller: Caller, left: int) -> str:
    text = caller.t(_("They are two again."))
    if not left:
        return text
    stays = caller.t.n(
        "{number} thing was changed since and stays where it is.",
        "{number} things were changed since and stay where they are.",
        left,
    )
    return f"{text} {stays}"


def _of_contact(interaction: Interaction, contact_id: int) -> None:
    with interaction.caller.reading() as session:
        person_id = seen_contact(session, interaction.caller, contact_id).person_id
    open_merge(interaction, person_id)


def _of_pair(interaction: Interaction) -> None:
    one_id, other_id = map(int, interaction.value.split(":"))
    open_merge(interaction, one_id, other_id)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(MergeForm, save=save, chosen=_chosen))
    slack.menu(RELATION_MENU, "merge", _("Merge with…"), open_merge, at=75)
    slack.menu(CONTACT_MENU, "merge", _("Merge with…"), _of_contact, at=75)
    slack.action("merge/pair", _of_pair)
    slack.action("merge/undo", _undo)
