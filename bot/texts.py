"""Texts in three languages: source texts are English, marked where they stand and translated where they are shown."""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from store.actions import When
from store.collaborators import language_of


def _(text: str) -> str:
    """Marks a text for translation; the reader's language is known only when it is shown."""
    return text


class Texts:
    """One reader's language and regional forms: `t(_("Saved {name}."), name=…)`.

    `locale` is an IETF tag such as "fr-BE"; what Rapport has no texts for is shown in English.
    """

    def __init__(self, locale: str) -> None:
        self.language = language_of(locale)
        self.locale = _babel_locale(locale, self.language)
        self._catalog = _catalog(self.language)

    def __call__(self, text: str, **values: object) -> str:
        translated = self._catalog.gettext(text) if text else ""
        return translated.format(**values) if values else translated

    def n(self, one: str, many: str, number: int, **values: object) -> str:
        """The plural form that the language wants; `{number}` is filled in."""
        return self._catalog.ngettext(one, many, number).format(number=self.number(number), **values)

    def number(self, value: int | Decimal) -> str:
        return format_decimal(value, locale=self.locale)

    def money(self, value: Decimal, currency: str) -> str:
        return format_currency(value, currency, locale=self.locale)

    def list(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.locale)

    def day(self, on: date, *, today: date) -> str:
        """In words when near ("demain"), with the weekday within the year, else in figures."""
        if abs((on - today).days) <= 1:
            return self({-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[(on - today).days])
        if abs(on - today) < timedelta(days=330):
            return format_date(on, _DAY_FORMS[self.language], locale=self.locale)
        return format_date(on, "dd/MM/yyyy", locale=self.locale)

    def hour(self, at: datetime) -> str:
        return _short_hour(
            format_time(at, "H:mm" if self.language != "en" else "short", locale=self.locale), self.language
        )

    def when(self, when: When, *, today: date) -> str:
        """ "jeu. 26 nov., 14–15 h": the wall time of the action's own zone, a range said once."""
        first = self.day(when.starts_on, today=today)
        if when.is_all_day:
            return first if when.ends_on == when.starts_on else f"{first} – {self.day(when.ends_on, today=today)}"
        starts, ends = self.hour(when.starts_at), self.hour(when.ends_at)
        if when.ends_at.date() != when.starts_on:
            return f"{first}, {starts} – {self.day(when.ends_at.date(), today=today)}, {ends}"
        return f"{first}, {_range(starts, ends)}"

    def moment(self, at: datetime, *, zone: str, today: date) -> str:
        local = at.astimezone(ZoneInfo(zone))
        return f"{self.day(local.date(), today=today)}, {self.hour(local)}"

    def stamp(self, at: datetime, *, zone: str) -> str:
        """Date and hour in full, for reports."""
        return format_datetime(at.astimezone(ZoneInfo(zone)), "short", locale=self.locale)


_DAY_FORMS = {"en": "EEE d MMM", "fr": "EEE d MMM", "nl": "EEE d MMM"}


def _short_hour(text: str, language: str) -> str:
    if language == "en":
        return text.replace("\u202f", " ")
    sign = "h" if language == "fr" else "u"
    hours, _colon, minutes = text.partition(":")
    return f"{hours} {sign}" if minutes == "00" else f"{hours} {sign} {minutes}"


def _range(starts: str, ends: str) -> str:
    """ "14 h", "15 h" -> "14–15 h"; hours with minutes are said in full."""
    start, _space, start_sign = starts.partition(" ")
    _end, _space, end_sign = ends.partition(" ")
    if start_sign == end_sign and start.isdigit():
        return f"{start}–{ends}"
    return f"{starts} – {ends}"


def _babel_locale(tag: str, language: str) -> Locale:
    parsed = Locale.negotiate([tag.replace("-", "_")], [language, *_REGIONS])
    return parsed or Locale(language)


_REGIONS = ("fr_BE", "fr_CA", "fr_FR", "nl_BE", "nl_NL", "en_GB", "en_US", "en_CA")


@lru_cache
def _catalog(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = files("templates").joinpath("locale", f"{language}.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
