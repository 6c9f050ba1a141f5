"""What is written to Rapport itself: in a direct message, or in a channel where it is mentioned.

A sentence is answered with a card of what was understood: Slack opens a form for a command or a button alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from bot.office import Caller
from bot.one_line import get_ready, read_question
from bot.slack.importing import receive_list
from bot.slack.interaction import Interaction
from bot.slack.line_words import OPEN_LINE, understood_card
from bot.slack.linked_records import show_linked
from bot.slack.listening import Listening
from bot.slack.lookup import show_found
from bot.slack.one_line import plan_line, read_for
from bot.slack.questions import answer, say_not_understood
from bot.slack.receipts import is_receipt, receive_receipt
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import NotFound
from store.submissions import draft_of, is_first, keep_draft

HELP = {"", "help", "aide", "hulp", "?"}
VALUE_LIMIT = 1900
"""Letters of a text that a button carries whole (Slack's limit is 2,000); a longer one is kept for a day."""
NAME_WORDS = 4
"""What is longer and finds nothing is a sentence, not a name."""

Named = Callable[[str], Subcommand | None]


class Addressed:
    """Answers what is written to Rapport. `named` is the subcommand of that name, `show_help` answers with all."""

    def __init__(self, named: Named, show_help: Callable[[Interaction], None]) -> None:
        self._named, self._show_help = named, show_help

    def answer_message(self, interaction: Interaction) -> None:
        """A direct message; Slack may tell it several times, and also tells of edits and of Rapport's own answers."""
        interaction.ack()
        event = interaction.body["event"]
        is_direct = event.get("channel_type") == "im" and event.get("subtype") in {None, "", "file_share"}
        if not is_direct or not _is_of_a_person(interaction) or not _is_new(interaction):
            return
        if files := event.get("files"):
            receive = receive_receipt if is_receipt(files[0]) else receive_list
            receive(interaction, files[0])
            return
        self._answer(interaction)

    def answer_mention(self, interaction: Interaction) -> None:
        """A message of a channel. Slack tells of it again when it is edited: that asks nothing new."""
        interaction.ack()
        if _is_of_a_person(interaction) and _is_new(interaction):
            self._answer(interaction)

    def _answer(self, interaction: Interaction) -> None:
        text = _text_of(interaction)
        word, _space, rest = " ".join(text.split()).partition(" ")
        caller, found = interaction.caller, self._named(word)
        if show_linked(interaction, text):
            return
        if word.casefold() in HELP:
            self._show_help(interaction)
        elif asked := read_question(text, today=caller.today, t=caller.t):
            answer(interaction, asked)
        elif found and found.reads:
            found.run(interaction, rest)
        elif not self._says_understood(interaction, text):
            self._find(interaction, " ".join(text.split()))

    def _says_understood(self, interaction: Interaction, text: str) -> bool:
        """False for what is no action: a name alone, for example."""
        caller = interaction.caller
        with caller.reading():
            line = read_for(caller, text)
            # A word alone that is a day may be somebody's name: it is searched for.
            if not line.is_action or (len(text.split()) == 1 and not line.type_id):
                return False
            card = understood_card(caller, line, _value_for(interaction, caller, text))
        interaction.say(caller.t(_("This is what was understood:")), card)
        return True

    def _find(self, interaction: Interaction, text: str) -> None:
        if len(text.split()) > NAME_WORDS:
            say_not_understood(interaction)
        else:
            show_found(interaction, text)


def open_line(interaction: Interaction) -> None:
    """The form, filled in from the message whose card has the button. Raises NotFound for a long one of days ago."""
    sign, text = interaction.value[:1], interaction.value[1:]
    if sign == "#":
        text = _kept(interaction.caller, text)
    plan_line(interaction, text)


def _value_for(interaction: Interaction, caller: Caller, text: str) -> str:
    if len(text) <= VALUE_LIMIT:
        return f"={text}"
    key = str(interaction.body["event_id"])
    with interaction.writing() as session:
        keep_draft(session, caller.collaborator.id, f"line/{key}", {"text": text}, now=caller.office.now())
    return f"#{key}"


def _kept(caller: Caller, key: str) -> str:
    with caller.reading() as session:
        draft = draft_of(session, caller.collaborator.id, f"line/{key}", now=caller.office.now())
    if draft is None:
        raise NotFound(_("This message is more than a day old: please write it again."))
    return str(draft.content["text"])


def _text_of(interaction: Interaction) -> str:
    """What was written, without the mention of Rapport. Slack escapes `&`, `<` and `>` in it."""
    written = str(interaction.body["event"].get("text") or "")
    own = {str(one.get("user_id")) for one in interaction.body.get("authorizations") or ()}
    mentions = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>[,:]?")
    return unescape(mentions.sub(lambda found: " " if found[1] in own else found[0], written)).strip()


def _is_of_a_person(interaction: Interaction) -> bool:
    event = interaction.body["event"]
    return not event.get("bot_id") and not event.get("edited") and bool(event.get("user"))


def _is_new(interaction: Interaction) -> bool:
    with interaction.writing() as session:
        return is_first(session, f"slack-event/{interaction.body['event_id']}", now=interaction.office.now())


def register(slack: Listening) -> None:
    get_ready()
    slack.action(OPEN_LINE, open_line)
