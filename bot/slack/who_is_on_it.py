"""Who of the office is on a relation or a dossier of it, as of a day: the list, and its history with the gaps in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, context, overflow, plain, rich, section, words
from bot.slack.involvement_files import key_of
from bot.texts import _
from store.involvements import File, Involvement, involvements_in_dossiers, involvements_of, known_shares
from store.involvements.images import part_of
from store.involvements.rules import gaps

SHOWN = 20
HISTORY_SHOWN = 40


def who_blocks(session: Session, caller: Caller, file: File, on: date | None = None) -> list[Json]:
    """Everybody by category, with their percentage and since when; then who is to come, and what can be done.

    Of a relation also those who are on one of its dossiers alone, each with its reference.
    """
    t, on = caller.t, on or caller.today
    ever = _ever_on(session, caller, file)
    shares = known_shares(session, [file.relation.id], asked_by=caller.collaborator, today=caller.today)
    there = [row for row in ever if row.since_on <= on <= (row.until_on or date.max)]
    to_come = [row for row in ever if row.since_on > on >= caller.today]
    apart = _in_dossiers(session, caller, file, on)
    head: Words = words(file.name, bold=True)
    if on != caller.today:
        head = [*head, *words(f" — {t.in_figures(on)}")]
    none = words(t(_("Nobody is on this file.")))
    blocks = [rich(head, [] if there or apart else none)]
    blocks += [section(plain(said_of(caller, row, shares)), accessory=_menu(caller, row)) for row in there[:SHOWN]]
    if len(there) > SHOWN:
        blocks.append(context(plain(t(_("{number} more"), number=len(there) - SHOWN))))
    for row in to_come[:SHOWN]:
        said = t(_("Planned: {who}"), who=said_of(caller, row, shares))
        blocks.append(section(plain(said), accessory=_menu(caller, row)))
    for row in apart[:SHOWN]:
        said = t.labelled(row.dossier.reference if row.dossier else "", said_of(caller, row, shares))
        blocks.append(section(plain(said), accessory=_menu(caller, row)))
    if len(apart) > SHOWN:
        blocks.append(context(plain(t(_("{number} more"), number=len(apart) - SHOWN))))
    ways = [button(t(_("Change from a day on")), "involvement/change", key_of(file), style="primary")]
    if len(ever) > len(there):
        ways.append(button(t(_("History")), "involvement/history", key_of(file)))
    return [*blocks, actions(*ways)]


def people_on(session: Session, caller: Caller, file: File) -> str:
    """ "Anna (Representative, Claims) · Bram (Claims)": those of today, the first four."""
    by, dossier_id = caller.collaborator, file.dossier_id
    found = involvements_of(session, file.relation.id, asked_by=by, on=caller.today, dossier_id=dossier_id)
    parts: dict[str, list[str]] = {}
    for one in found:
        parts.setdefault(one.collaborator.name, []).append(one.category.label(caller.t.language))
    return " · ".join(f"{name} ({', '.join(categories)})" for name, categories in islice(parts.items(), 4))


def _ever_on(session: Session, caller: Caller, file: File) -> Sequence[Involvement]:
    asked_by, dossier_id = caller.collaborator, file.dossier_id
    return involvements_of(session, file.relation.id, asked_by=asked_by, on=None, dossier_id=dossier_id)


def _in_dossiers(session: Session, caller: Caller, file: File, on: date) -> Sequence[Involvement]:
    if file.dossier is not None:
        return []
    return involvements_in_dossiers(session, file.relation.id, asked_by=caller.collaborator, on=on)


def history_of_file(session: Session, caller: Caller, file: File) -> list[Json]:
    """Each category's periods, latest first, with who else was there then and when nobody was."""
    ever = _ever_on(session, caller, file)
    shares = known_shares(session, [file.relation.id], asked_by=caller.collaborator, today=caller.today)
    lines: list[Words] = [words(file.name, bold=True)]
    for category_id in dict.fromkeys(row.category_id for row in ever):
        rows = [row for row in ever if row.category_id == category_id]
        lines.append(words(rows[0].category.label(caller.t.language), bold=True))
        found = [(row.since_on, _period(caller, row, rows, shares)) for row in rows]
        found += [(first, _gap(caller, first, last)) for first, last in gaps([part_of(row) for row in rows])]
        lines += [words(f"• {text}") for _on, text in sorted(found, reverse=True)]
    more = len(lines) - HISTORY_SHOWN
    shown = [rich(*lines[:HISTORY_SHOWN])]
    return [*shown, context(plain(caller.t(_("{number} more"), number=more)))] if more > 0 else shown


def said_of(caller: Caller, row: Involvement, shares: Mapping[int, Decimal]) -> str:
    """ "Representative: Anna, 60 %, main person, since 12/03/2025"; `shares` are those that the caller may know."""
    t = caller.t
    parts = [t.labelled(row.category.label(t.language), row.collaborator.name)]
    parts += [] if row.collaborator.is_active else [t(_("has left the office"))]
    parts += [t.percent(shares[row.id])] if row.id in shares else []
    parts += [t(_("main person"))] if row.is_main else []
    parts.append(t(_("since {day}"), day=t.in_figures(row.since_on)))
    parts += [t(_("until {day}"), day=t.in_figures(row.until_on))] if row.until_on else []
    return ", ".join(parts)


def _menu(caller: Caller, row: Involvement) -> Json:
    t = caller.t
    ways = [
        (f"change:{key_of(row.file)}", t(_("Change from a day on"))),
        (f"correct:{row.id}", t(_("Correct a mistake"))),
        (f"end:{row.id}", t(_("End"))),
        (f"delete:{row.id}", t(_("Entered by mistake: delete"))),
    ]
    return overflow("involvement/more", ways)


def _period(caller: Caller, row: Involvement, rows: Sequence[Involvement], shares: Mapping[int, Decimal]) -> str:
    t = caller.t
    until = t.in_figures(row.until_on) if row.until_on else "…"
    share = f", {t.percent(shares[row.id])}" if row.id in shares else ""
    others = [
        one.collaborator.name
        for one in rows
        if one is not row and one.since_on <= (row.until_on or date.max) and row.since_on <= (one.until_on or date.max)
    ]
    beside = t(_(", together with {names}"), names=t.list(dict.fromkeys(others))) if others else ""
    return t.labelled(f"{t.in_figures(row.since_on)} – {until}", f"{row.collaborator.name}{share}{beside}")


def _gap(caller: Caller, first: date, last: date) -> str:
    t = caller.t
    return t(_("{first} – {last}: nobody"), first=t.in_figures(first), last=t.in_figures(last))
