"""Settings: config.toml, overridden by the environment, checked as a whole before anything starts.

Each key can be overridden by `RAPPORT_<SECTION>_<KEY>` (`RAPPORT_MAIL_<NAME>_<KEY>` for a mail server). Secrets come
from there, or from a file that `…_FILE` names; they are refused in the file itself, which ends up in backups and chats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from bot.mail_settings import MailSection
from bot.settings_section import HttpUrl, Section, from_environment
from store.collaborators import LANGUAGES, language_of
from store.contacts import BirthdayShown
from store.database_url import engine_of, with_password
from store.following import read_conditions
from store.slots import WorkingHours


class OfficeSection(Section):
    name: str = Field(default="Rapport", description="The office's name, as contacts see it.")
    locale: str = Field(
        default="fr-BE",
        description="IETF tag for whoever has no language of their own, and the country of phone and VAT numbers.",
    )
    zone: str = Field(default="Europe/Brussels", description="IANA time zone of the office.")
    birthdays: BirthdayShown = Field(
        default=BirthdayShown.DAY_AND_MONTH,
        description='How birthdays are shown, unless a contact says otherwise: "full", "day_and_month" or "hidden".',
    )
    working_hours: str = Field(
        default="Mon-Fri 09:00-17:00", description="When moments are proposed for an action, each in their own zone."
    )
    opportunities: bool = Field(
        default=True, description="Whether sales are followed up as opportunities; false takes them out of Slack."
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("is not an IANA time zone such as Europe/Brussels or America/Toronto")
        return zone

    @field_validator("working_hours")
    @classmethod
    def _known_hours(cls, hours: str) -> str:
        WorkingHours.read(hours)
        return hours

    @field_validator("locale")
    @classmethod
    def _known_language(cls, locale: str) -> str:
        if language_of(locale) != locale.partition("-")[0]:
            raise ValueError(f"must begin with one of {', '.join(LANGUAGES)}, as in fr-BE")
        return locale

    @property
    def country(self) -> str:
        """The locale's ISO 3166 code, "" when it tells none: phone and VAT numbers without a country are of there."""
        return self.locale.partition("-")[2].upper()[-2:]


class DatabaseSection(Section):
    url: str = Field(
        default="sqlite:///var/rapport.db", description="sqlite:///file or postgresql+psycopg://user@host/name."
    )
    connections: int = Field(default=40, ge=5, le=500, description="Connections kept at most.")
    password: str = from_environment("PostgreSQL's password, when it is not in a .pgpass file.")

    @field_validator("url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        engine_of(url)
        return url

    @property
    def full_url(self) -> str:
        return with_password(self.url, self.password)


class ActionsSection(Section):
    map_link: HttpUrl = Field(
        default="https://www.openstreetmap.org/search?query={place}",
        description="Where the card’s map link leads; {place} is the action's place. The way from your office: "
        "https://www.google.com/maps/dir/?api=1&origin=Your+street+1,+Your+town&destination={place}",
    )
    followed_by: str = Field(
        default="active",
        description="Who may follow an action: words that must all hold, of active, team, role:admin, category:claims.",
    )

    linked_addresses: Literal["public", "all", "none"] = Field(
        default="none",
        description="Which linked web addresses are asked daily, to mark dead ones; all: in your own network too.",
    )

    @field_validator("map_link")
    @classmethod
    def _with_a_place(cls, map_link: str) -> str:
        if "{place}" not in map_link or map_link.replace("{place}", "").count("{"):
            raise ValueError("must hold {place} once, as in https://maps.example/?q={place}")
        return map_link

    @field_validator("followed_by")
    @classmethod
    def _known_conditions(cls, conditions: str) -> str:
        read_conditions(conditions)
        return conditions


class DocumentsSection(Section):
    folder: str = Field(default="var/documents", description="Folder of the stored documents; back it up too.")
    largest_mb: int = Field(
        default=25, ge=1, le=150, description="Larger attachments are noted, not stored (megabytes)."
    )


class PrivacySection(Section):
    deleted_people_days: int = Field(
        default=0, ge=0, description="Deleted people are erased after it (days; 0: never)."
    )
    deliveries_days: int = Field(default=0, ge=0, description="Lists of sendings lose their names (days; 0: never).")
    audit_days: int = Field(default=0, ge=0, description="Audit entries lose what they told (days; 0: never).")
    imports_days: int = Field(default=90, ge=0, description="Lists that came in lose their lines (days; 0: never).")
    strangers_days: int = Field(
        default=0,
        ge=0,
        le=365,
        description="How long sendings to people in no file are counted, to ask the sender of them (days; 0: never).",
    )


class SlackSection(Section):
    mode: Literal["http", "socket"] = Field(default="socket", description="socket needs no public URL; http does.")
    api_url: HttpUrl = Field(default="https://slack.com/api/", description="Slack's Web API.")
    bot_token: str = from_environment("xoxb-… of the installed app.")
    app_token: str = from_environment("xapp-… with connections:write (socket mode only).")
    signing_secret: str = from_environment("Signs Slack's requests (http mode only).")

    @classmethod
    def needed(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        return ("bot_token", "signing_secret" if given.get("mode") == "http" else "app_token")


class WebSection(Section):
    bind: str = Field(default="127.0.0.1:8080", description="Address and port that Rapport listens on.")
    public_url: HttpUrl = Field(default="", description="How the outside reaches it: feeds, unsubscribe, http mode.")
    secret: str = from_environment("At least 32 random characters: signs links.")

    @field_validator("bind")
    @classmethod
    def _host_and_port(cls, bind: str) -> str:
        host, _colon, port = bind.rpartition(":")
        if not host or not port.isdecimal() or not 0 <= int(port) < 65536:
            raise ValueError("must be address:port, as in 127.0.0.1:8080")
        return bind

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: str) -> str:
        if 0 < len(secret) < 32:
            raise ValueError("must be at least 32 random characters")
        return secret

    @classmethod
    def needed(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        return ("secret",)

    @field_validator("public_url")
    @classmethod
    def _without_last_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])


class JobsSection(Section):
    engine: Literal["embedded", "procrastinate"] = Field(
        default="embedded",
        description="embedded: in `rapport serve`; procrastinate: in `rapport work`, PostgreSQL only.",
    )
    concurrency: int = Field(default=10, ge=1, le=100, description="Jobs at the same time in one process.")


class LogsSection(Section):
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged at least.")


class Settings(Section):
    """Everything that can be set, checked. Made by `settings_file.read_settings`."""

    office: OfficeSection = OfficeSection()
    database: DatabaseSection = DatabaseSection()
    actions: ActionsSection = ActionsSection()
    documents: DocumentsSection = DocumentsSection()
    privacy: PrivacySection = PrivacySection()
    slack: SlackSection
    web: WebSection
    jobs: JobsSection = JobsSection()
    logs: LogsSection = LogsSection()
    mail: dict[str, MailSection] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        given = {"database": self.database.__dict__, "jobs": self.jobs.__dict__}
        given |= {"slack": self.slack.__dict__, "web": self.web.__dict__}
        for clash in clashes(given):
            raise ValueError(f"{CLASH}{clash.key} {clash.wrong}")
        return self


CLASH = "clash: "


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: which key, what is wrong, what to do."""

    key: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong}. {self.mend}"


def clashes(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What does not go together between sections; `given` is raw and may be wrong."""
    url = str(given.get("database", {}).get("url", ""))
    if given.get("jobs", {}).get("engine") == "procrastinate" and not url.startswith("postgresql"):
        yield Problem("jobs.engine", "procrastinate needs PostgreSQL", 'Set database.url, or engine = "embedded".')
    if given.get("slack", {}).get("mode") == "http" and not given.get("web", {}).get("public_url"):
        yield Problem("web.public_url", "is missing, and Slack reaches Rapport there", 'Set it, or mode = "socket".')
