"""The slash commands: `/crm` with its subcommands in three languages, and the short ways to the most used ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from bot.slack.actions import open_new_action
from bot.slack.agenda import show_agenda
from bot.slack.blocks import header, mrkdwn, section
from bot.slack.calendars import show_calendars
from bot.slack.collaborators import open_collaborators
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.lookup import new_contact_for, show_found, start_action
from bot.slack.mailings import open_mailings
from bot.slack.preferences import open_preferences
from bot.slack.relations import open_new_relation
from bot.texts import _
from store.submissions import is_first

Run = Callable[[Interaction, str], None]
"""Gets what was typed behind the subcommand."""


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`names` are its synonyms in any of the languages, the first of them shown in the help of each language."""

    names: dict[str, tuple[str, ...]]
    example: str
    says: str
    run: Run

    def answers_to(self, word: str) -> bool:
        return any(word in names for names in self.names.values())


def _relation(interaction: Interaction, rest: str) -> None:
    if rest:
        show_found(interaction, rest)
    else:
        open_new_relation(interaction)


def _action(interaction: Interaction, rest: str) -> None:
    _plan(interaction, rest, "")


def _plan(interaction: Interaction, rest: str, type_key: str) -> None:
    if rest:
        start_action(interaction, rest, type_key)
    else:
        open_new_action(interaction, type_key=type_key)


def _planning(type_key: str) -> Run:
    """Plans an action of the type with this key in the starting list, while the office uses it."""
    return lambda interaction, rest: _plan(interaction, rest, type_key)


SUBCOMMANDS: tuple[Subcommand, ...] = (
    Subcommand(
        {"en": ("relation",), "fr": ("relation", "client"), "nl": ("relatie", "klant")},
        "Dupont",
        _("Find a relation, or add one when nothing is typed behind it"),
        _relation,
    ),
    Subcommand(
        {"en": ("contact",), "fr": ("contact",), "nl": ("contact", "contactpersoon")},
        "Dupont",
        _("Add a contact at a relation"),
        new_contact_for,
    ),
    Subcommand(
        {"en": ("action",), "fr": ("action",), "nl": ("actie",)},
        "Dupont",
        _("Plan a visit, a call or a meeting"),
        _action,
    ),
    Subcommand(
        {"en": ("visit",), "fr": ("visite",), "nl": ("bezoek",)}, "Dupont", _("Plan a visit"), _planning("visit")
    ),
    Subcommand({"en": ("call",), "fr": ("appel",), "nl": ("telefoon",)}, "Dupont", _("Plan a call"), _planning("call")),
    Subcommand(
        {"en": ("meeting",), "fr": ("réunion",), "nl": ("vergadering",)},
        "Dupont",
        _("Plan a meeting"),
        _planning("meeting"),
    ),
    Subcommand(
        {"en": ("agenda",), "fr": ("agenda",), "nl": ("agenda",)},
        "",
        _("Your agenda: today and the days to come"),
        show_agenda,
    ),
    Subcommand(
        {"en": ("mailing",), "fr": ("publipostage", "mailing"), "nl": ("mailing",)},
        "",
        _("Write a mail to many, and follow those under way"),
        lambda interaction, _rest: open_mailings(interaction),
    ),
    Subcommand(
        {"en": ("calendar",), "fr": ("calendrier",), "nl": ("kalender",)},
        "",
        _("Subscribe to your agenda in your own calendar program"),
        lambda interaction, _rest: show_calendars(interaction),
    ),
    Subcommand(
        {"en": ("preferences",), "fr": ("préférences", "preferences"), "nl": ("voorkeuren",)},
        "",
        _("Your language, your signature, what you are told"),
        lambda interaction, _rest: open_preferences(interaction),
    ),
    Subcommand(
        {
            "en": ("collaborators", "collaborator"),
            "fr": ("collaborateurs", "collaborateur"),
            "nl": ("medewerkers", "medewerker"),
        },
        "",
        _("The people of the office and their mailboxes (administrators)"),
        lambda interaction, _rest: open_collaborators(interaction),
    ),
)

HELP = {"", "help", "aide", "hulp", "?"}


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """As the app's manifest declares it, in the office's language; `run` gets everything behind the command."""

    name: str
    description: str
    usage_hint: str
    run: Run


def _crm(interaction: Interaction, text: str) -> None:
    word, _space, rest = text.partition(" ")
    if word.casefold() in HELP:
        show_help(interaction)
        return
    found = next((one for one in SUBCOMMANDS if one.answers_to(word.casefold())), None)
    if found is not None:
        found.run(interaction, rest.strip())
    else:
        show_found(interaction, text)


SLASH_COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand("/crm", _("Everything Rapport can do"), "help | aide | hulp", _crm),
    SlashCommand("/relation", _("Find or add a relation"), _("[name]"), _relation),
    SlashCommand("/action", _("Plan a visit, a call or a meeting"), _("[relation]"), _action),
    SlashCommand("/agenda", _("Your agenda"), "", show_agenda),
    SlashCommand("/mailing", _("Write a mail to many"), "", lambda interaction, _rest: open_mailings(interaction)),
)


def show_help(interaction: Interaction) -> None:
    """Every subcommand with an example that works as typed, in the caller's language."""
    interaction.ack()
    t = interaction.caller.t
    lines = []
    for one in SUBCOMMANDS:
        name, *others = one.names[t.language]
        also = f" ({', '.join(others)})" if others else ""
        lines.append(f"`/crm {name}{f' {one.example}' if one.example else ''}`{also}\n{t(one.says)}")
    lines.append(f"`/crm Dupont`\n{t(_('Anything else is searched for'))}")
    title = t(_("What Rapport can do"))
    interaction.say(title, [header(title), *(section(mrkdwn(line)) for line in lines)])


def _running(run: Run) -> Callable[[Interaction], None]:
    """Slack escapes `&`, `<` and `>` in what is typed behind a command (docs.slack.dev, slash commands)."""
    return lambda interaction: run(interaction, " ".join(unescape(str(interaction.body.get("text") or "")).split()))


def answer_message(interaction: Interaction) -> None:
    """What is written to Rapport directly is read like what stands behind `/crm`. Slack may tell it several times."""
    interaction.ack()
    event = interaction.body["event"]
    if event.get("bot_id") or event.get("subtype") or event.get("channel_type") != "im":
        return
    office, caller = interaction.office, interaction.caller
    with office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        if not is_first(session, f"slack-event/{interaction.body['event_id']}", now=office.now()):
            return
    text = " ".join(unescape(str(event.get("text") or "")).split())
    word, _space, rest = text.partition(" ")
    found = next((one for one in SUBCOMMANDS if one.answers_to(word.casefold())), None)
    if word.casefold() in HELP:
        show_help(interaction)
    elif found is not None and found.run is show_agenda:
        show_agenda(interaction, rest)
    else:
        show_found(interaction, rest if found is not None and rest else text)


def register(slack: Listening) -> None:
    for command in SLASH_COMMANDS:
        slack.command(command.name, _running(command.run))
    slack.shortcut("new_action", open_new_action)
    slack.event("message", answer_message)
