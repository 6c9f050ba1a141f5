"""The arrows between the packages: that they hold, and that each contract notices when one does not."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "integrations", "jobs", "store")
LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

FORBIDDEN = {
    "arrows": ("bot.texts", "bot.office"),
    "alone": ("store.leases", "bot.texts"),
    "book-acyclic": ("store.collaborators", "store.agenda"),
    "playground": ("integrations.playground.people", "integrations.mail.errors"),
    "notices": ("jobs.schedule", "bot.slack.home"),
    "providers": ("integrations.mail.parts", "integrations.mail.ews"),
    "exchangelib": ("integrations.mail.mime", "exchangelib"),
    "bolt": ("jobs.lanes", "slack_bolt"),
    "engines": ("bot.office", "apscheduler"),
    "sqlalchemy": ("integrations.documents.facts", "sqlalchemy"),
}
"""For each contract an import that it must not let pass: who imports what."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What import-linter says of a copy in which every contract is broken: by contract, the imports it names."""
    copy = tmp_path_factory.mktemp("broken")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for importer, imported in FORBIDDEN.values():
        with (copy / f"{importer.replace('.', '/')}.py").open("a", encoding="utf-8") as module:
            module.write(f"\nimport {imported}\n")
    code, said = _lint(copy)
    assert code == 1, said
    sections = re.split(r"^(.+)\n-{3,}$", said.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip((title.strip() for title in sections[1::2]), sections[2::2], strict=True))


def _lint(folder: Path) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = [LINT, "--no-cache", "--config", folder / "pyproject.toml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_every_contract_is_kept() -> None:
    code, said = _lint(ROOT)
    assert code == 0, said


def test_every_contract_is_proven() -> None:
    assert set(FORBIDDEN) == set(CONTRACTS)


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_contract_notices_a_forbidden_import(contract: str, broken: dict[str, str]) -> None:
    importer, imported = FORBIDDEN[contract]
    said = broken[CONTRACTS[contract]]
    # Cycles are told by names within the package.
    assert importer.removeprefix("store.") in said
    assert imported.removeprefix("store.") in said


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    """Module and name of every import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((str(node.module), alias.name) for alias in node.names)


def test_outside_the_book_sqlalchemy_appears_as_the_session_type_alone() -> None:
    files = [path for package in ("bot", "integrations", "jobs") for path in (ROOT / package).rglob("*.py")]
    found = {
        (str(path.relative_to(ROOT)), *one)
        for path in files
        for one in _imports(path)
        if one[0].split(".")[0] == "sqlalchemy" and one != ("sqlalchemy.orm", "Session")
    }
    assert len(files) > 50
    assert found == set()


def test_every_table_of_the_book_is_listed_where_migrations_look() -> None:
    store = ROOT / "store"
    listed = (store / "rows.py").read_text(encoding="utf-8")
    rows = re.compile(r'^    __tablename__ = "', re.MULTILINE)
    modules = [path for path in store.rglob("*.py") if rows.search(path.read_text(encoding="utf-8"))]
    subjects = {path.relative_to(store).with_suffix("").parts[0] for path in modules}
    assert subjects
    missing = [subject for subject in subjects if f"    {subject},\n" not in listed]
    assert not missing, "rows.py imports every module with rows: make migration sees no others"


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports them by name alone: a second one stops the whole run, while either folder alone passes."""
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.name not in ("conftest.py", "__init__.py")]
    names = Counter(path.name for path in files)
    assert [name for name, number in names.items() if number > 1] == []
