"""Reads what came into the mailboxes: Sent Items for filing, the Inbox for answers to invitations.

How far a folder was read is stored in the transaction that stores what was made of it, so a crash repeats at most what
changes nothing the second time. A mail that cannot be read or used does not hold up the others: it is tried again at
growing intervals, for about two hours (`put_off`). What the book itself lacks (a lock, room) is no fault of the mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.logs import place_of, referred
from bot.office import Office
from integrations.mail import mailbox
from integrations.mail.errors import (
    MailboxRefused,
    MailGone,
    MailProblem,
    MailServerBusy,
    MailServerUnreachable,
    SyncStateLost,
)
from integrations.mail.message import Changes, Folder, MailChange, ReadMail
from jobs import file_sent_mail, read_replies
from jobs.holding import Hold, held
from jobs.mailboxes import open_mailbox
from jobs.put_off import MOST_TRIES, PutOff
from store.collaborators import Collaborator
from store.engine import said_busy
from store.mailboxes import (
    Mailbox,
    active_mailboxes,
    keep_sync_state,
    note_mailbox_failure,
    note_mailbox_read,
    sync_state_of,
)
from store.outbox import put_in_outbox, slack_lane

log = logging.getLogger(__name__)

TOLD_AFTER = timedelta(minutes=15)
"""How long a mailbox fails before its owner is told."""
SHORTEST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)
"""How long a mailbox that failed is left alone."""
CLOCKS_DIFFER = timedelta(minutes=10)
_MOST_HELD = 20_000_000
"""Bytes of attachments held in memory before they are put in the book."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What is done with a folder's mails: which are worth fetching, up to what size of files, and what becomes of one.

    `note` sees every change, fetched or not.
    """

    folder: Folder
    is_worth_fetching: Callable[[MailChange], bool]
    largest: Callable[[Office], int]
    note: Callable[[Session, MailChange, datetime], None]
    use: Callable[[Session, Office, ReadMail, Collaborator], None]


READERS = (
    Reader(
        Folder.SENT,
        file_sent_mail.is_worth_fetching,
        lambda office: office.settings.documents.largest_mb * file_sent_mail.MEGABYTE,
        lambda session, change, now: file_sent_mail.note_ours(session, change, now=now),
        file_sent_mail.file_sent,
    ),
    Reader(
        Folder.INBOX,
        read_replies.is_worth_fetching,
        lambda _office: read_replies.LARGEST,
        lambda _session, _change, _now: None,
        read_replies.record_replies,
    ),
)


def lane_of(mailbox_id: int) -> str:
    return f"read:{mailbox_id}"


def wake_due(office: Office, due_at: datetime) -> None:
    """Wakes the readers of the mailboxes whose turn has come (`read_every_s` of their server)."""
    with office.book.reading() as session:
        due = [row.id for row in active_mailboxes(session) if _is_due(office, row, due_at)]
    for mailbox_id in due:
        office.wake(lane_of(mailbox_id))


def _is_due(office: Office, row: Mailbox, now: datetime) -> bool:
    server = office.settings.mail.get(row.server)
    every = timedelta(seconds=server.read_every_s if server else 60)
    return row.last_read_at is None or row.last_read_at + every <= now


def read_mailbox(office: Office, mailbox_id: int) -> None:
    """Reads what is new in both folders, unless somebody else is at it. Raises BookBusy."""
    with held(office, lane_of(mailbox_id)) as hold, referred():
        if hold is None:
            return
        with office.book.reading() as session:
            row = session.get_one(Mailbox, mailbox_id)
            owner = row.collaborator
        if not row.is_active:
            return
        started_at = office.now()
        try:
            box = open_mailbox(office, row)
            for reader in READERS:
                FolderReading(office, row, owner, box, reader, hold).read_all()
        except MailProblem as problem:
            hold.rest_for(_note_failure(office, row, problem))
        else:
            with office.book.writing() as session:
                note_mailbox_read(session, mailbox_id, now=started_at)


def _note_failure(office: Office, row: Mailbox, problem: MailProblem) -> timedelta:
    """How long to leave the mailbox alone: longer the longer it fails."""
    now = office.now()
    failure = f"{type(problem).__name__}: {problem}"
    with office.book.writing() as session:
        failing_since = note_mailbox_failure(session, row.id, failure, now=now).failing_since or now
        if now - failing_since >= TOLD_AFTER:
            content = {"notice": "mailbox_failing", "mailbox_id": row.id, "collaborator_id": row.collaborator_id}
            key = f"mailbox_failing/{row.id}/{failing_since.timestamp():.0f}"
            lane = slack_lane(row.collaborator_id)
            put_in_outbox(session, kind="notice", key=key, lane=lane, content=content, now=now)
    log.warning("mailbox not read", extra={"mailbox_id": row.id, "problem": type(problem).__name__})
    return problem.retry_after or min(LONGEST_REST, max(SHORTEST_REST, (now - failing_since) / 2))


class FolderReading:
    """One reading of one folder."""

    def __init__(
        self, office: Office, row: Mailbox, owner: Collaborator, box: mailbox.Mailbox, reader: Reader, hold: Hold
    ) -> None:
        self._office, self._row, self._owner, self._box = office, row, owner, box
        self._reader, self._hold = reader, hold
        self._folder = reader.folder
        self._put_off = PutOff()
        self._put_off_kept = "{}"

    def read_all(self) -> None:
        """Page after page, until nothing is new or the lease is lost. Raises MailProblem, BookBusy."""
        with self._office.book.reading() as session:
            state = sync_state_of(session, self._row.id, self._folder)
            self._put_off_kept = sync_state_of(session, self._row.id, self._later) or "{}"
        self._put_off = PutOff.from_json(self._put_off_kept)
        again = self._put_off.due(self._office.now())
        while not self._hold.is_lost:
            changes = self._changes(state)
            new = [change.item_id for change in changes.created if self._reader.is_worth_fetching(change)]
            self._take_in(again + new, changes, is_news=bool(again) or changes.sync_state != state)
            state, again = changes.sync_state, []
            if changes.is_last:
                return

    @property
    def _later(self) -> str:
        """Under this name stand the mails to try again."""
        return f"{self._folder}:later"

    def _changes(self, state: str | None) -> Changes:
        try:
            return self._box.changes(self._folder, state)
        except SyncStateLost:
            log.warning("sync state lost", extra={"mailbox_id": self._row.id, "folder": self._folder.value})
            last_at = self._row.last_read_at
            since = last_at - CLOCKS_DIFFER if last_at else self._row.bound_at
            return self._box.changes(self._folder, None, since=since)

    def _take_in(self, item_ids: Sequence[str], changes: Changes, *, is_news: bool) -> None:
        mails: list[ReadMail] = []
        for item_id in item_ids:
            if (mail := self._fetched(item_id)) is not None:
                mails.append(mail)
            if sum(one.size for mail in mails for one in mail.attachments if one.content) > _MOST_HELD:
                with self._office.book.writing(door="mail") as session:
                    self._use(session, mails)
                mails = []
        if not is_news:
            return
        with self._office.book.writing(door="mail") as session:
            now = self._office.now()
            for change in changes.created:
                self._reader.note(session, change, now)
            self._use(session, mails)
            keep_sync_state(session, self._row.id, self._folder, changes.sync_state, now=now)
            if (put_off := self._put_off.to_json()) != self._put_off_kept:
                keep_sync_state(session, self._row.id, self._later, put_off, now=now)
        self._put_off_kept = put_off

    def _fetched(self, item_id: str) -> ReadMail | None:
        """None when it is gone, or cannot be read this time. Raises MailProblem when the mailbox is to blame."""
        try:
            return self._box.read(item_id, attachments_up_to=self._reader.largest(self._office))
        except MailGone:
            self._put_off.note_end(item_id)
        except (MailServerBusy, MailboxRefused):
            raise
        except MailProblem as problem:
            if isinstance(problem, MailServerUnreachable):
                self._box.check()  # raises when it is not this mail alone
            self._failed(item_id, problem)
        return None

    def _use(self, session: Session, mails: Sequence[ReadMail]) -> None:
        for mail in mails:
            try:
                with session.begin_nested():
                    self._reader.use(session, self._office, mail, self._owner)
            except OSError:
                raise
            except Exception as error:  # the job runner's edge: one bad mail must not stop the others
                if said_busy(error):
                    raise
                self._failed(mail.item_id, error)
            else:
                self._put_off.note_end(mail.item_id)

    def _failed(self, item_id: str, error: Exception) -> None:
        tries = self._put_off.note_failure(item_id, now=self._office.now())
        ids = {"mailbox_id": self._row.id, "folder": self._folder.value, "item_id": item_id, "tries": tries}
        log.error("mail given up" if tries == MOST_TRIES else "mail put off", extra=ids | {"error": place_of(error)})
