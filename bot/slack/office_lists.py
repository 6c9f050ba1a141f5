"""How the office's lists are shown: all of them, the lines of one, and those that were retired."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, header, overflow, plain, section
from bot.texts import _
from store.domain import Listed, line
from store.lists.model import OfficeList, lines_with
from store.lists.registry import OFFICE_LISTS

SHOWN = 40
"""Lines of one message: Slack takes 50 blocks."""


def overview_blocks(session: Session, caller: Caller) -> list[Json]:
    t = caller.t
    numbers = [len(lines_with(session, of, retired=False)) for of in OFFICE_LISTS]
    lists = [
        section(
            plain(f"{t(of.title)} · {t.n('{number} line', '{number} lines', number)}\n{t(of.says)}"),
            accessory=button(t(_("Open")), "settings/list", f"{of.name}:0"),
        )
        for of, number in zip(OFFICE_LISTS, numbers, strict=True)
    ]
    starting = button(t(_("Start from a trade’s lists")), "settings/trade")
    export = button(t(_("Everything as a file")), "settings/export")
    return [header(t(_("Settings"))), *lists, actions(starting, export)]


def list_blocks(session: Session, caller: Caller, of: OfficeList, *, page: int = 0) -> list[Json]:
    """The lines in use in their order, each with what can be done with it."""
    t = caller.t
    lines = lines_with(session, of)
    used = [one for one in lines if one.retired_at is None]
    shown = used[page * SHOWN : (page + 1) * SHOWN]
    rows = [
        section(_said(caller, one), accessory=_menu(caller, of, one, is_first=one is used[0], is_last=one is used[-1]))
        for one in shown
    ]
    more: list[Json] = []
    if len(used) > (page + 1) * SHOWN:
        more.append(button(t(_("Next {number}"), number=SHOWN), "settings/list", f"{of.name}:{page + 1}"))
    if gone := len(lines) - len(used):
        more.append(button(t(_("Retired ({number})"), number=gone), "settings/retired", of.name))
    new = button(t(_("+ New line")), "settings/new", of.name, style="primary")
    lists = button(t(_("All lists")), "settings/all")
    return [header(t(of.title)), context(plain(t(of.says))), *rows, actions(new, *more, lists)]


def _said(caller: Caller, row: Listed) -> Json:
    """In the reader's language, and below it in the two others."""
    own = row.label(caller.t.language)
    others = {language: row.label(language) for language in ("fr", "nl", "en") if language != caller.t.language}
    below = " · ".join(label for label in dict.fromkeys(others.values()) if label != own)
    emoji = str(getattr(row, "emoji", ""))
    text = plain(f"{own}\n{below}" if below else own)
    # An emoji is drawn only where nothing that was typed could be taken for one.
    return {**text, "text": f":{emoji}: {text['text']}", "emoji": True} if emoji and ":" not in text["text"] else text


def _menu(caller: Caller, of: OfficeList, row: Listed, *, is_first: bool, is_last: bool) -> Json:
    t = caller.t
    ways = [("edit", t(_("Edit")))]
    ways += [] if is_first else [("up", t(_("Up")))]
    ways += [] if is_last else [("down", t(_("Down")))]
    ways += [("retire", t(_("Retire"))), ("merge", t(_("Merge into…")))]
    return overflow("settings/more", [(f"{way}:{of.name}:{row.id}", text) for way, text in ways])


def retired_block(session: Session, caller: Caller, of: OfficeList, row: Listed) -> Json:
    t, label, value = caller.t, row.label(caller.t.language), f"{of.name}:{row.id}"
    if row.merged_into_id is None:
        return section(plain(label), accessory=button(t(_("Take back into use")), "settings/back", value))
    into = line(session, of.kind, row.id).label(t.language)
    text = plain(t(_("{label}: merged into {into}"), label=label, into=into))
    return section(text, accessory=button(t(_("Undo the merge")), "settings/unmerge", value))
