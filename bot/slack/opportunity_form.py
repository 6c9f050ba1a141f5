"""The form of an opportunity: its fields, how they fill themselves, and what they say."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice, Says, Search
from bot.slack.contact_words import said_of_filling
from bot.slack.expense_fields import Decimals, as_typed, currencies
from bot.slack.fields import Day, Field, Number, Option, Text
from bot.slack.finding import colleague, find_colleagues, find_known, line_option, reference, referred
from bot.slack.finding import lines_of as lines_of_list
from bot.slack.forms import Form, Lines
from bot.slack.opportunity_fields import OpportunityLineFields, facts_in_lines, lines_of
from bot.slack.seen import seen_opportunity, seen_relation
from bot.texts import _
from store.collaborators import Collaborator
from store.contacts import FilledIn, contacts_of, who_fills
from store.dossiers import NAME_LIMIT, NOTE_LIMIT
from store.involvements import representative_of
from store.money import amount_typed, currency_of
from store.opportunities import Opportunity, OpportunityFacts, OpportunityStage, OpportunityType, facts_of, stages_of

LINES_DRAWN = 15
"""Slack takes 100 blocks; each line is three. More of them stand in a form of their own."""


def stages_here(caller: Caller, form: OpportunityForm) -> list[Option]:
    """Those of the chosen type."""
    chosen = form.draft(OpportunityForm.type)
    if chosen is None:
        return []
    with caller.reading() as session:
        return [line_option(one, caller) for one in stages_of(session, chosen.id)]


def contacts_here(caller: Caller, form: OpportunityForm) -> list[Option]:
    relation_id = form.relation_id
    if relation_id is None:
        return []
    with caller.reading() as session:
        found = contacts_of(session, relation_id, asked_by=caller.collaborator, on=caller.today)
        return [Option(str(one.id), one.person.name, one.function) for one in found[:100]]


def said_of_stage(caller: Caller, form: OpportunityForm) -> str:
    """What the chosen stage gives; "" while none is chosen."""
    chosen = form.draft(OpportunityForm.stage)
    if chosen is None:
        return ""
    with caller.reading() as session:
        stage = session.get(OpportunityStage, chosen.id)
        return caller.t(_("The stage gives {percent}."), percent=caller.t.percent(stage.probability)) if stage else ""


def said_of_contact(caller: Caller, form: OpportunityForm) -> str:
    """Why this contact and not the first in rank; "" when somebody else was chosen, or there is nothing to say."""
    chosen = form.draft(OpportunityForm.contact)
    if chosen is None:
        return ""
    with caller.reading() as session:
        filled = filled_in(session, caller, form)
        return said_of_filling(caller, filled) if filled and filled.contact.id == chosen.id else ""


def filled_in(session: Session, caller: Caller, form: OpportunityForm) -> FilledIn | None:
    """The contact whom the type asks for."""
    chosen, relation_id = form.draft(OpportunityForm.type), form.relation_id
    if relation_id is None:
        return None
    kind = session.get(OpportunityType, chosen.id) if chosen else None
    kind_id = kind.contact_kind_id if kind else None
    return who_fills(session, relation_id, kind_id, asked_by=caller.collaborator, on=caller.today)


def _has_room(form: Any) -> bool:
    """Lines that stand in the form stay in sight, however many somebody else made of them since it was opened."""
    return bool(form.lines) or int(form.about.get("items", 0)) <= LINES_DRAWN


def said_of_items(caller: Caller, form: OpportunityForm) -> str:
    """Where the items stand when the form has no room for them, or for one more."""
    number = len(form.lines or []) or form.about.get("items", 0)
    return caller.t(_("“Items” on the card changes them all, and adds more.")) if number >= LINES_DRAWN else ""


class OpportunityForm(Form, id="opportunity", title=_("Opportunity"), submit=_("Save")):
    relation = (
        Search(_("Relation"), find=find_known, hint=_("Name, town, e-mail or phone"))
        .reacting()
        .only_if(lambda form: "record" not in form.about)
    )
    name = Text(_("Description"), max_length=NAME_LIMIT)
    type = Choice(_("Opportunity type"), among=lambda caller, _form: lines_of_list(caller, OpportunityType)).reacting()
    stage = Choice(_("Stage"), among=stages_here).reacting()
    chance = Says(said_of_stage)
    own_probability = Number(
        _("Probability (%)"), least=0, most=100, hint=_("Left empty, it follows the stage")
    ).optional()
    budget = Decimals(_("Budget")).optional()
    currency = Choice(_("Currency"), among=currencies)
    opened_on = Day(_("Opened on"))
    closes_on = Day(_("Estimated closing date")).optional()
    contact = Choice(_("Contact"), among=contacts_here).optional().only_if(lambda form: form.relation_id is not None)
    instead = Says(said_of_contact)
    owner = Search(_("Followed by"), find=find_colleagues)
    note = Text(_("Note"), max_length=NOTE_LIMIT, lines=True).optional()
    lines = Lines(OpportunityLineFields, add=_("+ Item"), called=_("Items"), most=LINES_DRAWN).only_if(_has_room)
    apart = Says(said_of_items)

    @property
    def relation_id(self) -> int | None:
        chosen = self.draft(OpportunityForm.relation)
        return referred(chosen)[0] if chosen is not None else self.about.get("relation_id")


def fill(caller: Caller, form: OpportunityForm, changed: Field[Any]) -> None:
    """The relation fills contact and who follows it up; the type fills its first stage."""
    with caller.reading() as session:
        if changed.name == OpportunityForm.relation.name and form.relation_id is not None:
            representative = representative_of(session, form.relation_id, on=caller.today) or caller.collaborator
            form.fill(OpportunityForm.owner, colleague(representative))
        if changed.name == OpportunityForm.type.name:
            _fill_stage(session, caller, form)
        if changed.name in (OpportunityForm.relation.name, OpportunityForm.type.name):
            _fill_contact(session, caller, form, changed)


def _fill_stage(session: Session, caller: Caller, form: OpportunityForm) -> None:
    chosen, stage = form.draft(OpportunityForm.type), form.draft(OpportunityForm.stage)
    offered = stages_of(session, chosen.id) if chosen else []
    if offered and (stage is None or stage.id not in {one.id for one in offered}):
        form.fill(OpportunityForm.stage, line_option(offered[0], caller))


def _fill_contact(session: Session, caller: Caller, form: OpportunityForm, changed: Field[Any]) -> None:
    is_chosen = form.draft(OpportunityForm.contact) is not None
    if is_chosen and changed.name == OpportunityForm.type.name:
        return
    filled = filled_in(session, caller, form)
    person = Option(str(filled.contact.id), filled.contact.person.name, filled.contact.function) if filled else None
    form.fill(OpportunityForm.contact, person)


def blank_form(caller: Caller, relation_id: int | None = None, contact_id: int | None = None) -> OpportunityForm:
    """A new one of the first type, opened today; at the relation if one is given. Raises NotFound."""
    form = OpportunityForm()
    if types := lines_of_list(caller, OpportunityType):
        form.type = types[0]
    code = currency_of(caller.office.settings.office.country)
    form.currency, form.opened_on = Option(code, code), caller.today
    form.owner = colleague(caller.collaborator)
    with caller.reading() as session:
        _fill_stage(session, caller, form)
        if relation_id is not None:
            relation = seen_relation(session, caller, relation_id)
            form.relation = Option(reference(relation.id, contact_id), relation.name)
    if relation_id is not None:
        fill(caller, form, OpportunityForm.relation)
    form.revisions = {}
    return form


def form_of(caller: Caller, dossier_id: int) -> OpportunityForm:
    """The opportunity as it stands, for changing it. Raises NotFound."""
    with caller.reading() as session:
        one = seen_opportunity(session, caller, dossier_id)
        versions = {"version": one.version, "dossier_version": one.dossier.version}
        versions["items"] = len(one.lines)
        form = OpportunityForm(record=one.dossier_id, relation_id=one.dossier.relation_id, **versions)
        form.name, form.note = one.dossier.name, one.dossier.note
        form.type, form.stage = line_option(one.type, caller), line_option(one.stage, caller)
        form.own_probability, form.currency = one.own_probability, Option(one.currency, one.currency)
        form.budget = as_typed(caller, one.budget) if one.budget is not None else ""
        form.opened_on, form.closes_on = one.opened_on, one.closes_on
        form.contact = _contact_option(one)
        form.owner = colleague(one.owner)
        form.lines = lines_of(caller, one.lines, OpportunityLineFields) if _has_room(form) else []
    return form


def _contact_option(one: Opportunity) -> Option | None:
    return Option(str(one.contact.id), one.contact.person.name, one.contact.function) if one.contact else None


def facts_in(session: Session, caller: Caller, form: OpportunityForm) -> OpportunityFacts:
    """What the filled form says. Raises BookError at a field, NotFound."""
    if _has_room(form):
        lines = facts_in_lines(session, caller, form.lines or [], currency=form.currency.value)
    else:
        lines = list(facts_of(seen_opportunity(session, caller, form.about["record"])).lines)
    return OpportunityFacts(
        name=form.name,
        type_id=form.type.id,
        stage_id=form.stage.id,
        owner_id=session.get_one(Collaborator, form.owner.id).id,
        currency=form.currency.value,
        opened_on=form.opened_on,
        closes_on=form.closes_on,
        own_probability=form.own_probability,
        budget=amount_typed(form.budget, field="budget") if form.budget else None,
        contact_id=form.contact.id if form.contact else None,
        note=form.note or "",
        lines=tuple(lines),
    )
