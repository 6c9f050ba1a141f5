"""App Home: today's agenda, what is overdue, whose birthday it is, and the ways to begin."""

from __future__ import annotations

from bot.office import Caller
from bot.slack.agenda import agenda_blocks
from bot.slack.birthdays import birthday_blocks
from bot.slack.blocks import DIVIDER, Json, actions, button, filled, header, rich
from bot.slack.expenses import month_blocks
from bot.slack.overdue import overdue_blocks
from bot.slack.reminders import home_blocks
from bot.texts import _

HOME_DAYS = 2


def home_view(caller: Caller) -> Json:
    """Today and tomorrow, under what begins something new."""
    t = caller.t
    with caller.reading() as session:
        agenda = agenda_blocks(session, caller, caller.collaborator, first=caller.today, days=HOME_DAYS, begins=False)
        late = overdue_blocks(session, caller)
        reminders = home_blocks(session, caller)
        birthdays = birthday_blocks(session, caller)
        spent = month_blocks(session, caller)
    begin = actions(
        button(t(_("+ New action")), "action/new", style="primary"),
        button(t(_("+ New note")), "note/new"),
        button(t(_("+ New relation")), "relation/new"),
        button(t(_("Agenda of the week")), "agenda/open-week"),
        button(t(_("Mailings")), "mailing/list"),
        button(t(_("My calendar")), "calendar/list"),
    )
    greeting = t(_("Good day, {name}"), name=caller.collaborator.name)
    hint = rich(filled(t(_("`/crm help` says what else Rapport can do."))))
    return {
        "type": "home",
        "blocks": [header(greeting), begin, *birthdays, DIVIDER, *late, *reminders, *agenda, *spent, hint],
    }
