"""Who holds which percentage as of a day, and up to which day that is settled: `/crm commission 31/12`."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import groupby

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, rich, words
from bot.slack.exporting import hand_over_export
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from bot.typed_days import split_day
from store.access import require_admin
from store.base import BookError
from store.exporting import Exported
from store.involvements import Involvement, commission_lock, commissions_on, lock_commissions, locked_until

SHOWN = 60
LOCK = {"lock", "verrouiller", "vergrendelen"}


class LockForm(Form, id="commission_lock", title=_("Settled commissions"), submit=_("Save")):
    until = Day(_("Settled up to and including"), hint=_("Percentages up to that day stay; empty: none are")).optional()


def show_commissions(interaction: Interaction, text: str) -> None:
    """`/crm commission 31/12`; `/crm commission lock 31/12` for an administrator."""
    caller = interaction.caller
    rest, on = split_day(text, caller.t, today=caller.today, is_ahead=False)
    if rest.casefold() in LOCK:
        open_form(interaction, lambda asking: lock_form(asking, on))
        return
    interaction.ack()
    if rest and on is None:
        raise BookError(_("“{typed}” is not a day: type it like 2026-01-31, or leave it out."), typed=rest)
    with caller.reading() as session:
        blocks = commission_blocks(session, caller, on or caller.today)
    interaction.say(caller.t(_("Commissions")), blocks)


def commission_blocks(session: Session, caller: Caller, on: date) -> list[Json]:
    """By collaborator: each file with the percentage valid that day."""
    t = caller.t
    found = commissions_on(session, asked_by=caller.collaborator, on=on, today=caller.today)
    title = t(_("Commissions on {day}"), day=t.in_figures(on))
    blocks = [rich(words(title, bold=True), [] if found else words(t(_("Nobody has a percentage on that day."))))]
    for name, rows in groupby(found[:SHOWN], key=lambda row: row.collaborator.name):
        blocks.append(rich(words(name, bold=True), *(words(f"• {_line(caller, row)}") for row in rows)))
    if len(found) > SHOWN:
        blocks.append(context(plain(t(_("{number} more"), number=len(found) - SHOWN))))
    return [*blocks, *_settled(session, caller, on if found else None)]


def _line(caller: Caller, row: Involvement) -> str:
    t, share = caller.t, row.commission or 0
    since = t(_("since {day}"), day=t.in_figures(row.since_on))
    return t.labelled(row.file.name, f"{row.category.label(t.language)} {t.percent(share)}, {since}")


def _settled(session: Session, caller: Caller, on: date | None) -> list[Json]:
    """Up to which day they are settled, and what can be done; `on` is the day of a report that may be taken along."""
    t, until = caller.t, locked_until(session)
    said = [context(plain(t(_("Settled up to {day}."), day=t.in_figures(until))))] if until else []
    ways = [button(t(_("As an Excel file")), "commission/xlsx", on.isoformat())] if on else []
    ways += [button(t(_("As a text file (CSV)")), "commission/csv", on.isoformat())] if on else []
    ways += [button(t(_("Settle")), "commission/lock")] if caller.collaborator.is_admin else []
    return [*said, *([actions(*ways)] if ways else [])]


def _take_along(interaction: Interaction, file_format: str) -> None:
    interaction.ack()
    on = date.fromisoformat(interaction.value)
    hand_over_export(interaction, Exported.COMMISSIONS, file_format, is_own_only=False, on=on)


def lock_form(caller: Caller, on: date | None = None) -> LockForm:
    require_admin(caller.collaborator)
    with caller.reading() as session:
        lock = commission_lock(session)
    form = LockForm(record=1, **({"version": lock.version} if lock else {}))
    form.until = on or (lock.until_on if lock else None)
    return form


def save_lock(session: Session, caller: Caller, form: LockForm) -> Saved:
    version = form.about.get("version")
    lock = lock_commissions(session, by=caller.collaborator, until_on=form.until, version=version)
    if lock.until_on is None:
        return Saved(caller.t(_("No commission is settled any more.")))
    return Saved(caller.t(_("Settled up to {day}."), day=caller.t.in_figures(lock.until_on)))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {
                "en": ("commission", "commissions"),
                "fr": ("commission", "commissions"),
                "nl": ("commissie", "commissies"),
            },
            "31/12",
            _("Who holds which percentage, as of a day"),
            show_commissions,
        )
    )
    serve_form(slack, Serving(LockForm, save=save_lock))
    slack.action("commission/xlsx", partial(_take_along, file_format="xlsx"))
    slack.action("commission/csv", partial(_take_along, file_format="csv"))
    slack.action("commission/lock", lambda interaction: open_form(interaction, lock_form))
