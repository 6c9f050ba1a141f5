"""`rapport …` as somebody types it: answers, exit codes, and what a first day in an office looks like."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from installation import Installation, Process, installation
from world import CLAIRE, EMMA

from bot.office import make_office
from bot.settings_file import read_settings
from bot.sole_runner import LEASE, AnotherRunsTheJobs, sole_runner
from store.backup import copy_sqlite
from store.leases import Lease, take_lease
from store.upgrading import upgrade

FIRST = ("collaborator", "add", "--admin", "--mail", EMMA.email)


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """The command line sets up the root logger for its process; tests share theirs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    """Installed, and nothing done yet."""
    with installation(tmp_path) as made:
        yield made


@pytest.fixture
def ready(fresh: Installation) -> Installation:
    """With an up-to-date book and one administrator."""
    assert fresh.runs("db", "upgrade").exit_code == 0
    assert fresh.runs(*FIRST).exit_code == 0
    return fresh


# Settings and start


def test_help_imports_nothing_slow() -> None:
    code = "import sys; import bot.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {"sqlalchemy", "slack_sdk", "slack_bolt", "exchangelib", "pydantic", "alembic", "apscheduler", "starlette"}
    assert not slow & set(done.stdout.split())


def test_wrong_settings_end_with_2_and_every_problem(fresh: Installation) -> None:
    fresh.config.write_text('[office]\nzone = "Mars/Base"\n[web]\nbind = "x"\n')
    fresh.environment.clear()
    result = fresh.runs("doctor")
    assert result.exit_code == 2
    assert result.stdout == ""
    wrong = {line.split(":")[0].strip() for line in result.stderr.splitlines()[1:]}
    assert wrong == {"office.zone", "web.bind", "web.secret", "slack.bot_token", "slack.app_token"}


def test_the_settings_file_can_be_named_by_the_environment(fresh: Installation) -> None:
    code = "from bot.__main__ import app; app(['manifest'])"
    environment = {**os.environ, **fresh.environment, "RAPPORT_CONFIG": str(fresh.config)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "Bureau Dubois" in json.loads(done.stdout)["display_information"]["description"]


def test_a_settings_file_that_is_named_and_missing_is_wrong(fresh: Installation) -> None:
    fresh.config.unlink()
    result = fresh.runs("manifest")
    assert result.exit_code == 2
    assert "config.toml: is missing" in result.stderr


def test_the_manifest_can_be_had_before_there_is_any_token(fresh: Installation) -> None:
    fresh.environment = {"RAPPORT_MAIL_OFFICE_PASSWORD": "x"}
    result = fresh.runs("manifest")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["settings"]["socket_mode_enabled"] is True


# The database


def test_the_database_is_made_by_upgrade_and_upgrading_again_is_harmless(fresh: Installation) -> None:
    assert fresh.runs("db", "check").exit_code == 1
    first, second = fresh.runs("db", "upgrade"), fresh.runs("db", "upgrade")
    assert "lines were added to the office's lists" in first.stderr
    assert second.stderr == "The database was up to date.\n"
    assert fresh.answers("db", "check") == {"is_sound": True, "wrong": []}
    assert stat.S_IMODE((fresh.folder / "var").stat().st_mode) == 0o700


def test_rows_that_point_nowhere_are_found_by_check(ready: Installation) -> None:
    with closing(sqlite3.connect(ready.folder / "var" / "book.db")) as book:
        book.execute("insert into sync_state (mailbox_id, folder, state, read_at) values (9, 'sent', '', '2026-11-21')")
        book.commit()
    result = ready.runs("db", "check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["wrong"] == ["rows of sync_state point to rows that are gone"]


@pytest.mark.parametrize("command", ["serve", "work"])
def test_nothing_runs_on_a_database_that_is_not_up_to_date(fresh: Installation, command: str) -> None:
    result = fresh.runs(command)
    assert result.exit_code == 1
    assert "Run: rapport db upgrade" in result.stderr
    assert not (fresh.folder / "var" / "book.db").exists()


@pytest.mark.parametrize(
    "command", ["serve", "work", "doctor", "db upgrade", "db check", "import {list} --by emma", "audit verify"]
)
def test_a_database_of_an_unfinished_version_is_refused_in_one_sentence_that_names_the_way_out(
    ready: Installation, command: str
) -> None:
    with closing(sqlite3.connect(ready.folder / "var" / "book.db")) as book:
        book.execute("alter table import_line drop column told")
        book.commit()
    given = ready.folder / "list.csv"
    given.write_text("Name\nDupont\n", encoding="utf-8")
    result = ready.runs(*command.format(list=given).split())
    assert result.exit_code == 1
    assert "other tables than this one needs (import_line)" in result.output
    if command != "db check":
        assert "name a new database in database.url and run: rapport db upgrade" in result.output
    assert "Traceback" not in result.output


def test_a_backup_is_a_whole_book_with_its_documents(ready: Installation) -> None:
    document = ready.folder / "var" / "documents" / "ab" / "cdef"
    document.parent.mkdir(parents=True)
    document.write_bytes(b"offer")
    made = ready.answers("db", "backup", str(ready.folder / "backups"))
    folder = Path(made["folder"])
    assert made["documents"] == 1
    assert (folder / "documents" / "ab" / "cdef").read_bytes() == b"offer"
    assert sorted(one.name for one in folder.iterdir()) == ["book.db", "documents"]
    with closing(sqlite3.connect(folder / "book.db")) as copy:
        assert copy.execute("select name from collaborator").fetchall() == [("Emma Clarke",)]


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(ready: Installation) -> None:
    shutil.rmtree(ready.folder / "var")
    result = ready.runs("db", "backup", str(ready.folder / "backups"))
    assert result.exit_code == 1
    assert "No backup was made" in result.stderr
    assert list((ready.folder / "backups").iterdir()) == []


def test_a_copy_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    source = tmp_path / "book.db"
    with closing(sqlite3.connect(source)) as book:
        book.execute("pragma journal_mode=wal")
        book.execute("create table ledger (id integer primary key, amount, filler)")
        book.executemany("insert into ledger values (?, 100, ?)", [(n, "x" * 3000) for n in range(1, 20_001)])
        book.commit()

    steps: list[int] = []

    def move_money(_done: int, _total: int) -> None:
        """Between two steps of the copy, from its first page to its last."""
        steps.append(1)
        with closing(sqlite3.connect(source)) as other:
            other.execute("update ledger set amount = amount - 1 where id = 1")
            other.execute("update ledger set amount = amount + 1 where id = 20000")
            other.commit()

    copy_sqlite(source, tmp_path / "copy.db", move_money)
    assert len(steps) > 3
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        found = copy.execute("select sum(amount), min(amount), max(amount) from ledger").fetchone()
    assert found == (2_000_000, 100, 100)


# The PostgreSQL that tests run on is newer than the pg_dump of many machines, which then refuses it.
PG_DUMP = """#!/bin/sh
test "$PGPASSWORD" = hunter2 || { echo "no password supplied" >&2; exit 1; }
for one; do case "$one" in
--file=*) file="${one#--file=}" ;;
--dbname=*) book="${one#--dbname=}" ;;
esac; done
echo "$book" > "$file"
"""


def _with_pg_dump(fresh: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fresh.folder / "pg_dump"
    program.write_text(PG_DUMP)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(fresh.folder))
    fresh.write_settings(database_url="postgresql+psycopg://rapport@db.office.example:5433/book")


def test_a_postgresql_book_is_copied_by_pg_dump(fresh: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_pg_dump(fresh, monkeypatch)
    fresh.environment["RAPPORT_DATABASE_PASSWORD"] = "hunter2"
    made = fresh.answers("db", "backup", str(fresh.folder / "backups"))
    assert (Path(made["folder"]) / "book.dump").read_text() == "postgresql://rapport@db.office.example:5433/book\n"


def test_what_pg_dump_says_is_told(fresh: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_pg_dump(fresh, monkeypatch)
    result = fresh.runs("db", "backup", str(fresh.folder / "backups"))
    assert result.exit_code == 1
    assert "pg_dump says: no password supplied" in result.stderr
    assert list((fresh.folder / "backups").iterdir()) == []


def test_without_pg_dump_the_command_to_run_is_said_without_the_password(
    fresh: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.write_settings(database_url="postgresql+psycopg://rapport@db.office.example/rapport")
    fresh.environment["RAPPORT_DATABASE_PASSWORD"] = "hunter2"
    monkeypatch.setenv("PATH", str(fresh.folder))
    result = fresh.runs("db", "backup", str(fresh.folder / "backups"))
    assert result.exit_code == 1
    assert "pg_dump --format=custom" in result.stderr
    assert "--dbname=postgresql://rapport@db.office.example/rapport" in result.stderr
    assert "hunter2" not in result.output


# People and mailboxes


def test_the_first_collaborator_must_be_an_administrator(fresh: Installation) -> None:
    fresh.runs("db", "upgrade")
    refused = fresh.runs("collaborator", "add", "--mail", CLAIRE.email)
    assert refused.exit_code == 1
    assert "--admin" in refused.stderr
    assert fresh.runs(*FIRST).exit_code == 0
    assert fresh.runs("collaborator", "add", "--mail", CLAIRE.email).exit_code == 0
    assert [one["name"] for one in fresh.answers("collaborator", "list")] == ["Claire Dubois", "Emma Clarke"]


def test_the_first_administrator_says_the_offices_trade(fresh: Installation) -> None:
    fresh.runs("db", "upgrade")
    wrong = fresh.runs(*FIRST, "--trade", "bakery")
    assert wrong.exit_code == 1
    assert "Choose one of: broker, wine, wholesale" in wrong.stderr
    assert fresh.runs(*FIRST, "--trade", "wine").exit_code == 0
    lists = tomllib.loads(fresh.runs("domain", "export").stdout)
    categories = {line["key"]: line for line in lists["involvement_category"]}
    assert "wine_advice" in categories
    assert categories["claims"]["is_retired"] is True
    assert "is_retired" not in categories["accounting"]


def test_a_collaborator_is_found_in_slack_by_their_address(ready: Installation) -> None:
    [emma] = ready.answers("collaborator", "list")
    assert emma == {
        "id": 1,
        "name": "Emma Clarke",
        "mail": EMMA.email,
        "slack_user_id": EMMA.id,
        "role": "admin",
        "scope": "all",
        "locale": "en-GB",
        "zone": EMMA.tz,
    }


def test_somebody_whom_slack_does_not_know_is_not_added(ready: Installation) -> None:
    result = ready.runs("collaborator", "add", "--mail", "nobody@office.example")
    assert result.exit_code == 1
    assert "Slack knows no such person (users_not_found)" in result.stderr
    assert len(ready.answers("collaborator", "list")) == 1


def test_nobody_is_added_twice(ready: Installation) -> None:
    result = ready.runs(*FIRST)
    assert result.exit_code == 1
    assert result.stderr == f"{EMMA.email} already belongs to a collaborator.\n"


@pytest.mark.parametrize(("option", "value"), [("--zone", "Mars/Base"), ("--locale", "klingon")])
def test_a_zone_or_language_that_does_not_exist_is_refused(ready: Installation, option: str, value: str) -> None:
    result = ready.runs("collaborator", "add", "--mail", CLAIRE.email, option, value)
    assert result.exit_code == 1
    assert value in result.stderr
    assert len(ready.answers("collaborator", "list")) == 1


def test_a_mailbox_is_bound_after_it_opened(ready: Installation) -> None:
    assert ready.runs("mailbox", "bind", EMMA.email).exit_code == 0
    [mailbox] = ready.answers("mailbox", "list")
    assert (mailbox["collaborator"], mailbox["address"], mailbox["server"]) == ("Emma Clarke", EMMA.email, "office")


def test_a_mailbox_that_does_not_open_is_not_bound(ready: Installation) -> None:
    result = ready.runs("mailbox", "bind", "nobody@office.example", "--collaborator", EMMA.email)
    assert result.exit_code == 1
    assert "does not open" in result.stderr
    assert ready.answers("mailbox", "list") == []


def test_a_mailbox_belongs_to_a_collaborator_and_to_a_server_of_the_settings(ready: Installation) -> None:
    assert "no section [mail.other]" in ready.runs("mailbox", "bind", EMMA.email, "--server", "other").stderr
    assert "Nobody in Rapport has the address" in ready.runs("mailbox", "bind", CLAIRE.email).stderr
    assert ready.answers("mailbox", "list") == []


# Serving


def _serving(ready: Installation) -> tuple[Process, str]:
    process = ready.starts("serve")
    port = process.says(r"Rapport serves on .*:(\d+)")[1]
    return process, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("mode", ["http", "socket"])
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_until_it_is_told_to_stop(ready: Installation, mode: str, signal_number: int) -> None:
    ready.write_settings(mode=mode)
    process, url = _serving(ready)
    assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
    slack = httpx.post(f"{url}/slack/events", content=b"payload={}", trust_env=False)
    assert slack.status_code == (401 if mode == "http" else 404)
    began = time.monotonic()
    code, said = process.stops(signal_number)
    assert (code, said.splitlines()[-1]) == (0, "Rapport has stopped.")
    assert time.monotonic() - began < 10


def test_a_request_that_runs_is_finished_before_rapport_stops(ready: Installation) -> None:
    process, url = _serving(ready)
    with httpx.Client(base_url=url, trust_env=False) as client:
        answers: list[int] = []
        asked = threading.Thread(target=lambda: answers.append(client.get("/metrics").status_code))
        asked.start()
        code, _said = process.stops()
        asked.join()
    assert code == 0
    assert answers == [200]


def test_a_port_in_use_is_said(ready: Installation) -> None:
    process, url = _serving(ready)
    other = Installation(
        ready.folder, ready.outside, {**ready.environment, "RAPPORT_WEB_BIND": url.removeprefix("http://")}
    )
    other.environment["RAPPORT_DATABASE_URL"] = f"sqlite:///{ready.folder}/other.db"
    upgrade(other.environment["RAPPORT_DATABASE_URL"])
    code, said = other.starts("serve").ends()
    assert code == 1
    assert "Cannot listen on 127.0.0.1" in said
    assert process.stops()[0] == 0


def test_a_token_that_slack_refuses_is_said(ready: Installation) -> None:
    ready.environment["RAPPORT_SLACK_APP_TOKEN"] = "xapp-wrong"
    code, said = ready.starts("serve").ends()
    assert code == 1
    assert "Slack refuses slack.app_token (invalid_auth)" in said


def test_a_second_process_does_not_run_the_jobs_of_the_same_book(ready: Installation) -> None:
    process, _url = _serving(ready)
    code, said = ready.starts("work").ends()
    assert code == 1
    assert "runs the jobs of this book" in said
    assert process.stops()[0] == 0


def test_a_killed_process_does_not_keep_the_next_one_from_the_jobs(ready: Installation) -> None:
    process, _url = _serving(ready)
    process.stops(signal.SIGKILL)
    work = ready.starts("work")
    work.says("Rapport works")
    assert work.stops()[0] == 0


def test_the_lease_of_another_machine_is_respected_until_it_lapses(ready: Installation) -> None:
    office = make_office(read_settings(ready.config, ready.environment))
    now = datetime.now(UTC)
    with office.book.writing() as session:
        take_lease(session, LEASE, holder="elsewhere:7:abc", now=now, length=now.resolution * 10_000_000)

    def run() -> None:
        with sole_runner(office, on_lost=lambda: None):
            pass

    with pytest.raises(AnotherRunsTheJobs, match="elsewhere:7"):
        run()
    with office.book.writing() as session:
        session.get_one(Lease, LEASE).held_until = now
    run()
    with office.book.reading() as session:
        assert session.get_one(Lease, LEASE).holder is None
    office.close()
