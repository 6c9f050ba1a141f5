"""`/crm help`: what the caller may type, by subject, in the order of a rep's day."""

from __future__ import annotations

from collections.abc import Sequence

from bot.office import Caller
from bot.slack.blocks import Json, context, header, mrkdwn, section
from bot.slack.subcommands import Subcommand
from bot.texts import _

SUBJECTS: tuple[tuple[str, frozenset[str]], ...] = (
    (_("Your day"), frozenset({"agenda", "action", "actions", "visit", "call", "meeting", "slot", "calendar"})),
    (
        _("Relations and contacts"),
        frozenset(
            {"relation", "history", "contact", "contacts", "groups", "status", "list", "links", "path", "duplicates"}
        ),
    ),
    (_("Dossiers and opportunities"), frozenset({"dossier", "dossiers", "opp", "opps", "quotes", "forecast", "here"})),
    (_("Products, billing and reports"), frozenset({"products", "billing", "report"})),
    (_("Notes and reminders"), frozenset({"note", "notes", "reminders"})),
    (_("Who looks after which file"), frozenset({"who", "files", "handover", "commission"})),
    (_("Mailings and files"), frozenset({"mailing", "excluded", "export"})),
)
"""By the first English name. Within a subject they stand as they are registered."""
_REST = _("And also")


def help_blocks(caller: Caller, subcommands: Sequence[Subcommand], short_ways: Sequence[str]) -> list[Json]:
    """Each subject with its subcommands, examples that work as typed, in the caller's language; only what they may."""
    t = caller.t
    left = [one for one in subcommands if one.is_for(caller.collaborator.role)]
    blocks = [header(t(_("What Rapport can do")))]
    for title, names in [*SUBJECTS, (_REST, None)]:
        found = [one for one in left if names is None or one.names["en"][0] in names]
        left = [one for one in left if one not in found]
        if found:
            lines = [_line(caller, one) for one in found]
            blocks.append(section(mrkdwn("\n".join([f"*{t(title)}*", *lines]))))
    search = f"`/crm Dupont` — {t(_('Anything else is searched for'))}"
    shorter = t(_("Shorter: {ways}"), ways=" ".join(f"`{way}`" for way in short_ways))
    return [*blocks, section(mrkdwn(search)), context(mrkdwn(shorter))]


def _line(caller: Caller, one: Subcommand) -> str:
    t = caller.t
    typed = " ".join(part for part in ("/crm", one.names[t.language][0], t(one.example)) if part)
    return f"`{typed}` — {t(one.says)}"
