"""Keeps the Home tab true while it may be on the screen: published when it is opened, and again once it differs."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from http import HTTPStatus

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.office import Caller, Office
from bot.slack.blocks import Json, plain, section
from bot.slack.doorkeeper import LEFT
from bot.slack.home import home_view
from bot.slack.interaction import Interaction, sentence_of
from bot.slack.listening import Listening
from store.base import BookBusy, BookError
from store.collaborators import Collaborator
from store.homes import Shown, forget_hash, forget_home, hold_homes, last_entry_id, note_opened, note_shown, shown_at

log = logging.getLogger(__name__)

LEFT_ALONE_FOR = timedelta(minutes=1)
"""When Slack does not say for how long."""
GONE = {"not_enabled", "user_not_found", "invalid_arguments", "user_disabled"}
"""What Slack answers for somebody who has no Home (any more)."""


def publish_opened(interaction: Interaction) -> None:
    interaction.ack()
    if interaction.body["event"].get("tab") not in (None, "home"):
        return
    try:
        caller = interaction.caller
        view, entry_id = _drawn(caller)
    except (BookError, BookBusy) as error:
        said = sentence_of(error, interaction.t)
        interaction.client.views_publish(user_id=interaction.user_id, view=_saying(said))
        return
    answer = interaction.client.views_publish(user_id=interaction.user_id, view=view)
    shown = Shown(entry_id, _fingerprint_of(view), str(answer["view"]["hash"]))
    with interaction.office.book.writing() as session:
        note_opened(session, caller.collaborator.id, shown, now=interaction.office.now())


def redraw_home(office: Office, collaborator_id: int) -> bool:
    """True when it was published anew. Raises BookBusy."""
    with office.reading() as session:
        collaborator, before = session.get(Collaborator, collaborator_id), shown_at(session, collaborator_id)
        if collaborator is None or before is None:
            return False
        drawn = _drawn(Caller(office, collaborator)) if collaborator.is_active else None
    if drawn is None:
        return _take_away(office, collaborator)
    if not collaborator.slack_user_id:
        return False
    view, entry_id = drawn
    now_shown = Shown(entry_id, _fingerprint_of(view), before.slack_hash)
    is_new = now_shown.fingerprint != before.fingerprint
    if is_new:
        slack_hash = _publish(office, collaborator_id, collaborator.slack_user_id, view, before.slack_hash)
        if slack_hash is None:
            return False
        now_shown = Shown(entry_id, now_shown.fingerprint, slack_hash)
    with office.book.writing() as session:
        note_shown(session, collaborator_id, now_shown, seen_hash=before.slack_hash)
    return is_new


def _take_away(office: Office, left: Collaborator) -> bool:
    """In place of what their Home shows, as when they open it; True when it was published."""
    if left.slack_user_id:
        view = _saying(Caller(office, left).t(LEFT))
        if _publish(office, left.id, left.slack_user_id, view, "") is None:
            return False
    with office.book.writing() as session:
        forget_home(session, left.id)
    return bool(left.slack_user_id)


def _saying(sentence: str) -> Json:
    return {"type": "home", "blocks": [section(plain(sentence))]}


def _drawn(caller: Caller) -> tuple[Json, int]:
    """The view, and the last line of the trail that it knows: of one state of the book."""
    with caller.reading() as session:
        return home_view(caller), last_entry_id(session)


def _fingerprint_of(view: Json) -> str:
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()


def _publish(office: Office, collaborator_id: int, user_id: str, view: Json, seen_hash: str) -> str | None:
    """Slack's new hash; None when it was published in the meantime, or could not be."""
    guard = {"hash": seen_hash} if seen_hash else {}
    try:
        answer = office.slack.views_publish(user_id=user_id, view=view, **guard)
    except SlackApiError as error:
        _note_refusal(office, collaborator_id, error)
        return None
    except (SlackClientError, OSError) as error:
        log.info("Slack does not take Home tabs: %s", type(error).__name__)
        _leave_alone(office, LEFT_ALONE_FOR)
        return None
    return str(answer["view"]["hash"])


def _note_refusal(office: Office, collaborator_id: int, error: SlackApiError) -> None:
    code, status = str(error.response.get("error")), error.response.status_code
    log.info("a Home tab was not taken: %s", code, extra={"collaborator_id": collaborator_id})
    if code in GONE:
        with office.book.writing() as session:
            forget_home(session, collaborator_id)
    elif code == "hash_conflict":  # something else was published in the meantime: at the next look this is, anyway
        with office.book.writing() as session:
            forget_hash(session, collaborator_id)
    elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = error.response.headers.get("Retry-After")
        _leave_alone(office, timedelta(seconds=int(wait)) if wait else LEFT_ALONE_FOR)


def _leave_alone(office: Office, length: timedelta) -> None:
    with office.book.writing() as session:
        hold_homes(session, until=office.now() + length)


def register(slack: Listening) -> None:
    slack.event("app_home_opened", publish_opened)
