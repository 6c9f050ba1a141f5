"""What a database URL says, without opening anything."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ENGINES = ("sqlite", "postgresql")


def engine_of(url: str) -> str:
    """One of ENGINES. Raises ValueError, with a sentence, for what is no URL or another engine's."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError("is not a database URL such as sqlite:///var/rapport.db") from error
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("must be sqlite:///… or postgresql+psycopg://…")
    return parsed.get_backend_name()


def with_password(url: str, password: str) -> str:
    """The URL to connect with; without a password it stays as it is."""
    parsed = make_url(url)
    return (parsed.set(password=password) if password else parsed).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite book; None for a server's book or one in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def libpq_uri(url: str) -> tuple[str, str]:
    """The URL as PostgreSQL's own programs take it, without its password, and that password."""
    parsed = make_url(url)
    plain = URL.create(
        "postgresql", parsed.username, None, parsed.host, parsed.port, parsed.database, query=parsed.query
    )
    return plain.render_as_string(), str(parsed.password or "")
