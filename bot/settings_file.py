"""Reads the settings: file and environment, every problem at once, each with its key and its mend."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.mail_settings import MailSection
from bot.settings import CLASH, Problem, Settings, clashes
from bot.settings_section import MISSING, Section, missing_keys

PREFIX = "RAPPORT"
Raw = dict[str, Any]


class SettingsProblems(Exception):
    """The settings cannot be used; `problems` are all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsProblems. A missing file is an empty one: all but mail servers may come from the environment."""
    problems: list[Problem] = []
    raw = _from_file(path, problems)
    _refuse_secrets(raw, problems)
    _overlay(raw, environment, problems)
    problems += clashes({name: _section(raw, name) for name in Settings.model_fields})
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        problems += [_problem_of(detail) for detail in error.errors() if not _is_told(detail)]
        raise SettingsProblems(problems) from error
    if problems:
        raise SettingsProblems(problems)
    return settings


def variable_of(section: str, key: str) -> str:
    """The environment variable that overrides `[section] key`; a mail server's section is `mail.<name>`."""
    if key.startswith("passwords."):
        key = f"password_{key.removeprefix('passwords.')}"
    return "_".join((PREFIX, _upper(section), _upper(key)))


def is_secret(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("secret"))


def sections(raw: Mapping[str, Any]) -> Iterator[tuple[str, type[Section]]]:
    """Every section by its name in the file, with the mail servers that this file has."""
    for name, field in Settings.model_fields.items():
        if name == "mail":
            yield from ((f"mail.{server}", MailSection) for server in _section(raw, name))
        elif isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield name, field.annotation


def _upper(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _from_file(path: Path, problems: list[Problem]) -> Raw:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        problems.append(Problem(str(path), f"cannot be read ({error.strerror})", "Check path and rights."))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), f"is not valid TOML ({error})", "Mend that line first."))
    return {}


def _section(raw: Mapping[str, Any], name: str) -> Raw:
    """The section to read and fill. What is no section at all is left for the models to refuse."""
    part: Any = raw
    for step in name.split("."):
        part = part.setdefault(step, {}) if isinstance(part, dict) else {}
    return part if isinstance(part, dict) else {}


def _refuse_secrets(raw: Raw, problems: list[Problem]) -> None:
    for name, model in sections(raw):
        part = _section(raw, name)
        for key in [key for key, field in model.model_fields.items() if is_secret(field) and key in part]:
            del part[key]
            variable = variable_of(name, "password_<ADDRESS>" if key == "passwords" else key)
            problems.append(
                Problem(f"{name}.{key}", "is a secret and must not stand in the file", f"Set {variable} or …_FILE.")
            )


def _overlay(raw: Raw, environment: Mapping[str, str], problems: list[Problem]) -> None:
    """Puts the environment over the file, and notes what neither of them says."""
    for name, model in list(sections(raw)):
        part = _section(raw, name)
        for key in model.model_fields:
            found = _from_environment(variable_of(name, key), environment, problems)
            if found is not None:
                part[key] = _pairs(found) if key == "logins" else found
        if model is MailSection:
            part["passwords"] = _passwords(name, part, environment, problems)
        told = {problem.key for problem in problems}
        problems += [_missing(name, key, model) for key in missing_keys(model, part) if f"{name}.{key}" not in told]


def _pairs(text: str) -> dict[str, str]:
    """ "anna@office.example=anna, bo@office.example=bo" as a table."""
    pairs = (pair.partition("=") for pair in text.split(",") if pair.strip())
    return {key.strip(): value.strip() for key, _sign, value in pairs}


def _passwords(name: str, part: Raw, environment: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    logins = part.get("logins")
    found = {
        address: _from_environment(variable_of(name, f"passwords.{address}"), environment, problems)
        for address in (logins if isinstance(logins, dict) else ())
    }
    return {address: password for address, password in found.items() if password}


def _from_environment(variable: str, environment: Mapping[str, str], problems: list[Problem]) -> str | None:
    if file := environment.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is not text"
            problems.append(Problem(f"{variable}_FILE", f"cannot be read ({reason})", "Check path and rights."))
    return environment.get(variable)


def _is_told(detail: Any) -> bool:
    """What the checks over the raw settings have said already, with a better mend."""
    message = str(detail["msg"]).removeprefix("Value error, ")
    return detail["type"] == "missing" or message.startswith((MISSING, CLASH))


def _problem_of(detail: Any) -> Problem:
    where = [str(step) for step in detail["loc"]]
    key = ".".join(where)
    if detail["type"] == "extra_forbidden":
        return Problem(key, "is not a setting", "Check its spelling against config.example.toml.")
    message = str(detail["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if detail["type"] == "model_type":
        return Problem(key, "must be a section", f"Write [{key}] above its keys.")
    variable = variable_of(".".join(where[:2]) if where[0] == "mail" else where[0], where[-1])
    return Problem(key, message, f"Change it in the file, or set {variable}.")


def _missing(section: str, key: str, model: type[Section]) -> Problem:
    variable = variable_of(section, key)
    if is_secret(model.model_fields[key.partition(".")[0]]):
        return Problem(f"{section}.{key}", "is missing", f"Set {variable}, or {variable}_FILE to a file that holds it.")
    return Problem(f"{section}.{key}", "is missing", f"Set it in the file, or set {variable}.")
