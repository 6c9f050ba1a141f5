"""Before people outside notice: who would get which mail, and the choice to send it or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.office import Caller
from bot.slack.fields import Option
from bot.texts import Texts, _
from store.inviting import MailNews, News

TELL = "tell"
QUIETLY = "quietly"


def tell_options(caller: Caller, _form: Any = None) -> list[Option]:
    return [
        Option(TELL, caller.t(_("Save and invite")), caller.t(_("Mails go out as said below"))),
        Option(QUIETLY, caller.t(_("Save quietly")), caller.t(_("Nobody gets a mail"))),
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
