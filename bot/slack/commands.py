"""The slash commands: `/crm` with the subcommands of all subjects, and the short ways to the most used ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

from bot.slack.actions import open_new_action
from bot.slack.addressed import HELP, Addressed
from bot.slack.agenda import show_agenda
from bot.slack.help import help_blocks
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import act_or_ask, find_or_add, show_found
from bot.slack.mailings import open_mailings
from bot.slack.one_line import plan_line, read_for
from bot.slack.questions import HELP as SHOW_HELP
from bot.slack.subcommands import Run, Subcommand
from bot.texts import _


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
    SlashCommand(
        "/action",
        _("Plan a visit, a call or a meeting"),
        _("visit Dupont tomorrow 2pm with Els: prices 2027"),
        act_or_ask,
    ),
    SlashCommand("/agenda", _("Your agenda"), _("[day, week, month or name]"), show_agenda),
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
        elif found := self.named(word):
            found.run(interaction, rest.strip())
        elif rest and read_for(interaction.caller, text).is_dated:
            plan_line(interaction, text)
        else:
            show_found(interaction, text)

    def show_help(self, interaction: Interaction) -> None:
        interaction.ack()
        short_ways = [command.name for command in SLASH_COMMANDS if command.run]
        blocks = help_blocks(interaction.caller, self.subcommands, short_ways)
        interaction.say(interaction.t(_("What Rapport can do")), blocks)

    def named(self, word: str) -> Subcommand | None:
        return next((one for one in self.subcommands if one.answers_to(word.casefold())), None)


def _running(run: Run) -> Callable[[Interaction], None]:
    """Slack escapes `&`, `<` and `>` in what is typed behind a command (docs.slack.dev, slash commands)."""
    return lambda interaction: run(interaction, " ".join(unescape(str(interaction.body.get("text") or "")).split()))


def register(slack: Listening) -> None:
    commands = Commands(slack.subcommands)
    for command in SLASH_COMMANDS:
        slack.command(command.name, _running(command.run or commands.crm))
    slack.shortcut("new_action", open_new_action)
    addressed = Addressed(commands.named, commands.show_help)
    slack.event("message", addressed.answer_message)
    slack.event("app_mention", addressed.answer_mention)
    slack.action(SHOW_HELP, commands.show_help)
