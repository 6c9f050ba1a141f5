"""Writes a migration from what the rows declare and the migrations so far do not make: `make migration`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from store.upgrading import alembic_config, connected

_VERSIONS = Path(__file__).parent / "versions"


def write_migration(message: str) -> Path:
    """Compares the rows with a scratch SQLite book at the newest migration. Returns the new file: read it."""
    number = f"{len(list(_VERSIONS.glob('*.py'))) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder, connected(f"sqlite:///{folder}/scratch.db") as connection:
        config = alembic_config(connection)
        command.upgrade(config, "head")  # past the check of `upgrade`: here the rows are ahead of the tables
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        command.revision(config, message, autogenerate=True, rev_id=number)
    return next(_VERSIONS.glob(f"{number}_*.py"))


if __name__ == "__main__":
    if sys.argv[1] == "initial":  # until the first release there is one migration, written anew
        for old in _VERSIONS.glob("*.py"):
            old.unlink()
    sys.stdout.write(f"{write_migration(sys.argv[1])}\n")
