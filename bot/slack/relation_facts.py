"""Status and priority of a relation in Slack: their history, and noting one by hand."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.choices import Choice
from bot.slack.fields import Day
from bot.slack.finding import lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import with_relation
from bot.slack.menus import RELATION_MENU
from bot.slack.relation_fact_fields import asking, which_came_last
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.collaborators import Collaborator
from store.relation_facts import Change, What, give_back_fact, history_of, note_by_hand, withdraw_fact
from store.statuses import RelationPriority, RelationStatus

SHOWN = 20
"""Changes of each, in one message."""
TITLES = {What.STATUS: _("Status"), What.PRIORITY: _("Priority")}


class FactForm(Form, id="relation_fact", title=_("Status and priority"), submit=_("Save")):
    status = Choice(_("Status"), among=lambda caller, _form: lines_of(caller, RelationStatus)).optional()
    priority = Choice(_("Priority"), among=lambda caller, _form: lines_of(caller, RelationPriority)).optional()
    on = Day(_("Since"), hint=_("It may be past: what came later still holds"))
    status_order = which_came_last(What.STATUS)
    priority_order = which_came_last(What.PRIORITY)


# The history


def show_typed(interaction: Interaction, text: str) -> None:
    with_relation(interaction, text, _show, "relation_fact/list")


def _show(interaction: Interaction, value: str) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = fact_blocks(session, caller, int(value))
    interaction.say(caller.t(_("Status and priority")), blocks)


def fact_blocks(session: Session, caller: Caller, relation_id: int) -> list[Json]:
    """Each change with its day and its cause, newest first. Raises NotFound."""
    relation, t = seen_relation(session, caller, relation_id), caller.t
    blocks = [rich(words(relation.name, bold=True))]
    for what in What:
        changes = history_of(session, relation.id, what, asked_by=caller.collaborator)
        if changes:
            blocks.append(rich(words(t(TITLES[what]), bold=True)))
        blocks += [_row(session, caller, one) for one in reversed(changes[-SHOWN:])]
    if len(blocks) == 1:
        blocks.append(section(plain(t(_("Nothing was noted yet. “Note a change” says what it is, since when.")))))
    return [*blocks, actions(button(t(_("Note a change")), "relation_fact/new", str(relation.id)))]


def _row(session: Session, caller: Caller, one: Change) -> Json:
    t = caller.t
    label = one.to.label(t.language)
    if one.before is not None:
        label = f"{one.before.label(t.language)} → {label}"
    day = t.day(one.fact.effective_on, today=caller.today)
    if one.action is not None:
        open_it = button(t(_("Open")), "action/open", str(one.action.id))
        return section(plain(f"{day} · {label} · {one.action.subject}"), accessory=open_it)
    if one.fact.action_id is not None:
        return section(plain(f"{day} · {label}"))
    by = session.get_one(Collaborator, one.fact.by_id).name
    take_back = button(t(_("Take back")), "relation_fact/withdraw", str(one.fact.id))
    return section(plain(f"{day} · {label} · {t(_('noted by {name}'), name=by)}"), accessory=take_back)


# By hand


def blank_form(caller: Caller, relation_id: int) -> FactForm:
    """Raises NotFound."""
    with caller.reading() as session:
        relation = seen_relation(session, caller, relation_id)
        form = FactForm(relation=relation.id, whom=relation.name)
    form.on = caller.today
    return form


def save(session: Session, caller: Caller, form: FactForm) -> Saved:
    relation_id, now = form.about["relation"], caller.office.now()
    if form.status is None and form.priority is None:
        raise BookError(_("Choose a status, a priority, or both."), field="status")
    for what, chosen, place in (
        (What.STATUS, form.status, form.status_order),
        (What.PRIORITY, form.priority, form.priority_order),
    ):
        if chosen is not None:
            after_id = place.id if place is not None else None
            noted = partial(note_by_hand, session, relation_id, what, chosen.id, on=form.on, by=caller.collaborator,
                            now=now, after_id=after_id)  # fmt: skip
            asking(form, noted)
    text = caller.t(_("Noted."))
    return Saved(text, [section(plain(text)), *fact_blocks(session, caller, relation_id)])


def _withdraw(session: Session, caller: Caller, fact_id: int) -> Saved:
    fact = withdraw_fact(session, fact_id, by=caller.collaborator, now=caller.office.now())
    label = fact.line.label(caller.t.language)
    return Saved(caller.t(_("“{label}” is taken back: what held before holds again."), label=label))


def _give_back(session: Session, caller: Caller, fact_id: int) -> Saved:
    fact = give_back_fact(session, fact_id, by=caller.collaborator)
    return Saved(caller.t(_("Status and priority")), fact_blocks(session, caller, fact.relation_id))


def _show_of_relation(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, str(relation_id))


def _pressed(interaction: Interaction) -> None:
    _show_of_relation(interaction, int(interaction.value))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("status",), "fr": ("statut",), "nl": ("status",)},
            "Dupont",
            _("Status and priority of a relation, since when and because of what"),
            show_typed,
            reads=True,
        )
    )
    serve_form(slack, Serving(FactForm, save=save))
    slack.action("relation_fact/list", _pressed)
    slack.action("relation_fact/new", lambda i: open_form(i, lambda caller: blank_form(caller, int(i.value))))
    change_at_once(slack, "relation_fact/withdraw", _withdraw, undo=_give_back)
    slack.menu(RELATION_MENU, "facts", _("Status and priority"), _show_of_relation, at=36)
