"""What a search finds beside relations and contacts: dossiers, documents and notes, shown behind these."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.document_links import document_url
from bot.office import Caller
from bot.slack.blocks import Json, button, plain, rich, section, words
from bot.slack.dossier_card import dossier_row
from bot.texts import _
from store.dossiers import Dossier
from store.search import FoundDocument, search_documents
from store.search_dossiers import search_dossiers
from store.search_notes import FoundNote, search_notes

DOCUMENTS_SHOWN = 5
DOSSIERS_SHOWN = 5
NOTES_SHOWN = 3


def blocks_behind(session: Session, caller: Caller, text: str) -> tuple[str, list[Json]]:
    """The heading of the first kind that was found and the blocks of all; nothing when none was."""
    by, on = caller.collaborator, caller.today
    dossiers = search_dossiers(session, text, asked_by=by, on=on, limit=DOSSIERS_SHOWN)
    documents = search_documents(session, text, asked_by=by, on=on, limit=DOCUMENTS_SHOWN)
    notes = search_notes(session, text, asked_by=by, on=on, limit=NOTES_SHOWN)
    kinds = (
        (_("Dossiers"), _dossiers(caller, dossiers)),
        (_("Documents"), _documents(caller, documents)),
        (_("Notes"), _notes(caller, notes)),
    )
    titles = [caller.t(title) for title, blocks in kinds if blocks]
    return next(iter(titles), ""), [block for _title, blocks in kinds for block in blocks]


def _dossiers(caller: Caller, found: Sequence[Dossier]) -> list[Json]:
    if not found:
        return []
    head = rich(words(caller.t(_("Dossiers")), bold=True))
    return [head, *(dossier_row(caller, one, says_whose=True) for one in found)]


def _documents(caller: Caller, found: Sequence[FoundDocument]) -> list[Json]:
    if not found:
        return []
    urls = [document_url(caller.office, one.link_id, caller.collaborator) for one in found]
    lines = [
        [{"type": "link", "url": url, "text": one.label}] if url else words(one.label)
        for one, url in zip(found, urls, strict=True)
    ]
    return [rich(words(caller.t(_("Documents")), bold=True), *lines)]


def _notes(caller: Caller, found: Sequence[FoundNote]) -> list[Json]:
    if not found:
        return []
    head = rich(words(caller.t(_("Notes")), bold=True))
    return [head, *(_note(caller, one) for one in found)]


def _note(caller: Caller, one: FoundNote) -> Json:
    return section(plain(one.label), accessory=button(caller.t(_("Open")), "note/open", str(one.note_id)))
