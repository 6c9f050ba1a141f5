"""Reads the settings: file and environment, every problem at once, each with its key and its mend."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.settings import MailSection, Settings

PREFIX = "RAPPORT"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: which key, what is wrong, what to do."""

    key: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong}. {self.mend}"


class SettingsProblems(Exception):
    """The settings cannot be used; `problems` are all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsProblems. A missing file is an empty one: everything may come from the environment."""
    problems: list[Problem] = []
    raw = _from_file(path, problems)
    problems += _secrets_in_file(raw)
    _overlay(raw, environment, problems)
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        problems += [one for detail in error.errors() for one in _problems_of(detail)]
        raise SettingsProblems(problems) from error
    if problems:
        raise SettingsProblems(problems)
    return settings


def variable_of(section: str, key: str) -> str:
    """The environment variable that overrides `[section] key`; a mail server's section is `mail.<name>`."""
    return "_".join((PREFIX, re.sub(r"[^A-Z0-9]", "_", section.upper()), key.upper()))


def is_secret(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("secret"))


def sections(raw: Mapping[str, Any]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section by its name in the file, with the mail servers that this file has."""
    for name, field in Settings.model_fields.items():
        if name == "mail":
            yield from ((f"mail.{server}", MailSection) for server in raw.get("mail", {}))
        elif isinstance(field.annotation, type):
            yield name, field.annotation


def _from_file(path: Path, problems: list[Problem]) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), f"is not valid TOML ({error})", "Mend that line first."))
        return {}


def _section(raw: dict[str, Any], name: str) -> dict[str, Any]:
    part = raw
    for step in name.split("."):
        found = part.setdefault(step, {})
        part = found if isinstance(found, dict) else {}
    return part


def _secrets_in_file(raw: dict[str, Any]) -> list[Problem]:
    return [
        Problem(
            f"{name}.{key}", "is a secret and must not stand in the file", f"Set {variable_of(name, key)} or …_FILE."
        )
        for name, model in sections(raw)
        for key, field in model.model_fields.items()
        if is_secret(field) and key in _section(raw, name)
    ]


def _overlay(raw: dict[str, Any], environment: Mapping[str, str], problems: list[Problem]) -> None:
    for name, model in list(sections(raw)):
        part = _section(raw, name)
        for key in model.model_fields:
            found = _from_environment(variable_of(name, key), environment, problems)
            if found is not None:
                part[key] = found
        if model is MailSection:
            part["passwords"] = _passwords(name, part.get("logins", {}), environment, problems)


def _passwords(
    name: str, logins: Mapping[str, str], environment: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    found = {
        address: _from_environment(variable_of(name, f"password_{_slug(address)}"), environment, problems)
        for address in logins
    }
    return {address: password for address, password in found.items() if password}


def _slug(address: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", address.upper())


def _from_environment(variable: str, environment: Mapping[str, str], problems: list[Problem]) -> str | None:
    if file := environment.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            problems.append(Problem(f"{variable}_FILE", f"cannot be read ({error.strerror})", "Check path and rights."))
    return environment.get(variable)


def _problems_of(detail: Any) -> Iterator[Problem]:
    where = [str(step) for step in detail["loc"]]
    section = ".".join(where[:2]) if where[:1] == ["mail"] else ".".join(where[:1])
    key = ".".join(where) or "settings"
    message = str(detail["msg"]).removeprefix("Value error, ")
    if message.startswith("missing:"):
        for missing in message.removeprefix("missing:").split(","):
            yield _missing(section, missing or where[-1])
    elif detail["type"] == "missing":
        yield from _required(section, where[-1])
    elif detail["type"] == "extra_forbidden":
        yield Problem(key, "is not a setting", "Check its spelling against config.example.toml.")
    else:
        yield Problem(
            key, message, f"Change it in the file, or set {variable_of(section, where[-1])}." if where else ""
        )


def _required(section: str, key: str) -> Iterator[Problem]:
    if key == section:  # a whole section that has required keys
        yield from (_missing(section, one) for one in _REQUIRED.get(section, ()))
    else:
        yield _missing(section, key)


_REQUIRED = {"slack": ("bot_token", "app_token"), "web": ("secret",)}


def _missing(section: str, key: str) -> Problem:
    variable = variable_of(section, f"password_{_slug(key)}" if "@" in key else key)
    return Problem(f"{section}.{key}", "is missing", f"Set {variable}, or {variable}_FILE to a file that holds it.")
