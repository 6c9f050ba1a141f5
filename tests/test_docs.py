"""The documents tell the truth: every test, command, setting, file and name that they mention is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main
from babel.messages.pofile import read_po

from bot.__main__ import app
from bot.mail_settings import MailSection
from bot.settings import Settings
from bot.settings_file import variable_of
from bot.slack.app import every_subject
from bot.slack.commands import HELP, SLASH_COMMANDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]))
FEATURES = ROOT / "docs" / "features.md"
MOST_BYTES_OF_A_PICTURE = 300_000
PAGES = {"/health", "/metrics"}
MADE = {"bench/results.json"}
"""Files that commands make."""

_ROW = re.compile(r"^\| (\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")
_TEST = re.compile(r"`(tests/[\w/.]+::[\w:]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_FENCED = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
_PATH = re.compile(r"^[\w.-]+(?:/[\w.-]+)*/?$")
_TOP = {path.name for path in ROOT.iterdir()}

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def _rows() -> list[tuple[str, str]]:
    """The number of each feature, and the cell that names its tests."""
    found = [_ROW.match(line) for line in FEATURES.read_text().splitlines()]
    return [(row[1], row[4]) for row in found if row]


def _tests_of(cell: str) -> list[str]:
    return _TEST.findall(cell)


@cache
def _tests_in(path: Path) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The tests that pytest collects from a file, as `name` or `Class::name`."""
    tree = ast.parse(path.read_text())
    scopes: list[tuple[str, ast.Module | ast.ClassDef]] = [("", tree)]
    scopes += [(f"{one.name}::", one) for one in tree.body if isinstance(one, ast.ClassDef)]
    return {
        f"{prefix}{one.name}": one
        for prefix, scope in scopes
        for one in scope.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_")
    }


def _is_always_skipped(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(re.search(r"mark\.(skip|xfail)\b", ast.unparse(one)) for one in test.decorator_list)


def _spans(document: Path) -> list[str]:
    """What stands between backticks in the running text."""
    return re.findall(r"`([^`\n]+)`", _FENCED.sub("", document.read_text()))


def _typed(document: Path) -> Iterator[str]:
    """What a reader may type: spans, indented lines and fenced ones, without other programs' languages."""
    text = document.read_text()
    yield from _spans(document)
    yield from (line for line in _FENCED.sub("", text).splitlines() if line.startswith("    "))
    for language, content in _FENCED.findall(text):
        if language != "powershell":
            yield from content.splitlines()


def test_every_feature_stands_once_and_in_order() -> None:
    numbers = [tuple(map(int, number.split("."))) for number, _cell in _rows()]
    assert numbers
    assert all(one < next_one for one, next_one in pairwise(numbers)), numbers


def test_no_line_of_the_table_of_features_is_misread() -> None:
    lines = [line for line in FEATURES.read_text().splitlines() if re.match(r"^\|\s*\d", line)]
    assert len(lines) == len(_rows())


def test_every_feature_names_tests_that_are_there_and_run() -> None:
    for number, cell in _rows():
        assert _tests_of(cell), f"{number} names no test"
        for name in _tests_of(cell):
            path, _colons, test = name.partition("::")
            assert Path(path).name.startswith("test_"), f"{number}: pytest collects nothing from {path}"
            assert (ROOT / path).is_file(), f"{number}: {path}"
            assert test in _tests_in(ROOT / path), f"{number}: {name}"
            assert not _is_always_skipped(_tests_in(ROOT / path)[test]), f"{number}: {name} is skipped"


@each_document
def test_every_link_leads_to_a_file(document: Path) -> None:
    for target in _LINK.findall(document.read_text()):
        if not re.match(r"https?://", target):
            assert (document.parent / target).is_file(), target


@each_document
def test_every_path_and_every_name_in_it_is_there(document: Path) -> None:
    for span in _spans(document):
        path, _colon, names = span.partition(": ")
        if "::" in span or "/" not in path or not _PATH.match(path) or path.split("/")[0] not in _TOP:
            continue
        assert path in MADE or (ROOT / path).exists(), span
        for name in re.findall(r"^\w+", names):
            assert re.search(rf"\b(?:def|class) {name}\b", (ROOT / path).read_text()), span


def test_every_label_that_a_rep_must_press_or_fill_is_shown_somewhere() -> None:
    """Labels stand in “quotation marks” in the column that says how."""
    with (ROOT / "templates" / "locale" / "fr.po").open("rb") as file:
        shown = {message.id for message in read_po(file)}
    for line in FEATURES.read_text().splitlines():
        if row := _ROW.match(line):
            assert set(re.findall(r"“([^”]+)”", row[3])) <= shown, row[1]


@each_document
def test_every_make_target_is_in_the_makefile(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for typed in _typed(document):
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", typed):
            assert target in targets, typed


@each_document
def test_every_command_of_rapport_is_there_with_its_options(document: Path) -> None:
    for typed in _typed(document):
        for words in re.findall(r"(?:^|[\s/])rapport((?: +[^\s`>|&]+)+)", typed):
            _follow(words.split(), typed)


def _follow(words: list[str], typed: str) -> None:
    command: Any = typer.main.get_command(app)
    for word in words:
        subcommands = getattr(command, "commands", {})
        if subcommands and re.fullmatch(r"[a-z]+", word):
            assert word in subcommands, typed
            command = subcommands[word]
        elif word.startswith("--"):
            options = {name for one in command.params for name in one.opts}
            assert word.partition("=")[0] in options, typed


def test_every_slash_command_is_one() -> None:
    doors = {command.name for command in SLASH_COMMANDS}
    for document in DOCUMENTS:
        for span in _spans(document):
            door, _space, rest = span.partition(" ")
            if not re.fullmatch(r"/[a-z]+", door) or door in PAGES:
                continue
            assert door in doors, span
            word = rest.partition(" ")[0].casefold()
            if door == "/crm" and rest and rest[0].islower():
                assert word in HELP or any(one.answers_to(word) for one in every_subject().subcommands), span


def test_every_variable_is_read_somewhere() -> None:
    settings = {
        variable_of(name, key)
        for name, section in Settings.model_fields.items()
        for key in getattr(section.annotation, "model_fields", ())
    } | {variable_of("mail.exchange", key) for key in MailSection.model_fields}
    folders = [ROOT / name for name in ("bot", "integrations", "tests")]
    sources = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    for document in DOCUMENTS:
        for name in re.findall(r"\bRAPPORT_[A-Z_]*[A-Z]\b", document.read_text()):
            assert name.removesuffix("_FILE") in settings or f'"{name}"' in sources, f"{document.name}: {name}"


def test_every_setting_that_is_named_is_one() -> None:
    sections = {name: section.annotation for name, section in Settings.model_fields.items()}
    for document in DOCUMENTS:
        for span in _spans(document):
            section, _dot, key = span.partition(" ")[0].partition(".")
            if section in sections and key != "py" and re.fullmatch(r"[a-z_]+", key):
                assert key in getattr(sections[section], "model_fields", {}), span


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs").glob("*.png"):
        assert picture.stat().st_size < MOST_BYTES_OF_A_PICTURE, picture.name
