"""Who changed what about a relation, a contact, an action or a dossier: sentences by day, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.audit_words import joined_lines, sentence
from bot.slack.blocks import Json, Words, actions, button, capitalized, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU, CONTACT_MENU, DOSSIER_MENU, OPPORTUNITY_MENU, RELATION_MENU
from bot.slack.seen import seen_action, seen_contact, seen_dossier, seen_relation
from bot.texts import _
from store.audit import AuditEntry
from store.audit_queries import Record, trail_of

SHOWN = 15
SEEN: Mapping[str, Callable[[Session, Caller, int], Record]] = {
    "relation": seen_relation,
    "contact": seen_contact,
    "action": seen_action,
    "dossier": seen_dossier,
}


def show_trail(what: str, interaction: Interaction, record_id: int, before_id: int | None = None) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        record = SEEN[what](session, caller, record_id)
        blocks = trail_blocks(session, caller, what, record, before_id)
    interaction.say(caller.t(_("Who changed what")), blocks)


def trail_blocks(
    session: Session, caller: Caller, what: str, record: Record, before_id: int | None = None
) -> list[Json]:
    found = trail_of(session, record, asked_by=caller.collaborator, before_id=before_id, limit=SHOWN + 1)
    if not found:
        return [section(plain(caller.t(_("Nothing was changed yet."))))]
    said = [(entry, lines) for entry in joined_lines(found[:SHOWN]) if (lines := sentence(session, caller, entry))]
    blocks = [rich(*_by_day(caller, said))] if said else []
    if len(found) > SHOWN:
        earlier = f"{what}:{record.id}:{found[SHOWN - 1].id}"
        blocks.append(actions(button(caller.t(_("Earlier")), "audit/earlier", earlier)))
    return blocks


def _by_day(caller: Caller, said: Sequence[tuple[AuditEntry, list[Words]]]) -> Iterator[Words]:
    """Each day once, with what was done that day, the last first."""
    zone = ZoneInfo(caller.collaborator.zone)
    for day, found in groupby(said, key=lambda one: one[0].at.astimezone(zone).date()):
        yield words(capitalized(caller.t.day(day, today=caller.today)), bold=True)
        for entry, (first, *more) in found:
            yield [*words(f"{caller.t.hour(entry.at.astimezone(zone))} · "), *first]
            yield from more


def _show_earlier(interaction: Interaction) -> None:
    what, record_id, before_id = interaction.value.split(":")
    show_trail(what, interaction, int(record_id), int(before_id))


def register(slack: Listening) -> None:
    menus = (RELATION_MENU, "relation"), (CONTACT_MENU, "contact"), (ACTION_MENU, "action"), (DOSSIER_MENU, "dossier")
    for menu, what in (*menus, (OPPORTUNITY_MENU, "dossier")):  # an opportunity goes by its dossier
        slack.menu(menu, "trail", _("Who changed what"), partial(show_trail, what), at=80)
    slack.action("audit/earlier", _show_earlier)
