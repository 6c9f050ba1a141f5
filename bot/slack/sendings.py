"""The list of sendings of a contact: each mailing and invitation with its day, its state and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from sqlalchemy.orm import Session

from bot.mails import written_to
from bot.office import Caller
from bot.slack.blocks import Json, button, context, plain, rich, section, words
from bot.slack.contact_words import day_of
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.mailing_card import SKIP_NAMES
from bot.slack.menus import CONTACT_MENU
from bot.slack.seen import seen_contact
from bot.texts import _
from store.base import NotFound
from store.consent import SuppressionReason, suppression_of
from store.contacts import Contact
from store.handover import MailState
from store.invitations import Answer
from store.invited import Invited, invitations_of_person
from store.mailings import Delivery, MailingMode, deliveries_of_person, delivery_seen_by

SENDINGS = 20
LONGEST_PIECE = 2900
MAIL_STATES = {
    MailState.QUEUED: _("waits"),
    MailState.DRAFTING: _("is being written"),
    MailState.HANDED_OVER: _("is on its way"),
    MailState.SENT: _("sent"),
    MailState.DRAFTED: _("among the drafts"),
    MailState.FAILED: _("failed"),
    MailState.UNKNOWN: _("unknown whether it left"),
}
ANSWERS = {
    Answer.ACCEPTED: _("accepted {day}"),
    Answer.TENTATIVE: _("accepted provisionally {day}"),
    Answer.DECLINED: _("declined {day}"),
}
LEFT = (MailState.SENT, MailState.DRAFTED, MailState.UNKNOWN)


def show_sendings(interaction: Interaction, contact_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        contact = seen_contact(session, caller, contact_id)
        blocks = sending_blocks(session, caller, contact)
    interaction.say(caller.t(_("List of sendings")), blocks)


def sending_blocks(session: Session, caller: Caller, contact: Contact) -> list[Json]:
    """What this person was sent or not and what they answered, newest first."""
    by, person_id = caller.collaborator, contact.person_id
    found = deliveries_of_person(session, person_id, asked_by=by, limit=SENDINGS)
    returned = _came_back(session, found)
    lines = [(_at(one), _sending(caller, one, has_come_back=one.id in returned)) for one in found]
    invited = invitations_of_person(session, person_id, asked_by=by, limit=SENDINGS)
    lines += [(one.stamped_at, _invitation(caller, one)) for one in invited]
    head = rich(words(contact.person.name, bold=True))
    if not lines:
        return [head, section(plain(caller.t(_("No mailing yet."))))]
    lines.sort(key=itemgetter(0), reverse=True)
    return [head, *(block for _day, block in lines[:SENDINGS])]


def _came_back(session: Session, found: Sequence[Delivery]) -> set[int]:
    """Ids of the mails that came back: of each address that bounced, the last one sent before that was known."""
    last: dict[str, int] = {}
    for one in found:
        suppression = suppression_of(session, one.mail) if one.state in LEFT else None
        if suppression is None or suppression.reason is not SuppressionReason.BOUNCED:
            continue
        if one.handed_over_at is not None and one.handed_over_at <= suppression.at:
            last.setdefault(one.folded or "", one.id)
    return set(last.values())


def _at(one: Delivery) -> datetime:
    return one.finished_at or one.mailing.created_at


def _invitation(caller: Caller, one: Invited) -> Json:
    t = caller.t
    day = t.moment(one.stamped_at, zone=caller.collaborator.zone, today=caller.today)
    what = t(_("Called off: {subject}") if one.is_cancelled else _("Invitation: {subject}"), subject=one.action.subject)
    said = [t(MAIL_STATES.get(one.state, _("was not sent")))]
    if (answer := ANSWERS.get(one.answer)) and one.answered_at:
        said.append(t(answer, day=day_of(caller, one.answered_at)))
    elif not one.is_cancelled and one.state is MailState.SENT:
        said.append(t(_("no answer yet")))
    text = f"{day} · {what} — {' · '.join(said)}"
    return section(plain(text), accessory=button(t(_("Show")), "action/open", str(one.action.id)))


def _sending(caller: Caller, one: Delivery, *, has_come_back: bool) -> Json:
    t, why = caller.t, one.skipped_because
    day = t.moment(_at(one), zone=caller.collaborator.zone, today=caller.today)
    how = [] if why else [t(_("by draft") if one.mailing.mode is MailingMode.DRAFTS else _("directly"))]
    state = [t(SKIP_NAMES[why] if why else MAIL_STATES[one.state])]
    later = [t(_("came back"))] if has_come_back else []
    if one.unsubscribed_at is not None:
        later.append(t(_("unsubscribed {day}"), day=day_of(caller, one.unsubscribed_at)))
    line = f"{day} · {one.mailing.name} — {' · '.join([*how, *state, *later])}"
    text = button(t(_("Text")), "sending/text", str(one.id)) if not why else None
    return section(plain(line), accessory=text)


def show_text(interaction: Interaction) -> None:
    """The mail itself: as it was when it left, or as it would leave now."""
    interaction.open_view(lambda caller: text_view(caller, int(interaction.value)))


def text_view(caller: Caller, delivery_id: int) -> Json:
    """Raises NotFound."""
    t = caller.t
    with caller.reading() as session:
        row = delivery_seen_by(session, delivery_id, asked_by=caller.collaborator)
        if row is None:
            raise NotFound
        mail = written_to(caller.office, row, at=row.drafting_at or caller.office.now())
        said = [t(_("To {mail}"), mail=row.mail)]
        if row.mailing.mode is MailingMode.DRAFTS:
            said.append(t(_("As it was put among the drafts: whoever sent it may have changed it.")))
        elif row.state is MailState.QUEUED:
            said.append(t(_("Not sent yet: so it would leave now.")))
    pieces = [mail.text[at : at + LONGEST_PIECE] for at in range(0, len(mail.text), LONGEST_PIECE)]
    return {
        "type": "modal",
        "title": plain(t(_("What was sent")), 24),
        "close": plain(t(_("Close")), 24),
        "blocks": [
            rich(words(mail.subject, bold=True)),
            context(*(plain(one) for one in said)),
            *(section(plain(one)) for one in pieces if one.strip()),
        ],
    }


def register(slack: Listening) -> None:
    slack.menu(CONTACT_MENU, "sendings", _("List of sendings"), show_sendings, at=30)
    slack.action("sending/text", show_text)
