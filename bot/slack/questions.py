"""Answers to the questions of the day that are written to Rapport: agenda, history, who is on it, what comes next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.one_line import About, Asked
from bot.slack.action_card import action_card
from bot.slack.agenda import agenda_blocks, show_agenda
from bot.slack.blocks import Json, actions, button, mrkdwn, plain, section
from bot.slack.handover import person_typed
from bot.slack.interaction import Interaction
from bot.slack.involvements import show_who
from bot.slack.listening import Listening
from bot.slack.lookup import show_found, with_relation
from bot.slack.relation_card import history_blocks
from bot.slack.seen import seen_relation
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.agenda import next_action

HELP = "help/show"
NEXT = "question/next"


def answer(interaction: Interaction, asked: Asked) -> None:
    """One message, with what the caller may see."""
    if asked.about is About.AGENDA:
        _answer_agenda(interaction, asked)
    elif asked.about is About.HISTORY:
        with_relation(interaction, asked.name, _show_history, "relation/history")
    elif asked.about is About.WHO:
        with_relation(interaction, asked.name, _show_who, "involvement/who", value="{}:".format)
    elif asked.about is About.NEXT:
        with_relation(interaction, asked.name, _show_next, NEXT)
    else:
        show_found(interaction, asked.name)


def say_not_understood(interaction: Interaction) -> None:
    """One sentence with three examples that work as typed, and the way to the help."""
    t = interaction.caller.t
    examples = (_("visit Dupont tomorrow 2pm with Els: prices 2027"), _("agenda tomorrow"), _("history Dupont"))
    said = t(_("This was not understood. Try for example:"))
    lines = "\n".join(f"`{t(one)}`" for one in examples)
    ways = actions(button(t(_("What Rapport can do")), HELP))
    interaction.say(said, [section(mrkdwn(f"{said}\n{lines}")), ways])


def _answer_agenda(interaction: Interaction, asked: Asked) -> None:
    if not asked.days:
        show_agenda(interaction, asked.name)
        return
    caller = interaction.caller
    with caller.reading() as session:
        whose = person_typed(session, asked.name.lstrip("@")) if asked.name else caller.collaborator
        blocks = [
            block
            for first, last in asked.days
            for block in agenda_blocks(session, caller, whose, first=first, days=(last - first).days + 1, begins=False)
        ]
    new = button(caller.t(_("+ New action")), "action/new", style="primary")
    interaction.say(caller.t(_("Agenda")), [*blocks, actions(new)])


def _show_history(interaction: Interaction, relation_id: str) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        blocks = history_blocks(session, caller, int(relation_id))
    interaction.say(caller.t(_("History")), blocks)


def _show_who(interaction: Interaction, value: str) -> None:
    show_who(interaction, value.rstrip(":"))


def _show_next(interaction: Interaction, relation_id: str) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        said, blocks = _next_at(session, caller, int(relation_id))
    interaction.say(said, blocks)


def _next_at(session: Session, caller: Caller, relation_id: int) -> tuple[str, list[Json]]:
    relation = seen_relation(session, caller, relation_id)
    upcoming = next_action(session, relation.id, asked_by=caller.collaborator, now=caller.office.now())
    if upcoming is not None and upcoming.action is not None:
        when = caller.t.when(upcoming.when, today=caller.today)
        return upcoming.action.subject, action_card(session, caller, upcoming.action, told=when)
    said = caller.t(_("Nothing is planned at {name}."), name=relation.name)
    new = button(caller.t(_("New action")), "relation/act", str(relation.id), style="primary")
    return said, [section(plain(said)), actions(new)]


def _press_next(interaction: Interaction) -> None:
    interaction.ack()
    _show_next(interaction, interaction.value)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("history",), "fr": ("historique",), "nl": ("geschiedenis", "historiek")},
            "Dupont",
            _("What was done with a relation, the latest first"),
            lambda interaction, rest: with_relation(interaction, rest, _show_history, "relation/history"),
            reads=True,
        )
    )
    slack.action(NEXT, _press_next)
