"""Alembic's entry point. `store.upgrading` hands over the connection, inside the transaction that it commits."""

from __future__ import annotations

from alembic import context

from store.comparing import COMPARED

context.configure(connection=context.config.attributes["connection"], **COMPARED)
with context.begin_transaction():
    context.run_migrations()
