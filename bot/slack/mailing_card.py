"""A mailing as a card: how far it is, and how to start, stop and look inside."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, context, plain, rich, section, words
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.texts import _
from store.base import BookError
from store.handover import MailState
from store.mailing_text import render
from store.mailings import (
    Delivery,
    Mailing,
    MailingState,
    SkipReason,
    cancel_mailing,
    deliveries_of_mailing,
    fields_of,
    mailing_seen_by,
    pause_mailing,
    progress,
    resume_mailing,
    start_mailing,
    text_for,
)

STATE_NAMES = {
    MailingState.PREPARED: _("ready to start"),
    MailingState.RUNNING: _("under way"),
    MailingState.PAUSED: _("paused"),
    MailingState.CANCELLED: _("cancelled"),
    MailingState.FINISHED: _("finished"),
}
SKIP_NAMES = {
    SkipReason.SUPPRESSED: _("does not want mailings any more"),
    SkipReason.REFUSED_ALL: _("does not want mailings"),
    SkipReason.REFUSED_TOPIC: _("does not want mailings on this topic"),
    SkipReason.NO_ADDRESS: _("has no e-mail address"),
    SkipReason.SAME_ADDRESS: _("has the same address as somebody before"),
    SkipReason.LEFT: _("no longer works there"),
    SkipReason.MISSING_FIELD: _("lacks something that the text says"),
    SkipReason.CANCELLED: _("not sent: the mailing was cancelled"),
}
UNDER_WAY = (MailState.QUEUED, MailState.DRAFTING, MailState.HANDED_OVER)


def mailing_line(session: Session, caller: Caller, mailing: Mailing) -> Words:
    state = f" — {caller.t(STATE_NAMES[mailing.state])} · {_counts(session, caller, mailing)}"
    return [*words(mailing.name, bold=True), *words(state)]


def mailing_card(session: Session, caller: Caller, mailing: Mailing) -> list[Json]:
    t = caller.t
    lines = [mailing_line(session, caller, mailing)]
    lines.append(words(t(_("From {address}"), address=mailing.mailbox.address)))
    lines.append(words(_time_left(session, caller, mailing)))
    blocks = [rich(*lines)]
    if skipped := _skipped(session, caller, mailing):
        blocks.append(context(plain(skipped, 2000)))
    buttons = _buttons(caller, mailing)
    return [*blocks, actions(*buttons)] if buttons else blocks


def _counts(session: Session, caller: Caller, mailing: Mailing) -> str:
    t, by_state = caller.t, Counter(progress(session, mailing.id))
    total = sum(by_state.values()) - by_state[MailState.SKIPPED] + _called_off(session, caller, mailing)
    arrived = by_state[MailState.SENT] + by_state[MailState.DRAFTED]
    parts = [t(_("{done} of {total}"), done=t.number(arrived), total=t.number(total))]
    counted = {
        MailState.SKIPPED: t.n("{number} skipped", "{number} skipped", by_state[MailState.SKIPPED]),
        MailState.FAILED: t.n("{number} failed", "{number} failed", by_state[MailState.FAILED]),
        MailState.UNKNOWN: t.n("{number} unknown", "{number} unknown", by_state[MailState.UNKNOWN]),
    }
    return " · ".join([*parts, *(text for state, text in counted.items() if by_state[state])])


def _called_off(session: Session, caller: Caller, mailing: Mailing) -> int:
    """Who would have got it, had the mailing not been cancelled."""
    if mailing.state is not MailingState.CANCELLED:
        return 0
    skipped = deliveries_of_mailing(session, mailing.id, asked_by=caller.collaborator, state=MailState.SKIPPED)
    return sum(one.skipped_because is SkipReason.CANCELLED for one in skipped)


def _time_left(session: Session, caller: Caller, mailing: Mailing) -> str:
    by_state = progress(session, mailing.id)
    waiting = sum(by_state.get(state, 0) for state in UNDER_WAY)
    if mailing.state not in (MailingState.PREPARED, MailingState.RUNNING) or waiting < 2 or not mailing.delay_s:
        return ""
    minutes = max(1, round(timedelta(seconds=mailing.delay_s * (waiting - 1)) / timedelta(minutes=1)))
    if mailing.state is MailingState.PREPARED:
        return caller.t.n("It will take about {number} minute", "It will take about {number} minutes", minutes)
    return caller.t.n("About {number} minute left", "About {number} minutes left", minutes)


def _skipped(session: Session, caller: Caller, mailing: Mailing) -> str:
    """Everybody of the list who gets nothing is named, with the reason."""
    found = deliveries_of_mailing(session, mailing.id, asked_by=caller.collaborator, state=MailState.SKIPPED)
    lines = [caller.t.labelled(one.name or one.company, caller.t(_reason(one))) for one in found[:10]]
    more = caller.t(_("{number} more"), number=len(found) - 10) if len(found) > 10 else ""
    return "\n".join([*lines, more]).strip()


def _reason(delivery: Delivery) -> str:
    reason = delivery.skipped_because
    return SKIP_NAMES[reason] if reason else ""


def _buttons(caller: Caller, mailing: Mailing) -> list[Json]:
    t, value = caller.t, str(mailing.id)
    start = button(t(_("Start")), "mailing/start", value, style="primary")
    preview = button(t(_("Preview")), "mailing/preview", value)
    cancel = button(t(_("Cancel the mailing")), "mailing/cancel", value, style="danger")
    match mailing.state:
        case MailingState.PREPARED:
            return [start, preview, cancel]
        case MailingState.RUNNING:
            return [button(t(_("Pause")), "mailing/pause", value), cancel]
        case MailingState.PAUSED:
            return [button(t(_("Resume")), "mailing/resume", value, style="primary"), cancel]
        case _:
            return []


# Buttons


def start(interaction: Interaction) -> None:
    """Starts it; the card that shows its progress comes as a direct message, through the outbox."""
    interaction.ack()
    caller, now = interaction.caller, interaction.office.now()
    mailing_id = int(interaction.value)
    with interaction.writing() as session:
        mailing = start_mailing(session, by=caller.collaborator, mailing_id=mailing_id, now=now)
    text = caller.t(_("{name} has started; its progress is in your messages from Rapport."), name=mailing.name)
    interaction.say(text, replace=True)


def _steer(interaction: Interaction, what: str) -> None:
    interaction.ack()
    caller, mailing_id = interaction.caller, int(interaction.value)
    with interaction.writing() as session:
        if what == "pause":
            mailing = pause_mailing(session, by=caller.collaborator, mailing_id=mailing_id)
        elif what == "resume":
            mailing = resume_mailing(session, by=caller.collaborator, mailing_id=mailing_id)
        else:
            now = caller.office.now()
            mailing = cancel_mailing(session, by=caller.collaborator, mailing_id=mailing_id, now=now)
        card = mailing_card(session, caller, mailing)
    interaction.say(mailing.name, card, replace=True)


def show(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        mailing = mailing_seen_by(session, int(interaction.value), asked_by=caller.collaborator)
        card = mailing_card(session, caller, mailing)
    interaction.say(mailing.name, card)


def preview(interaction: Interaction) -> None:
    """The mail exactly as the first recipient of each language would get it."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        mailing = mailing_seen_by(session, int(interaction.value), asked_by=caller.collaborator)
        waiting = deliveries_of_mailing(session, mailing.id, asked_by=caller.collaborator, state=MailState.QUEUED)
        first = {one.language: one for one in reversed(waiting)}
        if not first:
            raise BookError(_("Nobody of the list can receive this mailing."))
        blocks = [block for one in first.values() for block in _previewed(caller, one)]
    interaction.say(caller.t(_("Preview")), blocks)


def _previewed(caller: Caller, delivery: Delivery) -> list[Json]:
    mail = render(text_for(delivery), fields_of(delivery, unsubscribe_url="https://…", on=caller.today))
    to = caller.t(_("To {name}, {address}"), name=delivery.name or delivery.company, address=delivery.mail)
    return [context(plain(to, 2000)), rich(words(mail.subject, bold=True)), section(plain(mail.text))]


def register(slack: Listening) -> None:
    slack.action("mailing/start", start)
    slack.action("mailing/pause", lambda interaction: _steer(interaction, "pause"))
    slack.action("mailing/resume", lambda interaction: _steer(interaction, "resume"))
    slack.action("mailing/cancel", lambda interaction: _steer(interaction, "cancel"))
    slack.action("mailing/open", show)
    slack.action("mailing/preview", preview)
