"""Texts in three languages: source texts are English, marked where they stand and translated where they are shown."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, reduce
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, get_decimal_symbol

from bot.french import fitted
from store.actions import When
from store.collaborators import language_of

_TIED = "\u00a0"
"""A space at which no line is broken: between the figures of an hour and its sign."""


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

    def __call__(self, text: str, /, **values: object) -> str:
        translated = self._catalog.gettext(text) if text else ""
        return self._filled(translated, values) if values else translated

    def n(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The plural form that the language wants; `{number}` is filled in."""
        return self._filled(self._catalog.ngettext(one, many, number), {"number": self.number(number), **values})

    def labelled(self, label: str, said: str) -> str:
        """ "Acme: 3 files", with the space that the language wants before the colon."""
        return self(_("{label}: {said}"), label=label, said=said)

    def apart(self, said: Iterable[str]) -> str:
        """ "10:00 call; 14:00 visit": what may hold commas itself, with the space that the language wants."""
        return reduce(lambda one, other: self(_("{one}; {other}"), one=one, other=other), said)

    def quoted(self, words: str) -> str:
        """ "“Acme”", between the marks that the language has for what somebody said."""
        return self(_("“{words}”"), words=words)

    def number(self, value: int | Decimal) -> str:
        return format_decimal(value, locale=self.locale)

    def amount(self, value: Decimal) -> str:
        """With its cents and without a currency: "1.234,50"."""
        return format_decimal(value, format="#,##0.00##", locale=self.locale)

    def percent(self, value: int | Decimal) -> str:
        """ "7,5 %", never broken apart; in English "7.5%"."""
        between = "" if self.language == "en" else _TIED
        return f"{self.number(value)}{between}%"

    @property
    def decimal_sign(self) -> str:
        return get_decimal_symbol(self.locale)

    def ungrouped(self, value: Decimal) -> str:
        """For a spreadsheet, which takes a number with spaces in it for a word; with all of its decimals."""
        places = max(0, -int(value.as_tuple().exponent))
        return format_decimal(value, format=f"{0:.{places}f}", locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        """ "€ 1.234,50", as the reader writes it; `currency` is ISO 4217."""
        return format_currency(amount, currency, locale=self.locale)

    def list(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.locale)

    def day(self, on: date, *, today: date) -> str:
        """In words when near ("demain"), with the weekday within the year, else in figures."""
        if abs(on - today) <= timedelta(days=1):
            return self({-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[(on - today).days])
        if _is_within_the_year(on, today):
            return format_skeleton("MMMEd", on, locale=self.locale)
        return self.in_figures(on)

    def in_figures(self, on: date) -> str:
        """In figures, with the whole year."""
        # CLDR's short form has a year of two figures in some regions: 26/11/27 could be any of the three.
        return format_date(on, re.sub("y+", "y", self.locale.date_formats["short"].pattern), locale=self.locale)

    def month(self, on: date) -> str:
        """ "mars 2027"."""
        return format_skeleton("yMMMM", on, locale=self.locale)

    def days(self, first: date, last: date, *, today: date) -> str:
        """Both included; what they have in common is said once ("jeu. 26 – sam. 28 nov.")."""
        if first == last:
            return self.day(first, today=today)
        if all(abs(on - today) > timedelta(days=1) and _is_within_the_year(on, today) for on in (first, last)):
            return format_interval(first, last, "MMMEd", locale=self.locale).replace("\u2009", " ")
        return f"{self.day(first, today=today)} – {self.day(last, today=today)}"

    def hour(self, at: datetime) -> str:
        """ "14 h 30", "14.30 u", "14:30" or "2:30 PM": short, as the language and region say it, never broken apart."""
        return "".join(self._hour_and_sign(at))

    def when(self, when: When, *, today: date) -> str:
        """ "jeu. 26 nov., 14–15 h": the wall time of the action's own zone, a range said once."""
        if when.is_all_day:
            return self.days(when.starts_on, when.ends_on, today=today)
        first, ends_on = self.day(when.starts_on, today=today), when.ends_at.date()
        if when.ends_at == when.starts_at:
            return f"{first}, {self.hour(when.starts_at)}"
        if ends_on != when.starts_on:
            last = self.day(ends_on, today=today)
            return f"{first}, {self.hour(when.starts_at)} – {last}, {self.hour(when.ends_at)}"
        return f"{first}, {self._hours(when.starts_at, when.ends_at)}"

    def hours(self, when: When) -> str:
        """ "14–15 h": the same without the day, for where it stands above; "" for whole days."""
        if when.is_all_day:
            return ""
        return (
            self.hour(when.starts_at) if when.ends_at == when.starts_at else self._hours(when.starts_at, when.ends_at)
        )

    def moment(self, at: datetime, *, zone: str, today: date) -> str:
        """Day and hour in the IANA zone of whoever reads it."""
        local = at.astimezone(ZoneInfo(zone))
        return f"{self.day(local.date(), today=today)}, {self.hour(local)}"

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        return (fitted(text, values) if self.language == "fr" else text).format(**values)

    def _hours(self, starts: datetime, ends: datetime) -> str:
        """ "14–15 h", "14:00–15:30", "11 AM – 1 PM"."""
        start, start_sign = self._hour_and_sign(starts)
        end, end_sign = self._hour_and_sign(ends)
        if start_sign == end_sign and _TIED not in f"{start}{end}":
            return f"{start}–{end}{end_sign}"
        return f"{start}{start_sign} – {end}{end_sign}"

    def _hour_and_sign(self, at: datetime) -> tuple[str, str]:
        """What is said in figures, and the sign that stands once behind a range. CLDR has no short whole hours."""
        if self.language == "fr":
            return (f"{at.hour}{_TIED}h{_TIED}{at:%M}", "") if at.minute else (f"{at.hour}", f"{_TIED}h")
        if self.language == "nl":
            return f"{at.hour}.{at:%M}" if at.minute else f"{at.hour}", f"{_TIED}u"
        if "a" not in self.locale.time_formats["short"].pattern:
            return f"{at:%H:%M}", ""
        figures = format_time(at, "h:mm" if at.minute else "h", locale=self.locale)
        return figures, f"{_TIED}{format_time(at, 'a', locale=self.locale)}"


def _is_within_the_year(on: date, today: date) -> bool:
    return abs(on - today) < timedelta(days=330)


_REGIONS = {"en": "GB", "fr": "BE", "nl": "BE"}
"""Where a reader is taken to be who tells only a language."""


def _babel_locale(tag: str, language: str) -> Locale:
    """Rapport's language in the region that the tag names: "de-DE" reads English with German dates."""
    found = re.search(r"[-_]([A-Za-z]{2})\b", tag)
    region = found[1].upper() if found else _REGIONS[language]
    try:
        return Locale(language, region)
    except UnknownLocaleError:
        return Locale(language, _REGIONS[language])


@lru_cache
def _catalog(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = files("templates").joinpath("locale", f"{language}.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
