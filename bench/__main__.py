"""`python -m bench [subject …]`: speed, each figure against its floor in the same run.

A floor is the least that anybody would have to do for the same result, written without Rapport. Value and floor take
turns within one run, so that whatever else the machine does weighs on both: trust the ratio, not the milliseconds.

- slack: a signed `/action` to the first view on the screen, and to the form; in a book of 5,000 relations and 20,000
  actions. Floor: a bare Bolt handler in Bolt's fastest mode that opens the same view ready-made, at the same local
  Web API. Alone and with 8 clients.
- one_line: a sentence read as an action, in a book of 5,000 relations. Floor: the bare search of the name in it.
- agenda: a week of a rep with 50,000 actions among 1,000,000, and a relation with its history, on both engines. Floor:
  the bare indexed query. The 99th percentile has its own bound.
- reports: each page of a report in the same book, with 100,000 expenses and 20,000 opportunities: of a month, a year or
  all relations, of a rep and of the office, on both engines. Floor: the bare count of the rows that it is about. The
  99th percentile has its own bound.
- search: options for what was typed, as a call of the book with 250,000 relations and 500,000 contacts, and with a
  tenth of them, on both engines. Floor: the bare indexed query for the rarest word. The medians are to be compared; the
  99th percentile has its own bound.
- filing: sent mails read, recognised and filed. Floor: a bare exchangelib loop that reads the same mails.
- mailing: a mailing at zero delay. Floor: a loop that builds each mail with EmailMessage and submits it the same way.
- feed: a calendar of 10,000 actions: first build, rebuild after one changed, unchanged (304). Floor: icalendar builds
  and writes the same events.
- importing: a CSV of 100,000 contacts, one line in a hundred bad, into an empty book; every good line is in and every
  bad one named, or it fails. Floor: a bare batched insert of every row that the import left in the book. And the memory
  that an import holds at twice the lines.

`bench/results.json` holds the same rows: subject, name, value, floor, ratio (value / floor), aim, unit, size.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

SUBJECTS = ("slack", "one_line", "agenda", "reports", "search", "filing", "mailing", "feed", "importing")
RESULTS = Path(__file__).with_name("results.json")


def main(names: list[str]) -> int:
    """The exit code: 2 for a name that is not measured."""
    console = Console()
    if unknown := [name for name in names if name not in SUBJECTS]:
        console.print(f"Not measured: {', '.join(unknown)}. There is: {', '.join(SUBJECTS)}")
        return 2
    found: list[dict[str, Any]] = []
    for name in names or SUBJECTS:
        began = time.monotonic()
        with console.status(f"Measuring {name} …"):
            rows = importlib.import_module(f"bench.{name}").rows()
        found += [{"subject": name, **row} for row in rows]
        console.print(_table(name, rows, time.monotonic() - began))
    _keep(found)
    return 0


def _keep(found: list[dict[str, Any]]) -> None:
    """Beside the figures of the subjects that were not measured now."""
    measured = {row["subject"] for row in found}
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    rows = [*found, *(row for row in before if row["subject"] not in measured)]
    rows.sort(key=lambda row: SUBJECTS.index(row["subject"]))
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _table(name: str, rows: list[dict[str, Any]], took_s: float) -> Table:
    table = Table(title=f"{name} ({rows[0]['size']}; measured in {took_s:.0f} s)", title_justify="left")
    table.add_column("what")
    for column in ("value", "floor", "ratio", "aim"):
        table.add_column(column, justify="right")
    for row in rows:
        value, floor = (f"{row[column]:,} {row['unit']}" for column in ("value", "floor"))
        table.add_row(row["name"], value, floor, f"{row['ratio']}×", str(row["aim"]))
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
