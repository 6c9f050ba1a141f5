"""`rapport domain …`: the office's lists, out, in, and those of a trade."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation, installation


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        assert made.runs("db", "upgrade").exit_code == 0
        yield made


def _exported(office: Installation) -> str:
    result = office.runs("domain", "export")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_lists_are_written_out_edited_and_taken_in(ready: Installation) -> None:
    exported = _exported(ready)
    file = ready.folder / "lists.toml"
    file.write_text(exported.replace('fr = "Visite"', 'fr = "Passage"'), encoding="utf-8")
    dry = ready.runs("domain", "import", str(file), "--dry-run")
    assert "0 line(s) would be added, 1 would be changed." in dry.stderr
    assert _exported(ready) == exported
    done = ready.runs("domain", "import", str(file))
    assert (done.exit_code, done.stderr) == (0, "0 line(s) added, 1 changed.\n")
    assert tomllib.loads(_exported(ready))["action_type"][0]["fr"] == "Passage"
    assert "0 changed" in ready.runs("domain", "import", str(file)).stderr


def test_every_problem_of_a_file_is_told_and_nothing_is_taken_over(ready: Installation) -> None:
    before = _exported(ready)
    file = ready.folder / "lists.toml"
    file.write_text('format = 1\n[[contact_kind]]\nkey = "x"\n[[wine]]\n[[team]]\nkey = "west"\nen = "West"\n')
    result = ready.runs("domain", "import", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing was taken over, 2 problem(s)" in result.stderr
    assert "contact_kind “x”.en: Give it a name" in result.stderr
    assert "wine: there is no such list" in result.stderr
    assert _exported(ready) == before


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(ready: Installation, content: bytes | None) -> None:
    file = ready.folder / "lists.toml"
    if content is not None:
        file.write_bytes(content)
    result = ready.runs("domain", "import", str(file))
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_the_lists_of_a_trade_are_added_once(ready: Installation) -> None:
    first, second = (ready.runs("domain", "starter", "wine") for _time in range(2))
    assert "0 line(s)" not in first.stderr
    assert second.stderr == "0 line(s) added.\n"
    assert "tasting" in {line["key"] for line in tomllib.loads(_exported(ready))["action_type"]}
    wrong = ready.runs("domain", "starter", "bakery")
    assert wrong.exit_code == 1
    assert "Choose one of: broker, wine, wholesale" in wrong.stderr
