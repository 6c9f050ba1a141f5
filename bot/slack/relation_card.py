"""A relation as a card, its history, and what its buttons do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.action_card import action_row, action_words
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, Words, actions, button, filled, joined, plain, rich, section, words
from bot.slack.finding import in_use
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import RELATION_MENU
from bot.slack.opportunity_card import said_of_sales
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved
from bot.slack.standing_words import said_of_standing
from bot.slack.who_is_on_it import people_on
from bot.texts import _
from store.agenda import history_of, last_done, next_action
from store.contacts import contacts_of
from store.involvements import File
from store.links import group_of
from store.relations import Relation, delete_relation, restore_relation
from store.statuses import RelationStatus

HISTORY_PAGE = 10


def relation_card(session: Session, caller: Caller, relation: Relation) -> list[Json]:
    """Who, what comes next, what was last, then what can be done: at most five lines."""
    address = relation.address_on(caller.today, caller.t.language)
    standing = said_of_standing(session, caller, relation.id)
    what = " · ".join(part for part in (standing, _category(caller, relation), address) if part)
    people = [words(_group(session, caller, relation)), words(people_on(session, caller, File(relation)))]
    lines = [[*words(relation.name, bold=True), *words(f" — {what}" if what else "")], joined(people)]
    known = [words(_contacts(session, caller, relation)), words(said_of_sales(session, caller, relation.id))]
    lines += [joined(known), _next_and_last(session, caller, relation)]
    return [rich(*lines, words(_reach(caller, relation))), _buttons(caller, relation)]


def _category(caller: Caller, relation: Relation) -> str:
    """ "Supplier"; "" where a status of the same name tells it better, with its day."""
    if relation.category is None:
        return ""
    label = relation.category.label(caller.t.language)
    statuses = in_use(caller, RelationStatus) if relation.status_id is not None else ()
    return "" if label in {one.label(caller.t.language) for one in statuses} else label


def _group(session: Session, caller: Caller, relation: Relation) -> str:
    group = group_of(session, relation.id, asked_by=caller.collaborator, on=caller.today)
    if group is None:
        return ""
    if group.top.id != relation.id:
        return caller.t(_("Belongs to the group of {name}"), name=group.top.name)
    return caller.t.n("Heads a group of {number} other", "Heads a group of {number} others", len(group.members) - 1)


def _contacts(session: Session, caller: Caller, relation: Relation) -> str:
    found = contacts_of(session, relation.id, asked_by=caller.collaborator, on=caller.today)
    names = [contact.person.name for contact in found[:3]]
    more = f" +{len(found) - 3}" if len(found) > 3 else ""
    return caller.t(_("Contacts: {names}"), names=caller.t.list(names) + more) if names else ""


def _next_and_last(session: Session, caller: Caller, relation: Relation) -> Words:
    now, by = caller.office.now(), caller.collaborator
    upcoming = next_action(session, relation.id, asked_by=by, now=now)
    done = last_done(session, relation.id, asked_by=by)
    parts = []
    if upcoming is not None and upcoming.action is not None:
        what = action_words(caller, upcoming.action, at=upcoming.when)
        parts.append(filled(caller.t(_("Next: {action}")), action=what))
    if done:
        parts.append(filled(caller.t(_("Last: {action}")), action=action_words(caller, done)))
    return joined(parts)


def _reach(caller: Caller, relation: Relation) -> str:
    on, here = caller.today, caller.office.settings.office.country
    mails = [row.mail for row in relation.mail_addresses if row.is_valid(on)]
    phones = [row.shown(here) for row in relation.phones if row.is_valid(on)]
    return " · ".join([*mails[:2], *phones[:2]])


def _buttons(caller: Caller, relation: Relation) -> Json:
    t, value = caller.t, str(relation.id)
    return actions(
        button(t(_("New action")), "relation/act", value, style="primary"),
        button(t(_("Contacts")), "relation/contacts", value),
        button(t(_("History")), "relation/history", value),
        RELATION_MENU.element(caller, relation.id),
    )


# History


def history_blocks(session: Session, caller: Caller, relation_id: int, *, before_id: int | None = None) -> list[Json]:
    relation = seen_relation(session, caller, relation_id)
    relation_id = relation.id
    found = history_of(session, relation_id, asked_by=caller.collaborator, before_id=before_id, limit=HISTORY_PAGE + 1)
    head = rich(words(relation.name, bold=True))
    if not found:
        text = caller.t(_("Nothing happened here yet. “New action” on the card plans the first visit."))
        return [head, section(plain(text))]
    lines = [action_row(caller, one, says_with_whom=False, says_who=True) for one in found[:HISTORY_PAGE]]
    if len(found) > HISTORY_PAGE:
        value = f"{relation_id}:{found[HISTORY_PAGE - 1].id}"
        lines.append(actions(button(caller.t(_("Earlier")), "relation/history", value)))
    return [head, *lines]


def show_history(interaction: Interaction) -> None:
    interaction.ack()
    relation_id, _colon, before = interaction.value.partition(":")
    caller = interaction.caller
    with caller.reading() as session:
        blocks = history_blocks(session, caller, int(relation_id), before_id=int(before) if before else None)
    interaction.say(caller.t(_("History")), blocks)


# Deleting, with a way back


def _delete(session: Session, caller: Caller, relation_id: int) -> Saved:
    relation = delete_relation(session, relation_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("{name} is deleted, with its contacts and history."), name=relation.name))


def _restore(session: Session, caller: Caller, relation_id: int) -> Saved:
    relation = restore_relation(session, relation_id, by=caller.collaborator, now=caller.office.now())
    return Saved(relation.name, relation_card(session, caller, relation))


def show_relation(interaction: Interaction, relation_id: int) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        relation = seen_relation(session, caller, relation_id)
        card = relation_card(session, caller, relation)
    interaction.say(relation.name, card)


def register(slack: Listening) -> None:
    slack.action("relation/history", show_history)
    delete = change_at_once(slack, "relation/delete", _delete, undo=_restore)
    slack.menu(RELATION_MENU, "delete", _("Delete"), delete, at=90)
