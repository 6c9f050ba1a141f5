"""The shortcut on a message: what was told becomes an action that took place on the day of the message."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.office import Caller
from bot.slack.action_filling import blank_form, done_statuses
from bot.slack.action_form import ActionForm
from bot.slack.action_reacting import fill
from bot.slack.finding import line_option
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.note_messages import Said, in_words, message_place, whom_it_names
from bot.slack.serving import open_form
from store.notes import Message

REPORT_LIMIT = 3_000


def _open(interaction: Interaction) -> None:
    """The form to confirm: a message says what was done, and not what type of action it was."""
    shown, channel = interaction.body["message"], interaction.body.get("channel") or {}

    def build(caller: Caller) -> ActionForm:
        message = Message(str(channel.get("id", "")), str(shown["ts"]))
        with caller.reading() as session:
            text = in_words(session, str(shown.get("text") or ""))
        return _filled(caller, Said(message, text, message_place(interaction, message.channel_id)))

    open_form(interaction, build)


def _filled(caller: Caller, said: Said) -> ActionForm:
    """At whom the message names, when it is one alone; private where not everybody could read it."""
    with caller.reading() as session:
        found = whom_it_names(session, caller, said)
    one = found[0] if len(found) == 1 else None
    form = blank_form(caller, one.relation_id if one else None, one.contact_id if one else None)
    told_at = datetime.fromtimestamp(float(said.message.ts), UTC).astimezone(ZoneInfo(caller.collaborator.zone))
    form.on = told_at.date()
    fill(caller, form, ActionForm.on)
    if done := done_statuses(caller):
        form.status = line_option(done[0], caller)
    form.headline, form.report = said.subject, said.detail[:REPORT_LIMIT]
    form.is_private = form.is_private or said.place.is_closed
    return form


def register(slack: Listening) -> None:
    slack.shortcut("log_action", _open)
