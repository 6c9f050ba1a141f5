"""Opening the book: SQLite (WAL) or PostgreSQL, with waits that stay under what a Slack submission may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from store.base import BookBusy, ChangedMeanwhile

WAIT_S = 1.5
"""The longest that one wait (lock, busy, pool) lasts: a submission must be answered within 2 s."""

DATABASE_ERRORS: Final = (BookBusy, SQLAlchemyError)
"""Whatever may come of a transaction when the database is at fault: for who must live on whatever happens to it."""

_LOOKED_AT = 1_000
"""Entries of each index that are looked at to tell how full it is (https://sqlite.org/lang_analyze.html)."""
_WRITING = "rapport_writing"
_ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""PostgreSQL takes a new state for every statement otherwise; SQLite keeps the transaction's by itself."""


class Book:
    """The database and its transactions.

    `reading()` sees one consistent state and writes nothing; `writing()` is a transaction that commits at the end
    of the block. Both raise BookBusy when the database is locked, slow or full; then nothing was written. `writing()`
    raises ChangedMeanwhile when another transaction changed a versioned row between reading and writing it.
    `country` is the office's (ISO 3166, "" when not known): numbers that say no country are read as its own.
    `hash_key` makes the hashes that remain of an erased person's addresses; it must stay the same.
    """

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], datetime],
        connections: int = 40,
        country: str = "",
        hash_key: bytes = b"",
    ) -> None:
        self.url = make_url(url)
        self.now = now
        self.engine = _engine(url, connections)
        readers = self.engine if self.is_sqlite else self.engine.execution_options(**_ONE_STATE)
        writers = self.engine.execution_options(**{_WRITING: True})
        known = {"now": now, "country": country, "hash_key": hash_key}
        self.readers = sessionmaker(readers, expire_on_commit=False, info={**known, "kept_lists": {}})
        self.writers = sessionmaker(writers, expire_on_commit=False, info=known)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with _busy_said(), self.readers() as session:
            yield session

    @contextmanager
    def writing(self, *, actor_id: int | None = None, door: str = "job") -> Iterator[Session]:
        """`actor_id` and `door` (slack, web, mail, job, cli) are what the audit trail records."""
        with _busy_said(), self.writers() as session, session.begin():
            session.info.update(actor_id=actor_id, door=door)
            session.connection()  # begins now: what is read in the block is what is written upon
            yield session

    def take_stock(self) -> None:
        """Tells SQLite how full its tables are, in some milliseconds; PostgreSQL finds out by itself. Raises BookBusy.

        Without it SQLite takes one index for as good as another, and a report of a large book may never end.
        """
        if not self.is_sqlite:
            return
        with self.writing() as session:
            connection = session.connection()
            connection.exec_driver_sql(f"PRAGMA analysis_limit={_LOOKED_AT}")
            connection.exec_driver_sql("ANALYZE")
        self.engine.dispose()  # the other connections learn it when they are opened

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _busy_said() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except StaleDataError as error:
        raise ChangedMeanwhile from error
    except (DBAPIError, PoolTimeout) as error:
        if said_busy(error):
            raise BookBusy(type(error).__name__) from error
        raise


_BUSY_SQLSTATES = {"40001", "40P01", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P03", "08000", "08006"}


def said_busy(error: BaseException) -> bool:
    """Whether the error, met inside a transaction, is one that `reading()` and `writing()` raise BookBusy for.

    For code that tells the faults of what it works on from those of the book before the transaction is over.
    """
    if isinstance(error, (BookBusy, PoolTimeout)):
        return True
    return isinstance(error, DBAPIError) and not isinstance(error, IntegrityError) and _is_busy(error)


def _is_busy(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", "")  # SQLite's errors have none
    # psycopg gives no code when there is no server to give one: it cannot be reached, or went away.
    if (
        error.connection_invalidated
        or code in _BUSY_SQLSTATES
        or (code is None and isinstance(error, OperationalError))
    ):
        return True
    text = str(error.orig)
    return any(sign in text for sign in ("database is locked", "database or disk is full"))


def _engine(url: str, connections: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, connections)
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=WAIT_S,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 2,
            "options": f"-c lock_timeout={int(WAIT_S * 1000)} -c idle_in_transaction_session_timeout=60000",
        },
    )


def _sqlite(url: str, connections: int) -> Engine:
    # Python's own transaction handling lets a write inside a savepoint survive the outer rollback: it is switched
    # off, and transactions begin explicitly; a writer takes its lock at the start, so two never deadlock half-way.
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=WAIT_S,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine
