"""Running an import: batch after batch, each in a transaction of its own that also says how far it came."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import update
from sqlalchemy.orm import Session

from store.base import BookBusy, BookError, _
from store.collaborators import Collaborator
from store.engine import Book
from store.importing.facts import Lists, Wanted
from store.importing.fields import Duplicates, What
from store.importing.mappings import import_to_run, require_complete
from store.importing.model import Import, ImportState, Outcome
from store.importing.planning import IN_THE_BOOK, Done, NumberedCells, Plan
from store.importing.writing import write_plan

DOOR = "import"
BATCH = 500
PAUSE_S = 0.02
"""Between two batches, so that others who write come in between; reading the next one gives them time too."""
_TRIES = 40

Progress = Callable[[int], None]
"""Gets how many lines were handled, after each batch."""


@dataclass(slots=True)
class Tally:
    """How many lines became what; a refused line counts once, however much is wrong with it."""

    added: int = 0
    filled: int = 0
    skipped: int = 0
    refused: int = 0

    def count(self, done: Iterable[Done]) -> None:
        counted = Counter(outcome for outcome, _number in {(one.outcome, one.number) for one in done})
        self.added += counted[Outcome.ADDED]
        self.filled += counted[Outcome.FILLED]
        self.skipped += counted[Outcome.SKIPPED]
        self.refused += counted[Outcome.REFUSED]


def run_import(
    book: Book,
    import_id: int,
    lines: Iterable[NumberedCells],
    *,
    by: Collaborator,
    told: Progress = lambda _position: None,
) -> Import:
    """Runs it to its end, or goes on where it stopped; `lines` are all of the file's, from the first.

    Ends early, without an error, when somebody stops it or another process goes on with it. Raises NotAllowed,
    NotFound, BookBusy when the book stays locked, and BookError at `fields` without a name or for one that is over.
    """
    rest = iter(lines)
    with book.writing(actor_id=by.id, door=DOOR) as session:
        run = import_to_run(session, import_id, by=by)
        if run.state in {ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE}:
            raise BookError(_("This import is over."))
        require_complete(run)
        run.state = ImportState.RUNNING
        lists = _lists(session, run)
    for _line in islice(rest, run.position):
        pass
    while batch := list(islice(rest, BATCH)):
        if not _take(book, run, batch, lists, by=by):
            break
        run.position += len(batch)
        told(run.position)
        time.sleep(PAUSE_S)
    with book.writing(actor_id=by.id, door=DOOR) as session:
        run = session.get_one(Import, import_id)
        if run.state is ImportState.RUNNING and not batch:
            run.state = ImportState.DONE
    with suppress(BookBusy):  # the job does it within the hour
        book.take_stock()
    return run


def _take(book: Book, run: Import, batch: list[NumberedCells], lists: Lists, *, by: Collaborator) -> bool:
    """False when it was stopped, or another process has done this batch. Raises BookBusy after ten seconds."""
    for tries_left in reversed(range(_TRIES)):
        plan = Plan(run, lists, by=by, is_written=True)
        plan.read(batch)
        try:
            return _write(book, plan, len(batch))
        except BookBusy:
            if not tries_left:
                raise
            time.sleep(0.25)
    return False


def _write(book: Book, plan: Plan, number: int) -> bool:
    run, by = plan.run, plan.by
    with book.writing(actor_id=by.id, door=DOOR) as session:
        is_ours = (Import.id == run.id, Import.position == run.position, Import.state == ImportState.RUNNING)
        claim = update(Import).where(*is_ours).values(position=run.position + number)
        if session.scalar(claim.returning(Import.id)) is None:
            return False
        with session.no_autoflush:
            plan.match(session, now=book.now())
        write_plan(plan)
        tally = Tally()
        tally.count(plan.done)
        counts = {
            Import.added: Import.added + tally.added,
            Import.filled: Import.filled + tally.filled,
            Import.skipped: Import.skipped + tally.skipped,
            Import.refused: Import.refused + tally.refused,
            # Behind all that the trail has of this batch: what comes later is somebody else's work (see `undoing`).
            Import.worked_at: book.now(),
        }
        session.execute(update(Import).where(Import.id == run.id).values(counts))
    return True


def _lists(session: Session, run: Import) -> Lists:
    return Lists.of(session, today=session.info["now"]().date(), is_month_first=run.is_month_first)


def stop_import(session: Session, import_id: int, *, by: Collaborator) -> Import:
    """The batch at work is finished; `run_import` goes on from there. Raises NotAllowed, NotFound."""
    run = import_to_run(session, import_id, by=by)
    if run.state is ImportState.RUNNING:
        run.state = ImportState.STOPPED
    session.flush()
    return run


def dry_run(book: Book, import_id: int, lines: Iterable[NumberedCells], *, by: Collaborator) -> Iterator[list[Done]]:
    """What would become of the lines, batch by batch; nothing is written. Raises as `run_import`."""
    rest, seen = iter(lines), set[int]()
    while batch := list(islice(rest, BATCH)):
        with book.reading() as session:
            session.info["now"] = book.now
            run = import_to_run(session, import_id, by=by)
            require_complete(run)
            plan = Plan(run, _lists(session, run), by=by, is_written=False)
            plan.read(batch)
            with session.no_autoflush:  # filled as it would be, to know what would be; the session forgets it
                plan.match(session, now=book.now())
            _match_before(run, plan.done, seen)
        yield plan.done


def _match_before(run: Import, done: list[Done], seen: set[int]) -> None:
    """Counts a line as a duplicate of one in an earlier batch, which a dry run does not find in the book."""
    for one in done:
        if one.outcome is not Outcome.ADDED or one.wanted is None:
            continue
        keys = {hash(key) for key in _keys(run.what, one.wanted)}
        if run.duplicates is not Duplicates.ADD and keys & seen:
            one.outcome = Outcome.SKIPPED if run.duplicates is Duplicates.SKIP else Outcome.FILLED
            one.reason, one.told = IN_THE_BOOK, {"name": one.wanted.relation.name}
        seen |= keys


def _keys(what: What, wanted: Wanted) -> Iterator[Hashable]:
    relation, place = wanted.relation, wanted.place
    if place is not None:
        yield (relation.folded, place.vat or place.key)
        return
    yield (relation.folded, wanted.town)
    yield from ((what, mail) for mail in wanted.mails)
    if relation.vat:
        yield (relation.vat,)
