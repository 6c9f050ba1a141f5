"""Which column fills which field: guessed from the names, kept for the next list with the same columns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.importing.fields import KEYS, Duplicates, What, guessed_fields, guessed_what
from store.importing.model import Import, ImportMapping, ImportState
from store.typed import line_typed


def prepare_import(
    session: Session,
    *,
    by: Collaborator,
    now: datetime,
    file_name: str,
    sha256: str,
    columns: Sequence[str],
    what: What | None = None,
) -> Import:
    """A new import with the mapping that was chosen last for such columns, else the guessed one. Raises NotAllowed."""
    require_admin(by)
    known = session.scalars(select(ImportMapping).where(ImportMapping.columns_key == _key(columns))).one_or_none()
    if known is not None and what in {None, known.what}:
        what, fields = known.what, list(known.fields)
    else:
        what = what or guessed_what(columns)
        fields = guessed_fields(what, columns)
    run = Import(
        what=what,
        file_name=line_typed(file_name, field="file")[-100:],
        sha256=sha256,
        columns=list(columns),
        fields=fields,
        is_month_first=by.locale.replace("_", "-").lower() == "en-us",
        by_id=by.id,
        prepared_at=now,
    )
    session.add(run)
    session.flush()
    return run


def choose_mapping(
    session: Session,
    import_id: int,
    *,
    by: Collaborator,
    now: datetime,
    what: What | None = None,
    fields: Sequence[str] | None = None,
    duplicates: Duplicates | None = None,
    version: int | None = None,
) -> Import:
    """Changes what is not None; another `what` guesses the fields anew unless they are given. Kept for the next list.

    Raises NotAllowed, NotFound, ChangedMeanwhile, and BookError at `fields` for an unknown field or one chosen twice,
    and for an import that has begun.
    """
    run = import_to_run(session, import_id, by=by)
    run.expect_version(version)
    if run.state is not ImportState.PREPARED:
        raise BookError(_("This import has begun: undo it, then send the file again."))
    if what is not None and what is not run.what:
        run.what, run.fields = what, guessed_fields(what, run.columns)
    if fields is not None:
        run.fields = _checked(run, fields)
    run.duplicates = duplicates or run.duplicates
    _keep(session, run, now)
    session.flush()
    return run


def import_to_run(session: Session, import_id: int, *, by: Collaborator) -> Import:
    """Raises NotAllowed, NotFound."""
    require_admin(by)
    run = session.get(Import, import_id)
    if run is None:
        raise NotFound
    return run


def require_complete(run: Import) -> None:
    """Raises BookError at `fields` when no column has the name."""
    wanted = {"name"} if run.what is What.RELATIONS else {"name", "first_name", "last_name"}
    if not wanted & set(run.fields):
        raise BookError(_("No column is the name. Say which one it is."), field="fields")


def _checked(run: Import, fields: Sequence[str]) -> list[str]:
    chosen = [key for key in fields if key]
    if len(fields) != len(run.columns) or not set(chosen) <= KEYS[run.what]:
        raise BookError(_("The fields do not fit the columns. Choose them again."), field="fields")
    if twice := next((key for key in chosen if chosen.count(key) > 1), None):
        columns = [column for column, key in zip(run.columns, fields, strict=True) if key == twice]
        raise BookError(_("{one} and {other} fill the same field."), field="fields", one=columns[0], other=columns[1])
    return list(fields)


def _keep(session: Session, run: Import, now: datetime) -> None:
    row = session.scalars(select(ImportMapping).where(ImportMapping.columns_key == _key(run.columns))).one_or_none()
    if row is None:
        row = ImportMapping(columns_key=_key(run.columns))
        session.add(row)
    row.what, row.fields, row.saved_at = run.what, list(run.fields), now


def _key(columns: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()
