"""An administrator opens one private record of a colleague: with a reason, and the owner is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import plain, section
from bot.slack.choices import Says, Search
from bot.slack.fields import Option, Options, Text
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.private_records import PRIVATE_RECORDS, said_of
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from bot.typed_days import typed_day
from store.access import require_admin
from store.break_glass import REASON_LIMIT, hidden_records, open_private
from store.collaborators import Collaborator
from store.words import fold


def find_hidden(caller: Caller, typed: str, form: Any) -> Options:
    """What the owner keeps private, by kind and day alone; a day that is typed finds all of it. Raises NotAllowed."""
    owner_id, by = form.about["owner"], caller.collaborator
    on = typed_day(typed, caller.t, today=caller.today, is_ahead=False)
    with caller.reading() as session:
        options = [
            Option(f"{kind}:{row.id}", said_of(caller, kind, row))
            for kind in PRIVATE_RECORDS
            for row in hidden_records(session, owner_id, by=by, kind=kind, on=on)
        ]
    return Options([one for one in options if on or fold(typed) in fold(one.label)][:100])


def _warning(caller: Caller, form: Any) -> str:
    if form.about["is_here"]:
        return caller.t(_("{name} is told that you opened it, and why."), name=form.about["name"])
    return caller.t(_("The other administrators are told that you opened it, and why."))


class BreakGlassForm(Form, id="break_glass", title=_("Private record"), submit=_("Open")):
    said = Says(_warning)
    record = Search(_("Which one"), find=find_hidden, hint=_("A day finds what is older"))
    reason = Text(_("Reason"), max_length=REASON_LIMIT)


def open_break_glass(interaction: Interaction, owner_id: int) -> None:
    def build(caller: Caller) -> BreakGlassForm:
        require_admin(caller.collaborator)
        with caller.reading() as session:
            owner = session.get_one(Collaborator, owner_id)
        return BreakGlassForm(owner=owner.id, name=owner.name, is_here=owner.is_active)

    open_form(interaction, build)


def save(session: Session, caller: Caller, form: BreakGlassForm) -> Saved:
    kind, _colon, row_id = form.record.value.partition(":")
    now = caller.office.now()
    row = open_private(session, kind, int(row_id), by=caller.collaborator, reason=form.reason, now=now)
    told = _("Opened this once. {name} is told.") if form.about["is_here"] else _("Opened this once. It is noted.")
    text = caller.t(told, name=form.about["name"])
    return Saved(text, [section(plain(text)), PRIVATE_RECORDS[kind].facts(session, caller, row)])


def register(slack: Listening) -> None:
    serve_form(slack, Serving(BreakGlassForm, save=save))
