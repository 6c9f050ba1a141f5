"""Messages of Slack that become notes: by the shortcut on a message, or by an emoji of the office's choosing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import actions, button, plain, section
from bot.slack.fields import Option
from bot.slack.finding import reference
from bot.slack.interaction import Interaction, sentence_of
from bot.slack.listening import Listening
from bot.slack.note_card import note_card
from bot.slack.note_form import NoteForm, blank_form, form_of
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import open_form
from bot.texts import _
from store.base import BookError
from store.collaborators import collaborator_in_slack
from store.domain import listed
from store.mentioned import mentioned
from store.note_emojis import NoteEmoji
from store.notes import (
    DETAIL_LIMIT,
    SUBJECT_LIMIT,
    Message,
    NoteFacts,
    note_of_message,
    write_note,
)
from store.search import Option as Found
from store.submissions import is_first

OFFERED = 4
_REFERENCE = re.compile(r"<([@#!]?)([^|>]*)(?:\|([^>]*))?>")
_UNSEEN = {"not_in_channel", "channel_not_found", "no_access"}
NOT_THERE = _("Rapport cannot read that channel, so nothing was noted. Invite it there, then react again.")
NOT_NOW = _(
    "Slack does not show that message just now, so nothing was noted. Take your reaction back, then react again."
)


@dataclass(frozen=True, slots=True)
class Place:
    """The conversation of a message; `is_closed`: not everybody in the office can read it."""

    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A message with its text in words."""

    message: Message
    text: str
    place: Place

    @property
    def subject(self) -> str:
        """The first line that holds something, cut to what a subject may hold."""
        first = next((line.strip() for line in self.text.splitlines() if line.strip()), "")
        return first if len(first) <= SUBJECT_LIMIT else f"{first[: SUBJECT_LIMIT - 1]}…"

    @property
    def detail(self) -> str:
        """The whole when there is more than the subject; what is beyond the limit stands in Slack."""
        if self.text.strip() == self.subject:
            return ""
        return self.text if len(self.text) <= DETAIL_LIMIT else f"{self.text[: DETAIL_LIMIT - 1]}…"


def in_words(session: Session, text: str) -> str:
    """Slack's escapes and references (<@U1>, <https://…|label>) as one reads them.

    https://docs.slack.dev/messaging/formatting-message-text
    """

    def said(found: re.Match[str]) -> str:
        sign, target, label = found[1], found[2], found[3]
        if sign == "@":
            who = collaborator_in_slack(session, target)
            return f"@{who.name if who else label or target}"
        if sign:
            return f"{sign if sign == '#' else '@'}{label or target}"
        return f"{label} ({target})" if label and label not in target else target.removeprefix("mailto:")

    return unescape(_REFERENCE.sub(said, text))


# The shortcut


def _open_shortcut(interaction: Interaction) -> None:
    """The form with what the message says; one that was filed before opens its note."""
    shown, channel = interaction.body["message"], interaction.body.get("channel") or {}

    def build(caller: Caller) -> NoteForm:
        message = Message(str(channel.get("id", "")), str(shown["ts"]))
        with caller.reading() as session:
            filed = note_of_message(session, message, asked_by=caller.collaborator)
            if filed is not None:
                return form_of(caller, filed.id)
            text = in_words(session, str(shown.get("text") or ""))
        said = Said(message, text, message_place(interaction, message.channel_id))
        return _form(caller, said, _permalink(interaction, message))

    open_form(interaction, build)


def _form(caller: Caller, said: Said, permalink: str) -> NoteForm:
    """What was said where not everybody reads is private, unless the person says otherwise."""
    key = f"{said.message.channel_id}/{said.message.ts}"
    form = blank_form(caller, message=key, permalink=permalink)
    form.subject, form.detail, form.is_private = said.subject, said.detail, said.place.is_closed
    with caller.reading() as session:
        found = whom_it_names(session, caller, said)
    if len(found) == 1:
        form.relation = Option(reference(found[0].relation_id, found[0].contact_id), found[0].label)
    return form


def whom_it_names(session: Session, caller: Caller, said: Said) -> Sequence[Found]:
    """Whom the message names; when it names nobody, whom the channel's name does."""
    for told in (said.text, said.place.name.replace("-", " ").replace("_", " ").title()):
        if found := mentioned(session, told, asked_by=caller.collaborator, on=caller.today, limit=OFFERED):
            return found
    return ()


def _permalink(interaction: Interaction, message: Message) -> str:
    """ "" where Slack shows Rapport no such message, as between two people."""
    try:
        found = interaction.client.chat_getPermalink(channel=message.channel_id, message_ts=message.ts)
    except SlackApiError:
        return ""
    return str(found["permalink"])


# The reaction


def _on_reaction(interaction: Interaction) -> None:
    """Files the message, and tells whoever reacted; asks them when it cannot tell where. Slack may tell it twice."""
    interaction.ack()
    event = interaction.body["event"]
    if not _is_meant(interaction) or not _is_new(interaction):
        return
    item = event["item"]
    try:
        _file_or_ask(interaction, _fetch(interaction, item["channel"], item["ts"]))
    except BookError as error:
        interaction.say(sentence_of(error, interaction.t))


def _is_meant(interaction: Interaction) -> bool:
    """Whether it is one of the office's emojis, on a message."""
    event = interaction.body["event"]
    if event["item"].get("type") != "message":
        return False
    name = str(event["reaction"]).partition("::")[0]
    with interaction.office.reading() as session:
        return any(line.emoji == name for line in listed(session, NoteEmoji))


def _is_new(interaction: Interaction) -> bool:
    """Raises NotAllowed for whoever must not come in: they hear nothing."""
    with interaction.writing() as session:
        return is_first(session, f"slack-event/{interaction.body['event_id']}", now=interaction.office.now())


def _fetch(interaction: Interaction, channel_id: str, ts: str) -> Said:
    """The message under the reaction, also a reply in a thread. Raises BookError when Slack does not show it."""
    try:
        found = interaction.client.reactions_get(channel=channel_id, timestamp=ts, full=True)["message"]
    except SlackApiError as error:
        is_unseen = error.response.get("error") in _UNSEEN
        raise BookError(NOT_THERE if is_unseen else NOT_NOW) from error
    with interaction.caller.reading() as session:
        text = in_words(session, str(found.get("text") or ""))
    message = Message(channel_id, ts, str(found.get("permalink", "")))
    return Said(message, text, message_place(interaction, channel_id))


def message_place(interaction: Interaction, channel_id: str) -> Place:
    """Closed also when Slack does not say; the name, which only helps to tell whom it is about, is "" then."""
    if channel_id.startswith("D"):
        return Place("", is_closed=True)
    try:
        channel = interaction.client.conversations_info(channel=channel_id)["channel"]
    except SlackApiError:
        return Place("", is_closed=True)
    is_closed = any(channel.get(key) for key in ("is_private", "is_group", "is_im", "is_mpim"))
    return Place(str(channel.get("name") or ""), is_closed)


def _file_or_ask(interaction: Interaction, said: Said) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        filed = note_of_message(session, said.message, asked_by=caller.collaborator)
        text = caller.t(_("This message is a note already."))
        card = note_card(session, caller, filed, told=text) if filed is not None else []
        found = whom_it_names(session, caller, said)
    if card:
        interaction.say(text, card)
    elif len(found) == 1:
        _file(interaction, said, found[0].relation_id, found[0].contact_id)
    else:
        _ask(interaction, said, found)


def _file(interaction: Interaction, said: Said, relation_id: int, contact_id: int | None, *, ask: bool = False) -> None:
    """Of a closed conversation a private note. `ask` says that the answer stands in the place of a question."""
    caller = interaction.caller
    subject = said.subject or caller.t(_("A message in Slack"))
    facts = NoteFacts(
        relation_id, subject, caller.today, contact_id=contact_id, detail=said.detail, is_private=said.place.is_closed
    )
    with interaction.writing() as session:
        note = write_note(session, by=caller.collaborator, facts=facts, now=caller.office.now(), message=said.message)
        closed = _("Noted at {relation}, for you alone: not everybody can read that conversation.")
        text = caller.t(closed if note.is_private else _("Noted at {relation}."), relation=note.relation.name)
        card = note_card(session, caller, note, told=text, undo=True)
    interaction.say(text, card, replace=ask)


def _ask(interaction: Interaction, said: Said, found: Sequence[Found]) -> None:
    t, key = interaction.t, f"{said.message.channel_id}/{said.message.ts}"
    text = t(_("Which relation is this message about: “{subject}”?"), subject=said.subject)
    offered = [
        button(one.label, f"note/file/{number}", f"{key}:{one.relation_id}.{one.contact_id or ''}")
        for number, one in enumerate(found)
    ]
    other = button(t(_("Choose a relation")), "note/file/other", key)
    interaction.say(text, [section(plain(text)), actions(*offered, other)])


def _file_chosen(interaction: Interaction) -> None:
    interaction.ack()
    key, _colon, chosen = interaction.value.partition(":")
    relation, _dot, contact = chosen.partition(".")
    channel_id, _slash, ts = key.partition("/")
    with interaction.caller.reading() as session:
        relation_id = seen_relation(session, interaction.caller, int(relation)).id
        contact_id = seen_contact(session, interaction.caller, int(contact)).id if contact else None
    _file(interaction, _fetch(interaction, channel_id, ts), relation_id, contact_id, ask=True)


def _open_other(interaction: Interaction) -> None:
    channel_id, _slash, ts = interaction.value.partition("/")

    def build(caller: Caller) -> NoteForm:
        said = _fetch(interaction, channel_id, ts)
        return _form(caller, said, said.message.permalink)

    open_form(interaction, build)


def _on_reaction_removed(interaction: Interaction) -> None:
    """Offers to take the note away to whoever made it."""
    interaction.ack()
    if not _is_meant(interaction) or not _is_new(interaction):
        return
    caller, item = interaction.caller, interaction.body["event"]["item"]
    with caller.reading() as session:
        message = Message(item["channel"], item["ts"])
        note = note_of_message(session, message, asked_by=caller.collaborator)
        if note is None or note.created_by_id != caller.collaborator.id:
            return
        text = caller.t(_("You took your reaction back. The note stays unless you delete it."))
        card = note_card(session, caller, note, told=text)
    interaction.say(text, card)


def register(slack: Listening) -> None:
    slack.shortcut("save_note", _open_shortcut)
    slack.event("reaction_added", _on_reaction)
    slack.event("reaction_removed", _on_reaction_removed)
    for number in range(OFFERED):
        slack.action(f"note/file/{number}", _file_chosen)
    slack.action("note/file/other", _open_other)
