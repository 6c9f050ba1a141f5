"""The mails that Rapport writes itself, from `templates/mail`: a folder per mail, with subject, text and HTML in each
language. They go out under the representative's name, to people who need not know that Rapport exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_name
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from bot.office import Office
from bot.series_words import rule_in_words
from bot.texts import Texts
from bot.unsubscribe_links import unsubscribe_url
from store.actions import When
from store.mailing_text import RenderedText, render
from store.mailings import Delivery, fields_of, text_for
from store.series import Recurrence

_environment = Environment(
    loader=PackageLoader("templates", "mail"),
    autoescape=select_autoescape(["html.j2"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """`subject` is one line, `html` a whole document."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What an invitation, its update or its cancellation (`news`) says. `others` are who else is invited, by name.

    `rule` is that of a series, of which `when` is the first time and `last_on` the last day, None without an end.
    `is_same_clock`: the guest's clock shows the same hour, so that the subject need not name the zone.
    """

    news: str
    title: str
    when: When
    place: str
    points: str
    guest: str
    others: tuple[str, ...]
    organizer: str
    signature: str
    rule: Recurrence | None = None
    last_on: date | None = None
    is_same_clock: bool = False


def invitation_mail(facts: InvitationFacts, t: Texts) -> WrittenMail:
    """In the reader's language and forms."""
    values = {
        "news": facts.news,
        "title": _one_line(facts.title),
        "when": when_in_words(facts.when, t),
        "when_in_short": when_in_words(facts.when, t, names_zone=not facts.is_same_clock),
        "repeats": rule_in_words(t, facts.rule, _day(facts.last_on, t) if facts.last_on else "") if facts.rule else "",
        "place": _one_line(facts.place),
        "points": facts.points.strip().splitlines(),
        "guest": _one_line(facts.guest),
        "others": t.list([_one_line(name) for name in facts.others]),
        "organizer": _one_line(facts.organizer),
        "signature": facts.signature.strip().splitlines(),
    }
    return _written("invitation", t.language, values)


def mailing_mail(mail: RenderedText, language: str, unsubscribe_url: str) -> WrittenMail:
    """A mailing's text as a whole mail, with the way out at its end unless the text itself shows it."""
    way_out = "" if unsubscribe_url in mail.text else unsubscribe_url
    return _written("mailing", language, {"mail": mail, "way_out": way_out})


def written_to(office: Office, row: Delivery, *, at: datetime) -> WrittenMail:
    """The mail of a mailing for this recipient, as it is or was written at that moment."""
    on = at.astimezone(ZoneInfo(row.mailing.mailbox.collaborator.zone)).date()
    way_out = unsubscribe_url(office, row.id)
    return mailing_mail(render(text_for(row), fields_of(row, unsubscribe_url=way_out, on=on)), row.language, way_out)


def has_same_clock(when: When, zone: str | None, country: str | None, *, own_country: str) -> bool:
    """Whether the clocks of that zone, or of all zones of that country ("": `own_country`), show the action's hours;
    no while neither is known.
    """
    zones = [zone] if zone else get_global("territory_zones").get(country or own_country, ())
    if not zones or (zone is None and country is None):
        return False
    half_a_year_on = (when.starts_at.replace(tzinfo=None) + timedelta(days=182)).replace(tzinfo=ZoneInfo(when.zone))
    moments = (when.starts_at, half_a_year_on)  # a series goes on when the clocks have changed
    return all(at.astimezone(ZoneInfo(one)).utcoffset() == at.utcoffset() for one in zones for at in moments)


def when_in_words(when: When, t: Texts, *, names_zone: bool = True) -> str:
    """ "jeudi 26 novembre 2026, de 14 h à 15 h (heure d’Europe centrale)": nothing to reckon, nothing left open."""
    last_on = when.ends_on if when.is_all_day else when.ends_at.date()
    return _template(f"when/{t.language}.txt.j2").render(
        is_all_day=when.is_all_day,
        first=_day(when.starts_on, t),
        last=_day(last_on, t) if last_on != when.starts_on else "",
        starts=_hour(when.starts_at, t),
        ends=_hour(when.ends_at, t),
        zone=get_timezone_name(ZoneInfo(when.zone), locale=t.locale) if names_zone else "",
    )


def locale_of_guest(language: str, office_locale: str) -> str:
    """An IETF tag for who is known by language alone: the office's own forms where they fit, else that language's."""
    region = office_locale.partition("-")[2]
    if language == office_locale.partition("-")[0] or not language:
        return office_locale
    if language == "en":
        return f"en-{region}" if region in {"US", "CA"} else "en-GB"
    return f"{language}-{region}"


def _written(mail: str, language: str, values: Mapping[str, object]) -> WrittenMail:
    subject, text, html = (
        _template(f"{mail}/{language}.{part}.j2").render(values) for part in ("subject", "txt", "html")
    )
    return WrittenMail(subject=_one_line(subject), text=text, html=html)


@cache
def _template(name: str) -> Template:
    return _environment.get_template(name)


def _day(on: date, t: Texts) -> str:
    # CLDR writes "1 décembre"; a French letter writes "1er décembre".
    if t.language == "fr" and on.day == 1:
        return format_date(on, "EEEE '1er' MMMM y", locale=t.locale)
    pattern = "full" if t.locale.territory == "US" else "EEEE d MMMM y"
    return format_date(on, pattern, locale=t.locale)


def _hour(at: datetime, t: Texts) -> str:
    if t.language == "fr":
        return t.hour(at)
    if t.language == "nl":
        return f"{at.hour}.{at.minute:02}"
    return format_time(at, "short", locale=t.locale)


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
