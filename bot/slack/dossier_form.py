"""The form of a dossier, and the search that chooses one in other forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Search
from bot.slack.fields import Option, Options, Text
from bot.slack.finding import find_known, referred
from bot.slack.forms import Form
from bot.slack.seen import seen_dossier, seen_relation
from bot.texts import _
from store.dossiers import NAME_LIMIT, NOTE_LIMIT, Dossier, DossierFacts, dossiers_of, general_dossiers
from store.relations import relation_seen_by
from store.search_dossiers import matching

LOOKED_AT = 200


class DossierForm(Form, id="dossier", title=_("Dossier"), submit=_("Save")):
    relation = (
        Search(_("Relation"), find=find_known, hint=_("Left empty, it is a general dossier"))
        .optional()
        .only_if(lambda form: "record" not in form.about)
    )
    name = Text(_("Name"), max_length=NAME_LIMIT)
    note = Text(_("Note"), max_length=NOTE_LIMIT, lines=True).optional()


def blank_form(
    caller: Caller, relation_id: int | None = None, name: str = "", waiting: Mapping[str, Any] | None = None
) -> DossierForm:
    """A new one, of the relation if one is given. `waiting` names the form that will choose it. Raises NotFound."""
    form = DossierForm(**({"waiting": dict(waiting)} if waiting else {}))
    form.name = name
    if relation_id is not None:
        with caller.reading() as session:
            relation = seen_relation(session, caller, relation_id)
            form.relation = Option(str(relation.id), relation.name)
    return form


def form_of(caller: Caller, dossier_id: int) -> DossierForm:
    """The dossier as it stands, for changing it. Raises NotFound."""
    with caller.reading() as session:
        dossier = seen_dossier(session, caller, dossier_id)
        form = DossierForm(record=dossier.id, version=dossier.version)
        form.name, form.note = dossier.name, dossier.note
    return form


def facts_in(form: DossierForm) -> DossierFacts:
    return DossierFacts(form.name, form.note or "")


def dossier_option(dossier: Dossier) -> Option:
    return Option(str(dossier.id), dossier.label)


def find_dossiers(caller: Caller, typed: str, form: Any) -> Options:
    """Open ones: those of the form's relation under its name, with the way to a new one, above the general ones."""
    chosen = form.values.get("relation")
    with caller.reading() as session:
        relation = None
        if chosen is not None and not chosen.is_new:
            relation = relation_seen_by(session, referred(chosen)[0], asked_by=caller.collaborator)
        own = _own(session, caller, relation.id, typed) if relation else []
        general = general_dossiers(session, asked_by=caller.collaborator, limit=LOOKED_AT)
        general_options = [dossier_option(one) for one in matching(general, typed)]
    name = " ".join(typed.split())[:NAME_LIMIT]
    own.append(Option(f"new:{name}", caller.t(_("+ New dossier"))))
    return Options(groups=((relation.name if relation else "", own), (caller.t(_("General")), general_options)))


def _own(session: Session, caller: Caller, relation_id: int, typed: str) -> list[Option]:
    found = dossiers_of(session, relation_id, asked_by=caller.collaborator, limit=LOOKED_AT)
    return [dossier_option(one) for one in matching(found, typed)][:99]


def fits(session: Session, caller: Caller, dossier_id: int, relation_id: int) -> bool:
    """Whether an action at this relation may stand in the dossier that was chosen at another."""
    return seen_dossier(session, caller, dossier_id).relation_id in {None, relation_id}
