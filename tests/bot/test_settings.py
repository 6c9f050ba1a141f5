"""Settings: file and environment, every problem at once, secrets only from outside the file."""

from __future__ import annotations

import re
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticUndefined

from bot.settings import Problem, Settings
from bot.settings_file import SettingsProblems, is_secret, read_settings, sections, variable_of
from integrations.mail.errors import MailboxRefused
from integrations.mail.server import Login

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SECRETS = {
    "RAPPORT_SLACK_BOT_TOKEN": "xoxb-1",
    "RAPPORT_SLACK_APP_TOKEN": "xapp-1",
    "RAPPORT_WEB_SECRET": "0123456789abcdefghijklmnopqrstuvwxyz",
}
OWN_LOGINS = """
[mail.exchange]
endpoint = "https://mail.office.example/EWS/Exchange.asmx"
access = "own"
logins = { "anna@office.example" = "anna", "bo@office.example" = "bo" }
"""


def read(tmp_path: Path, text: str = "", environment: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, SECRETS if environment is None else environment)


def problems(tmp_path: Path, text: str = "", environment: dict[str, str] | None = None) -> dict[str, str]:
    """What is wrong and how it is mended, by key."""
    with pytest.raises(SettingsProblems) as raised:
        read(tmp_path, text, environment)
    assert len({problem.key for problem in raised.value.problems}) == len(raised.value.problems), "said once each"
    return {problem.key: f"{problem.wrong}. {problem.mend}" for problem in raised.value.problems}


def test_the_secrets_alone_are_enough(tmp_path: Path) -> None:
    settings = read_settings(tmp_path / "missing.toml", SECRETS)
    assert settings.slack.bot_token == "xoxb-1"
    assert settings.database.url == "sqlite:///var/rapport.db"


def test_every_problem_is_reported_at_once_with_its_key_and_its_mend(tmp_path: Path) -> None:
    text = """
        offic = 1
        [office]
        zone = "Mars/Base"
        locale = "de-DE"
        [database]
        url = "mysql://x"
        [slack]
        mode = "http"
        api_url = "slack.com"
        [web]
        bind = "8080"
        [jobs]
        engine = "procrastinate"
        concurrency = "many"
        [mail.exchange]
        provider = "imap"
        colour = "blue"
    """
    found = problems(tmp_path, text, {"RAPPORT_WEB_SECRET": "short"})
    assert sorted(found) == [
        "database.url",
        "jobs.concurrency",
        "jobs.engine",
        "mail.exchange.colour",
        "mail.exchange.endpoint",
        "mail.exchange.password",
        "mail.exchange.provider",
        "mail.exchange.username",
        "offic",
        "office.locale",
        "office.zone",
        "slack.api_url",
        "slack.bot_token",
        "slack.signing_secret",
        "web.bind",
        "web.public_url",
        "web.secret",
    ]
    assert found["slack.bot_token"] == (
        "is missing. Set RAPPORT_SLACK_BOT_TOKEN, or RAPPORT_SLACK_BOT_TOKEN_FILE to a file that holds it."
    )
    assert found["mail.exchange.endpoint"] == "is missing. Set it in the file, or set RAPPORT_MAIL_EXCHANGE_ENDPOINT."
    assert "config.example.toml" in found["offic"]
    assert all(mend.rstrip().endswith(".") for mend in found.values())


def test_a_socket_needs_the_app_token_and_http_the_signing_secret(tmp_path: Path) -> None:
    assert set(problems(tmp_path, "", {})) == {"slack.bot_token", "slack.app_token", "web.secret"}
    text = '[slack]\nmode = "http"\n[web]\npublic_url = "https://crm.office.example/"'
    assert set(problems(tmp_path, text, {})) == {"slack.bot_token", "slack.signing_secret", "web.secret"}
    settings = read(tmp_path, text, {**SECRETS, "RAPPORT_SLACK_SIGNING_SECRET": "s"})
    assert settings.web.public_url == "https://crm.office.example"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    environment = {**SECRETS, "RAPPORT_OFFICE_NAME": "Assur", "RAPPORT_JOBS_CONCURRENCY": "3"}
    settings = read(tmp_path, '[office]\nname = "File"\nzone = "Europe/Paris"', environment)
    assert (settings.office.name, settings.office.zone, settings.jobs.concurrency) == ("Assur", "Europe/Paris", 3)


def test_a_secret_may_stand_in_a_file_that_a_variable_names(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-from-file\n")
    environment = {**SECRETS, "RAPPORT_SLACK_BOT_TOKEN_FILE": str(secret)}
    assert read(tmp_path, "", environment).slack.bot_token == "xoxb-from-file"


def test_a_secret_file_that_cannot_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    found = problems(tmp_path, "", {**SECRETS, "RAPPORT_SLACK_BOT_TOKEN_FILE": str(tmp_path / "none")})
    assert found == {
        "RAPPORT_SLACK_BOT_TOKEN_FILE": "cannot be read (No such file or directory). Check path and rights."
    }


@pytest.mark.parametrize(
    ("section", "key"),
    [
        (name, key)
        for name, model in sections({"mail": {"exchange": {}}})
        for key, field in model.model_fields.items()
        if is_secret(field)
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, section: str, key: str) -> None:
    with pytest.raises(SettingsProblems) as raised:
        read(tmp_path, f'[{section}]\n{key} = "hunter2hunter2hunter2hunter2hunter2"')
    assert f"{section}.{key}: is a secret and must not stand in the file" in str(raised.value)
    assert "hunter2" not in str(raised.value) + str(raised.value.__cause__)


def test_no_secret_shows_in_the_representation_of_the_settings(tmp_path: Path) -> None:
    shown = repr(read(tmp_path))
    assert not any(secret in shown for secret in SECRETS.values())


def test_each_mailbox_with_its_own_login_has_its_own_password(tmp_path: Path) -> None:
    found = problems(tmp_path, OWN_LOGINS, {**SECRETS, "RAPPORT_MAIL_EXCHANGE_PASSWORD_ANNA_OFFICE_EXAMPLE": "a"})
    assert set(found) == {"mail.exchange.passwords.bo@office.example"}
    assert "RAPPORT_MAIL_EXCHANGE_PASSWORD_BO_OFFICE_EXAMPLE" in found["mail.exchange.passwords.bo@office.example"]
    secret = tmp_path / "bo"
    secret.write_text("b")
    own = {
        "RAPPORT_MAIL_EXCHANGE_PASSWORD_ANNA_OFFICE_EXAMPLE": "a",
        "RAPPORT_MAIL_EXCHANGE_PASSWORD_BO_OFFICE_EXAMPLE_FILE": str(secret),
    }
    mail = read(tmp_path, OWN_LOGINS, SECRETS | own).mail["exchange"]
    assert mail.login_for("bo@office.example") == Login("bo", "b")
    with pytest.raises(MailboxRefused):
        mail.login_for("eva@office.example")


def test_logins_can_come_from_the_environment(tmp_path: Path) -> None:
    own = {
        "RAPPORT_MAIL_EXCHANGE_LOGINS": "eva@office.example=OFFICE\\eva, ",
        "RAPPORT_MAIL_EXCHANGE_PASSWORD_EVA_OFFICE_EXAMPLE": "e",
    }
    mail = read(tmp_path, OWN_LOGINS, SECRETS | own).mail["exchange"]
    assert mail.login_for("eva@office.example") == Login("OFFICE\\eva", "e")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("slack = 3", "slack"),
        ("mail = 3", "mail"),
        ("mail = { a = 3 }", "mail.a"),
        ('[jobs]\nconcurrency = "x"', "jobs.concurrency"),
    ],
)
def test_what_has_the_wrong_type_is_named(tmp_path: Path, text: str, key: str) -> None:
    assert key in problems(tmp_path, text)


def test_a_file_that_is_no_toml_is_said_with_its_line(tmp_path: Path) -> None:
    [(key, wrong)] = problems(tmp_path, "[office]\nname = Rapport").items()
    assert key.endswith("config.toml")
    assert "line 2" in wrong


def test_the_password_of_the_database_is_added_to_its_url(tmp_path: Path) -> None:
    text = '[database]\nurl = "postgresql+psycopg://rapport@db/rapport"'
    settings = read(tmp_path, text, {**SECRETS, "RAPPORT_DATABASE_PASSWORD": "p@ss"})
    assert settings.database.full_url == "postgresql+psycopg://rapport:p%40ss@db/rapport"


_values = st.integers() | st.sampled_from(["", "x", "http", "own", "procrastinate", "https://a.example"])
_keys = st.sampled_from(["url", "mode", "engine", "zone", "access", "endpoint", "logins", "bot_token"])
_parts = st.dictionaries(_keys, _values, max_size=4) | _values


@given(st.dictionaries(st.sampled_from([*Settings.model_fields, "other"]), _parts))
def test_whatever_stands_in_the_file_ends_in_settings_or_in_problems_with_keys(raw: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.toml")
        path.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in raw.items()), encoding="utf-8")
        keys = {problem.key for problem in problems_of(path)}
    assert "" not in keys
    assert keys or "other" not in raw


def problems_of(path: Path) -> list[Problem]:
    try:
        read_settings(path, SECRETS)
    except SettingsProblems as error:
        return error.problems
    return []


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _example() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def test_the_example_with_the_secrets_in_the_environment_is_complete(tmp_path: Path) -> None:
    settings = read_settings(EXAMPLE, {**SECRETS, "RAPPORT_MAIL_EXCHANGE_PASSWORD": "p"})
    assert settings.mail["exchange"].server.login_for("anyone@office.example") == Login("OFFICE\\rapport", "p")


@pytest.mark.parametrize(
    ("section", "key"),
    [(name, key) for name, model in sections({"mail": {"exchange": {}}}) for key in model.model_fields],
)
def test_the_example_lists_every_key_with_its_default_and_its_variable(section: str, key: str) -> None:
    model = dict(sections({"mail": {"exchange": {}}}))[section]
    field = model.model_fields[key]
    text = _example().partition(f"[{section}]\n")[2].partition("\n[")[0]
    assert field.description
    if is_secret(field):
        assert re.search(rf"^# Secret: {key} comes? from RAPPORT_", text, re.MULTILINE)
        assert not re.search(rf"^{key} =", text, re.MULTILINE)
        return
    assert re.search(rf"^# {variable_of(section, key)}\b", text, re.MULTILINE)
    listed = tomllib.loads(_example())
    for step in section.split("."):
        listed = listed[step]
    assert key in listed
    default = field.get_default(call_default_factory=True)
    if default is not PydanticUndefined and key != "username":  # those two an office must fill in
        assert listed[key] == default


def test_the_example_lists_nothing_that_is_no_setting() -> None:
    listed = tomllib.loads(_example())
    assert set(listed) == set(Settings.model_fields)
    for section, model in sections(listed):
        part = listed
        for step in section.split("."):
            part = part[step]
        assert set(part) <= set(model.model_fields)
