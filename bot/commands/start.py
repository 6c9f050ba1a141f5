"""What every command begins and ends with: settings, an open office, answers, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bot.office import Office
    from bot.settings import Settings
    from store.base import BookError
    from store.upgrading import OtherTables

FAILED, WRONG_SETTINGS = 1, 2

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for scripts.")]

_BEFORE_INSTALLATION = (
    ("slack", "bot_token"),
    ("slack", "app_token"),
    ("slack", "signing_secret"),
    ("web", "secret"),
)
"""What exists only once the app is installed in Slack; commands that come before it do without."""


@dataclass(frozen=True, slots=True)
class Start:
    """`is_named` tells that somebody chose the settings file: then it has to be there."""

    config: Path
    is_named: bool

    def settings(self, *, installed: bool = True) -> Settings:
        """Ends the command with every problem listed when they cannot be used."""
        from bot.settings_file import SettingsProblems, read_settings

        if self.is_named and not self.config.exists():
            say(f"{self.config}: is missing. Name another file, or leave --config out.")
            raise typer.Exit(WRONG_SETTINGS)
        try:
            return read_settings(self.config, os.environ if installed else _environment_before_installation())
        except SettingsProblems as error:
            say(f"{self.config}: {len(error.problems)} problem(s) in the settings")
            for problem in error.problems:
                say(f"  {problem}")
            raise typer.Exit(WRONG_SETTINGS) from error

    @contextmanager
    def office(self) -> Iterator[Office]:
        """Open until the end of the block. Ends the command when the book is not up to date or out of reach."""
        from bot.logs import set_up_logs
        from bot.office import make_office

        settings = self.settings()
        set_up_logs(settings.logs.level)
        _require_current(settings)
        office = make_office(settings)
        try:
            yield office
        finally:
            office.close()


def _environment_before_installation() -> Mapping[str, str]:
    from bot.settings_file import variable_of

    placeholders = {variable_of(section, key): "x" * 32 for section, key in _BEFORE_INSTALLATION}
    return {**placeholders, **os.environ}


def _require_current(settings: Settings) -> None:
    from store.base import BookBusy
    from store.upgrading import OtherTables, is_current

    try:
        is_ready = is_current(settings.database.full_url)
    except BookBusy as error:
        fail(f"The database cannot be reached ({error}). Check database.url and that the server runs.")
    except OtherTables as error:
        fail_over_tables(error)
    if not is_ready:
        fail("The database is not up to date. Run: rapport db upgrade")


def fail_over_tables(error: OtherTables) -> NoReturn:
    from bot.doctor.book import OTHER_TABLES, OTHER_TABLES_MEND

    fail(f"The database {OTHER_TABLES.format(tables=error)}. {OTHER_TABLES_MEND}")


def say(text: str) -> None:
    """To stderr: what a person reads while a command runs, beside the answer that a script reads."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def fail(text: str) -> NoReturn:
    say(text)
    raise typer.Exit(FAILED)


def refused(error: BookError) -> NoReturn:
    """Ends the command with the book's own sentence."""
    fail(error.text.format(**error.values))


def answer_json(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False, default=str) + "\n")


def answer_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """For people; what the cells hold is shown as it is."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
