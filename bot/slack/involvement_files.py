"""The file that a button or a form about involvements names: "12" for a relation, "12/34" for a dossier of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.seen import seen_dossier, seen_relation
from store.base import NotFound
from store.involvements import File


def key_of(file: File) -> str:
    return f"{file.relation.id}/{file.dossier.id}" if file.dossier else str(file.relation.id)


def seen_file(session: Session, caller: Caller, key: str) -> File:
    """Raises NotFound."""
    relation_id, _slash, dossier_id = key.partition("/")
    relation = seen_relation(session, caller, int(relation_id))
    if not dossier_id:
        return File(relation)
    dossier = seen_dossier(session, caller, int(dossier_id))
    if dossier.relation_id != relation.id:
        raise NotFound
    return File(relation, dossier)
