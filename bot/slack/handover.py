"""`/crm handover @anna @bob from 1 January`: opens the form, takes a handover back, tells both."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, plain, section
from bot.slack.handover_form import NAMED, HandoverForm, blank_handover, save_handover
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.slack.telling import said_who_gets_what
from bot.texts import _
from bot.typed_days import split_day
from store.base import NotFound
from store.collaborators import (
    Collaborator,
    Role,
    collaborator_in_slack,
    collaborators_matching,
    collaborators_who_left,
)
from store.portfolios import Undone, files_handed_over, handover_seen_by, undo_handover
from store.words import fold

_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_BETWEEN = re.compile(r"\s*(?:,|->|→|\s(?:to|à|a|aan|naar|vers)\s)\s*", re.IGNORECASE)


def open_handover(interaction: Interaction, text: str) -> None:
    def build(caller: Caller) -> HandoverForm:
        names, on = split_day(text, caller.t, today=caller.today, is_ahead=True)
        with caller.reading() as session:
            people = [person_typed(session, name) for name in split_names(names)]
        giver, taker = [*people, None, None][:2]
        return blank_handover(caller, giver, taker, on)

    open_form(interaction, build)


def open_handover_of(interaction: Interaction) -> None:
    """From the portfolio that the button stands for."""

    def build(caller: Caller) -> HandoverForm:
        with caller.reading() as session:
            giver = session.get(Collaborator, int(interaction.value))
        return blank_handover(caller, giver, None, None)

    open_form(interaction, build)


def split_names(text: str) -> list[str]:
    """At most two: "@anna @bob", "Anna Peeters to Bob", "<@U1> <@U2>"."""
    if mentions := [found[0] for found in _MENTION.finditer(text)]:
        return mentions[:2]
    parts = [part.strip(" @") for part in _BETWEEN.split(f" {text} ")]
    if len(parts) == 1:
        parts = [part.strip() for part in text.split("@")] if text.count("@") > 1 else text.split()
    return [part.strip("@ ") for part in parts if part.strip("@ ")][:2]


def person_typed(session: Session, typed: str) -> Collaborator:
    """By mention, name or address; who left comes after who is there. Raises NotFound."""
    if mention := _MENTION.fullmatch(typed):
        known = collaborator_in_slack(session, mention[1])
        found = [known] if known else []
    else:
        found = list(collaborators_matching(session, typed, limit=2))
        found = found or [one for one in collaborators_who_left(session) if fold(typed) in fold(one.name)]
    if len(found) != 1:
        raise NotFound(_("No colleague is found under that name. Try the first name, or part of the address."))
    return found[0]


def undo(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        undone = undo_handover(session, int(interaction.value), by=caller.collaborator, now=caller.office.now())
        text = _said_undone(caller, undone)
    interaction.say(text, replace=True)


def _said_undone(caller: Caller, undone: Undone) -> str:
    t = caller.t
    files = t.n("{number} file", "{number} files", undone.files)
    actions = t.n("{number} open action", "{number} open actions", undone.actions)
    parts = [t(_("Taken back: {files} and {actions}."), files=files, actions=actions)]
    if undone.files_left:
        parts.append(t(_("Changed since, so left as they are: {names}."), names=t.list(undone.files_left[:10])))
    if undone.actions_left:
        parts.append(
            t.n(
                "{number} action was changed since and stays.",
                "{number} actions were changed since and stay.",
                undone.actions_left,
            )
        )
    if undone.mails:
        parts.append(t(_("On their way: {mails}."), mails=said_who_gets_what(undone.mails, t)))
    return " ".join(parts)


def handover_card(session: Session, caller: Caller, content: dict[str, Any]) -> tuple[str, list[Json]] | None:
    """The notice to both: what was handed over, or that it was taken back."""
    handover = handover_seen_by(session, content["handover_id"], asked_by=caller.collaborator)
    if handover is None:
        return None
    t = caller.t
    people = (handover.giver_id, handover.taker_id, handover.by_id)
    giver, taker, by = (session.get_one(Collaborator, one) for one in people)
    facts = {"giver": giver.name, "taker": taker.name, "day": t.day(handover.from_on, today=caller.today)}
    if content["deed"] == "undone":
        text = t(_("The handover from {giver} to {taker} from {day} on is taken back."), **facts)
    else:
        found = files_handed_over(session, handover, asked_by=caller.collaborator)
        text = t(_("{by} handed over from {giver} to {taker}, from {day} on."), by=by.name, **facts)
        files = t.n("{number} file", "{number} files", len(found))
        actions = t.n("{number} open action", "{number} open actions", len(handover.actions))
        named = ", ".join([one.name for one in found[:NAMED]] + ["…"] * (len(found) > NAMED))
        text = f"{text} {files}{f' ({named})' if named else ''}, {actions}."
    return text, [section(plain(text))]


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("handover",), "fr": ("reprise", "passation"), "nl": ("overdracht",)},
            "@anna @bob 1/1",
            _("Hand a colleague’s files and open actions over to another, from a day on"),
            open_handover,
            least=Role.REP,
        )
    )
    named = {"giver_id": "giver", "taker_id": "taker", "from_on": "on", "since_on": "on"}
    serve_form(slack, Serving(HandoverForm, save=save_handover, named=named))
    slack.action("handover/new", open_handover_of)
    slack.action("handover/undo", undo)
