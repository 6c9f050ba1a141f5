"""The database and the documents folder: there, up to date, writable, with room to grow."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.findings import Finding, fine, problem, warning
from bot.office import Office
from store.base import BookBusy
from store.database_url import engine_of, sqlite_file
from store.soundness import why_not_writable
from store.upgrading import OtherTables, is_current

SCARCE_MB, FULL_MB = 2000, 200
OTHER_TABLES = "was made by an unfinished version of Rapport and has other tables than this one needs ({tables})"
OTHER_TABLES_MEND = (
    "Go on with the version that made it, or name a new database in database.url and run: rapport db upgrade. "
    "The lists of the old one come over with rapport export and rapport import."
)


def examine_book(office: Office) -> Iterator[Finding]:
    url = office.settings.database.full_url
    try:
        is_ready = is_current(url)
    except BookBusy as error:
        yield problem("Database", f"cannot be reached ({error})", "Check database.url and that the server runs.")
        return
    except OtherTables as error:
        yield problem("Database", OTHER_TABLES.format(tables=error), OTHER_TABLES_MEND)
        return
    if not is_ready:
        yield problem("Database", "is not up to date", "Run: rapport db upgrade")
        return
    yield fine("Database", f"reached and up to date ({engine_of(url)})")
    if reason := why_not_writable(office.book):
        yield problem("Database", f"cannot be written to ({reason})", "Check the rights of Rapport's user, and locks.")
    if (file := sqlite_file(url)) is not None:
        yield _room("Database", file.absolute().parent)


def examine_documents(office: Office) -> Iterator[Finding]:
    folder = Path(office.settings.documents.folder).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"1")
    except OSError as error:
        mend = f"Let Rapport's user write to {folder}, or set documents.folder."
        yield problem("Documents", f"the folder cannot be written to ({error.strerror})", mend)
        return
    yield _room("Documents", folder)


def _room(subject: str, folder: Path) -> Finding:
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    says = f"{free_mb} MB free in {folder}"
    mend = "Make room, or move it to a larger disk."
    if free_mb < FULL_MB:
        return problem(subject, says, mend)
    return warning(subject, says, mend) if free_mb < SCARCE_MB else fine(subject, says)
