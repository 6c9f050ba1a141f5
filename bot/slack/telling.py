"""Before people outside notice: who would get which mail, the choice to send it or not, and that nothing else is sent.

Slack tells of what is chosen at once, but of what is typed only when the form is saved. So what the form said last is
kept in it, and held against what a save sends: where they differ, the person reads it first and saves again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, plain
from bot.slack.choices import Says
from bot.slack.fields import Option
from bot.slack.forms import Form
from bot.slack.serving import ReadFirst
from bot.texts import Texts, _
from store.action_facts import ActionFacts
from store.actions import Action, ActionType
from store.inviting import MailNews, News, invite, mails_for
from store.mailboxes import mailbox_of
from store.planning import meaning_of
from store.recurring import Changed

TELL = "tell"
QUIETLY = "quietly"
SAID = "said"
"""Where a form keeps in `about` what it said last."""
NOBODY = _("Nobody gets a mail: everybody is up to date.")
INVITING = _("Save and invite")
DROPPING = _("Tell the guests")
"""The choice that sends mails: of a form that saves, and of one that takes something out of the agenda."""
NO_INVITATIONS = _("Actions of this type send no invitations.")
NO_MAILBOX = _("The representative has no mailbox in Rapport, so nobody can be invited.")


class SaysMails(Says):
    """Who gets which mail, kept in the form as the person sees it."""

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        group.about[SAID] = text = self.text(caller, group)
        block_id = group.block_id(self, prefix)
        return [{"type": "context", "block_id": block_id, "elements": [plain(text, 2000)]}] if text else []


def said_to_guests(session: Session, caller: Caller, facts: ActionFacts, action_id: int | None) -> str:
    """Who would get which mail if the action were saved with these facts."""
    if mailbox_of(session, facts.representative_id) is None:
        return caller.t(NO_MAILBOX)
    meaning = meaning_of(session, action_id, facts)
    mails = mails_for(session, facts, action_id=action_id, meaning=meaning, now=caller.office.now())
    if not mails and not session.get_one(ActionType, facts.type_id).invites:
        return caller.t(NO_INVITATIONS)
    return said_of_mails(mails, caller.t)


def said_of_mails(mails: Sequence[MailNews], t: Texts, *, choice: str = INVITING) -> str:
    if not mails:
        return t(NOBODY)
    return t(_("“{choice}” sends {mails}."), choice=t(choice), mails=said_who_gets_what(mails, t))


def invite_as_said(
    session: Session, caller: Caller, form: Form, action: Action, *, now: datetime, choice: str = INVITING
) -> tuple[MailNews, ...]:
    """Like `invite`. Raises ReadFirst when the form that was saved said otherwise."""
    return _as_said(caller, form, invite(session, action, now=now), choice)


def invite_all_as_said(
    session: Session, caller: Caller, form: Form, changed: Changed, *, now: datetime, choice: str = INVITING
) -> tuple[MailNews, ...]:
    """The same for the parts of a series: each of its guests is named once, whatever number of mails says it."""
    mails: dict[str, MailNews] = {}
    for action in changed.concerned:
        for mail in invite(session, action, now=now):
            mails.setdefault(mail.mail, mail)
    return _as_said(caller, form, tuple(mails.values()), choice)


def _as_said(caller: Caller, form: Form, mails: tuple[MailNews, ...], choice: str) -> tuple[MailNews, ...]:
    last, said = form.about.get(SAID, ""), said_of_mails(mails, caller.t, choice=choice)
    if last == said or (not mails and last in ("", caller.t(NO_MAILBOX), caller.t(NO_INVITATIONS))):
        return mails
    form.about[SAID] = said
    if not mails:
        raise ReadFirst(_("Nobody gets a mail any more: save again if that is right."))
    raise ReadFirst(_("This sends {mails}: save again to send it."), mails=said_who_gets_what(mails, caller.t))


def with_mails(text: str, sent: Sequence[MailNews], t: Texts) -> str:
    """What was done, and which mails it sent."""
    return f"{text} {t(_('On their way: {mails}.'), mails=said_who_gets_what(sent, t))}" if sent else text


def tell_options(caller: Caller, _form: Any = None) -> list[Option]:
    return [
        Option(TELL, caller.t(INVITING), caller.t(_("Mails go out as said below"))),
        Option(QUIETLY, caller.t(_("Save quietly")), caller.t(_("Nobody gets a mail"))),
    ]


def drop_options(caller: Caller, _form: Any = None) -> list[Option]:
    return [
        Option(TELL, caller.t(DROPPING), caller.t(_("Mails go out as said below"))),
        Option(QUIETLY, caller.t(_("Tell nobody")), caller.t(_("Nobody gets a mail"))),
    ]


def wants_to_tell(chosen: Option | None) -> bool:
    return chosen is None or chosen.value == TELL


def said_who_gets_what(mails: Sequence[MailNews], t: Texts) -> str:
    """ "2 updates (Els, Bram), 1 cancellation (Jan)"; "" for nobody."""
    parts = [_part(t, news, [m.name or m.mail for m in mails if m.news is news]) for news in News]
    return ", ".join(part for part in parts if part)


def _part(t: Texts, news: News, names: list[str]) -> str:
    if not names:
        return ""
    shown = t.list(names) if len(names) <= 5 else ", ".join([*names[:5], "…"])
    counted = {
        News.INVITATION: t.n("{number} invitation", "{number} invitations", len(names)),
        News.UPDATE: t.n("{number} update", "{number} updates", len(names)),
        News.CANCELLATION: t.n("{number} cancellation", "{number} cancellations", len(names)),
    }
    return f"{counted[news]} ({shown})"
