"""What an action made of its relation: the fields of the new status and priority, and how they are noted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice
from bot.slack.fields import Field, Option
from bot.slack.finding import line_option, lines_of
from bot.slack.forms import Form
from bot.slack.serving import ReadFirst
from bot.texts import _
from store.base import BookError
from store.relation_facts import FIRST, RelationFact, SameDay, What, fact_of_action, note_of_action
from store.statuses import RelationPriority, RelationStatus

NO_CHANGE = "0"
"""The choice of leaving it as it is."""
LISTS = {What.STATUS: RelationStatus, What.PRIORITY: RelationPriority}
_NEW = {What.STATUS: _("New status of the relation"), What.PRIORITY: _("New priority of the relation")}
_LAST = {What.STATUS: _("When that day the status changed"), What.PRIORITY: _("When that day the priority changed")}


def new_value(what: What) -> Field[Option | None]:
    """The field `new_status` or `new_priority` of a form about an action."""
    return Choice(_NEW[what], among=partial(_values, what)).optional()


def which_came_last(what: What) -> Field[Option | None]:
    """The field `status_order` or `priority_order`: asked once saving found something else on that day."""
    return Choice(_LAST[what], among=partial(_places, what)).only_if(lambda form: bool(_asked(form, what)))


def _values(what: What, caller: Caller, _form: Any) -> list[Option]:
    return [Option(NO_CHANGE, caller.t(_("No change"))), *lines_of(caller, LISTS[what])]


def _places(what: What, caller: Caller, form: Form) -> list[Option]:
    """Before all that was noted for that day, or after one of them."""
    with caller.reading() as session:
        labels = [session.get_one(RelationFact, one).line.label(caller.t.language) for one in _asked(form, what)]
    places = [Option(str(FIRST), caller.t(_("Before “{label}”"), label=labels[0]))] if labels else []
    told = zip(_asked(form, what), labels, strict=True)
    return [*places, *(Option(str(one), caller.t(_("After “{label}”"), label=label)) for one, label in told)]


def _asked(form: Form, what: What) -> list[int]:
    return list(form.about.get(f"{what}_asks", ()))


def asking(form: Form, note: Callable[[], object]) -> None:
    """Notes a fact; when another of that day says otherwise, the form comes back with the question which was last."""
    try:
        note()
    except SameDay as error:
        form.about[f"{error.what}_asks"] = list(error.others)
        raise ReadFirst(error.text) from error


def fill_from_action(session: Session, caller: Caller, form: Form, action_id: int) -> None:
    """What was noted before, also while that is withdrawn."""
    for what in What:
        if (fact := fact_of_action(session, action_id, what)) is not None:
            form.values[f"new_{what}"] = line_option(fact.line, caller)


def said_of_facts(session: Session, caller: Caller, action_id: int) -> list[str]:
    """What the action made of its relation: "New status of the relation: Client"."""
    noted = ((what, fact_of_action(session, action_id, what)) for what in What)
    t = caller.t
    return [t.labelled(t(_NEW[what]), fact.line.label(t.language)) for what, fact in noted if fact is not None]


def note_from_action(session: Session, caller: Caller, form: Form, action_id: int) -> None:
    """Notes what the fields say, at the action. Raises ReadFirst with the question which fact was last, NotFound."""
    for what in What:
        chosen, place = form.values[f"new_{what}"], form.values[f"{what}_order"]
        value_id = chosen.id if chosen is not None and chosen.value != NO_CHANGE else None
        after_id = place.id if place is not None else None
        noted = partial(note_of_action, session, action_id, what, value_id, by=caller.collaborator,
                        now=caller.office.now(), after_id=after_id)  # fmt: skip
        try:
            asking(form, noted)
        except BookError as error:
            error.field = f"new_{what}" if error.field == what else error.field
            raise
