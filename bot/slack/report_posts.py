"""A scheduled report on its way into its channel, and what its owner is told when it does not get there."""

from __future__ import annotations

import copy
import logging
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot.logs import place_of
from bot.office import Caller, Office
from bot.slack.blocks import Json, actions, button, context, escaped, mrkdwn, plain, rich, section, words
from bot.slack.channel_readers import has_guests
from bot.slack.charts import is_refused, post_pictures, without_charts
from bot.slack.interaction import Interaction, sentence_of
from bot.slack.listening import Listening
from bot.slack.report_schedule import is_shared, said_timing
from bot.slack.reports import shown
from bot.slack.serving import Saved
from bot.texts import _
from store.access import before_others
from store.base import BookError, NotFound
from store.notes import LATE_AFTER
from store.reports import ReportSchedule, Wish, require_open, take_over
from store.reports.posting import Trouble, begin, give_up, not_sent, post_again, sent

log = logging.getLogger(__name__)

NOT_TAKEN = {"ratelimited", "service_unavailable", "team_added_to_org"}
IN_DOUBT = {"internal_error", "fatal_error", "request_timeout"}
MAYBE_DONE = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
"""Some of it may have happened, as Slack says: https://docs.slack.dev/reference/methods/chat.postMessage#errors"""
TROUBLES = {
    Trouble.NOT_THERE: _(
        "“{name}” could not be posted in its channel: Rapport is not in it any more. "
        "Type /invite @Rapport there, then “Post it now”; or choose another channel."
    ),
    Trouble.SHARED: _(
        "“{name}” was not posted: its channel is shared with people outside the office by now. Choose another channel."
    ),
    Trouble.REFUSED: _("“{name}” was not posted in its channel. {reason}"),
    Trouble.IN_DOUBT: _(
        "Something went wrong while “{name}” was being posted: look in its channel whether it stands there. "
        "If it does not, “Post it now”."
    ),
    Trouble.OWNER_LEFT: _(
        "“{name}” is no longer posted in its channel: it is a report of {owner}, who has left the office. "
        "Take it over, and it is posted on, as far as you may see."
    ),
}


def post_report(office: Office, content: dict[str, Any]) -> None:
    """Once. What is paused, stopped or due again by now is not posted. Raises SlackApiError for what may pass."""
    schedule_id, due_at = content["schedule_id"], datetime.fromisoformat(content["due_at"])
    try:
        with office.book.writing() as session:
            trouble = begin(session, schedule_id, due_at=due_at, now=office.now())
    except NotFound:
        return
    reason = ""
    if trouble is None:
        try:
            trouble = _post(office, schedule_id, due_at)
        except BookError as error:
            trouble, reason = Trouble.REFUSED, _reason(office, schedule_id, error)
    with office.book.writing() as session:
        if trouble is None:
            sent(session, schedule_id, due_at=due_at, now=office.now())
        else:
            give_up(session, schedule_id, trouble, due_at=due_at, reason=reason, now=office.now())


def _post(office: Office, schedule_id: int, due_at: datetime) -> Trouble | None:
    """Why Slack does not take it. Raises BookError, and SlackApiError and URLError when nothing was posted."""
    with office.book.reading() as session:
        row = session.get_one(ReportSchedule, schedule_id)
        channel = row.channel_id
        caller = Caller(office, before_others(row.kept.owner))
        saved = _message(session, caller, row, due_at)
    try:
        if _is_read_outside(office, channel):
            return Trouble.SHARED
        return _said(office, caller, channel, saved)
    except SlackApiError as error:
        code, status = error.response.get("error"), error.response.status_code
        if code in NOT_TAKEN | IN_DOUBT or status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
            _let_go(office, schedule_id)
            raise
        return Trouble.NOT_THERE
    except URLError:  # nothing was posted: what fails behind that is another error
        _let_go(office, schedule_id)
        raise
    except (SlackClientError, HTTPException, OSError):
        return Trouble.IN_DOUBT


def _is_read_outside(office: Office, channel: str) -> bool:
    """Raises SlackApiError, or URLError for whatever else keeps Slack from answering: it was only asked."""
    try:
        asked = office.slack.conversations_info(channel=channel)["channel"]
        return is_shared(asked) or has_guests(office.slack, channel)
    except SlackApiError:
        raise
    except (SlackClientError, HTTPException, OSError) as error:
        raise URLError(type(error).__name__) from error


def _let_go(office: Office, schedule_id: int) -> None:
    with office.book.writing() as session:
        not_sent(session, schedule_id)


def _said(office: Office, caller: Caller, channel: str, saved: Saved) -> Trouble | None:
    """Trouble.IN_DOUBT when Slack failed so that it may stand there. Raises SlackApiError when it does not."""
    message: dict[str, Any] = {"channel": channel, "text": escaped(saved.text), "unfurl_links": False}
    slack = copy.copy(office.slack)
    slack.retry_handlers = []  # the library calls again when a connection breaks, also behind a call that arrived
    try:
        try:
            slack.chat_postMessage(blocks=saved.blocks, **message)
        except SlackApiError as error:
            if not is_refused(error, saved.blocks):
                raise
            slack.chat_postMessage(blocks=without_charts(saved.blocks), **message)
            _draw(office, caller, channel, saved)
    except SlackApiError as error:
        if error.response.get("error") in IN_DOUBT or error.response.status_code in MAYBE_DONE:
            return Trouble.IN_DOUBT
        raise
    return None


def _draw(office: Office, caller: Caller, channel: str, saved: Saved) -> None:
    try:
        post_pictures(office.slack, channel, saved.blocks, caller.t)
    except (SlackClientError, OSError) as error:  # the report itself stands there
        log.warning("no picture of a chart", extra={"error": place_of(error)})


def _message(session: Session, caller: Caller, row: ReportSchedule, due_at: datetime) -> Saved:
    require_open(row.kept.wish)  # it may have been changed since it was scheduled
    t, saved = caller.t, shown(session, caller, row.kept.wish)
    head = rich(words(row.kept.name, bold=True))
    who = t(_("{name} has this posted {when}."), name=row.kept.owner.name, when=said_timing(t, row.timing))
    late = []
    if caller.office.now() - due_at > LATE_AFTER:
        due = t.moment(due_at, zone=caller.collaborator.zone, today=caller.today)
        late = [context(plain(t(_("Late: it was due {due}, when Rapport was not running."), due=due)))]
    return Saved(t.labelled(row.kept.name, saved.text), [head, *late, *saved.blocks, context(plain(who))])


def _reason(office: Office, schedule_id: int, error: BookError) -> str:
    with office.book.reading() as session:
        owner = session.get_one(ReportSchedule, schedule_id).kept.owner
        return sentence_of(error, office.texts(owner.locale))


# What its owner is told


def told_trouble(session: Session, caller: Caller, content: dict[str, Any]) -> tuple[str, list[Json]] | None:
    """With the report itself for its owner, so that nothing is lost; None of one that was stopped since."""
    row = session.get(ReportSchedule, content["schedule_id"])
    if row is None or row.stopped_at is not None or row.kept.deleted_at is not None:
        return None
    trouble, kept = Trouble(content["trouble"]), row.kept
    text = caller.t(TROUBLES[trouble], name=kept.name, owner=kept.owner.name, reason=content.get("reason", ""))
    where = context(mrkdwn(f"<#{row.channel_id}>"))
    if trouble is Trouble.OWNER_LEFT:
        take = button(caller.t(_("Take it over")), "report_schedule/take", str(row.id), style="primary")
        said = context(plain(caller.t(_("As the channel reads it once it is yours:"))))
        return text, [section(plain(text)), where, actions(take), said, *_preview(session, caller, kept.wish)]
    ways = actions(
        button(caller.t(_("Post it now")), "report_schedule/again", str(row.id)),
        button(caller.t(_("Change")), "report_schedule/open", str(kept.id)),
        button(caller.t(_("Pause posting")), "report_schedule/pause", str(kept.id)),
    )
    report = [] if trouble is Trouble.REFUSED else shown(session, caller, kept.wish).blocks
    return text, [section(plain(text)), where, ways, *report]


def _preview(session: Session, caller: Caller, wish: Wish) -> list[Json]:
    """The report as a channel would get it from the caller; why it would not, in its place."""
    try:
        return shown(session, Caller(caller.office, before_others(caller.collaborator)), wish).blocks
    except BookError as error:
        return [section(plain(sentence_of(error, caller.t)))]


def _again(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        row = post_again(session, int(interaction.value), by=caller.collaborator, now=caller.office.now())
        said = caller.t(_("“{name}” is on its way to the channel."), name=row.kept.name)
    interaction.say(said)


def _take(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        row = take_over(session, int(interaction.value), by=caller.collaborator, now=caller.office.now())
        when = said_timing(caller.t, row.timing)
        said = caller.t(_("“{name}” is yours now, and posted {when}: /crm report list."), name=row.kept.name, when=when)
    interaction.say(said)


def register(slack: Listening) -> None:
    slack.action("report_schedule/again", _again)
    slack.action("report_schedule/take", _take)
