"""The slash commands: `/crm` with the subcommands of all subjects, and the short ways to the most used ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

from bot.slack.actions import open_new_action
from bot.slack.agenda import show_agenda
from bot.slack.help import help_blocks
from bot.slack.importing import receive_list
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import act_or_ask, find_or_add, show_found
from bot.slack.mailings import open_mailings
from bot.slack.subcommands import Run, Subcommand
from bot.texts import _
from store.submissions import is_first

HELP = {"", "help", "aide", "hulp", "?"}


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """As the app's manifest declares it, in the office's language; `run` gets everything behind the command.

    `/crm` has none: it runs the subcommands.
    """

    name: str
    description: str
    usage_hint: str
    run: Run | None = None


SLASH_COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand("/crm", _("Everything Rapport can do"), "help | aide | hulp"),
    SlashCommand("/relation", _("Find or add a relation"), _("[name]"), find_or_add),
    SlashCommand("/action", _("Plan a visit, a call or a meeting"), _("[relation]"), act_or_ask),
    SlashCommand("/agenda", _("Your agenda"), "", show_agenda),
    SlashCommand("/mailing", _("Write a mail to many"), "", lambda interaction, _rest: open_mailings(interaction)),
)


class Commands:
    """Runs what was typed, by the subcommands of all subjects."""

    def __init__(self, subcommands: Sequence[Subcommand]) -> None:
        self.subcommands = subcommands

    def crm(self, interaction: Interaction, text: str) -> None:
        word, _space, rest = text.partition(" ")
        if word.casefold() in HELP:
            self.show_help(interaction)
        elif found := self._named(word):
            found.run(interaction, rest.strip())
        else:
            show_found(interaction, text)

    def answer_message(self, interaction: Interaction) -> None:
        """What is written to Rapport directly is read like what stands behind `/crm`. Slack may tell it several times.

        A form needs a command or a button: Slack opens none for a message.
        """
        interaction.ack()
        if not _is_written_to_rapport(interaction) or not _is_new(interaction):
            return
        if files := interaction.body["event"].get("files"):
            receive_list(interaction, files[0])
            return
        text = " ".join(unescape(str(interaction.body["event"].get("text") or "")).split())
        word, _space, rest = text.partition(" ")
        found = self._named(word)
        if word.casefold() in HELP:
            self.show_help(interaction)
        elif found and found.reads:
            found.run(interaction, rest)
        else:
            show_found(interaction, rest if found and rest else text)

    def show_help(self, interaction: Interaction) -> None:
        interaction.ack()
        short_ways = [command.name for command in SLASH_COMMANDS if command.run]
        blocks = help_blocks(interaction.caller, self.subcommands, short_ways)
        interaction.say(interaction.t(_("What Rapport can do")), blocks)

    def _named(self, word: str) -> Subcommand | None:
        return next((one for one in self.subcommands if one.answers_to(word.casefold())), None)


def _is_written_to_rapport(interaction: Interaction) -> bool:
    event = interaction.body["event"]
    is_meant = event.get("subtype") in {None, "", "file_share"}
    return event.get("channel_type") == "im" and not event.get("bot_id") and is_meant


def _is_new(interaction: Interaction) -> bool:
    with interaction.writing() as session:
        return is_first(session, f"slack-event/{interaction.body['event_id']}", now=interaction.office.now())


def _running(run: Run) -> Callable[[Interaction], None]:
    """Slack escapes `&`, `<` and `>` in what is typed behind a command (docs.slack.dev, slash commands)."""
    return lambda interaction: run(interaction, " ".join(unescape(str(interaction.body.get("text") or "")).split()))


def register(slack: Listening) -> None:
    commands = Commands(slack.subcommands)
    for command in SLASH_COMMANDS:
        slack.command(command.name, _running(command.run or commands.crm))
    slack.shortcut("new_action", open_new_action)
    slack.event("message", commands.answer_message)
