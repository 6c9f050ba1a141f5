"""A country in a form: searched for in the reader's language, the office's own and its neighbours first."""

from __future__ import annotations

from typing import Any

from bot.office import Caller
from bot.slack.fields import Option, Options
from bot.texts import _
from store.countries import countries_matching, country_name

MOST = 100


def find_countries(caller: Caller, typed: str, _form: Any = None) -> Options:
    codes = countries_matching(typed, caller.t.language, here=caller.office.settings.office.country)
    more = caller.t(_("More than {shown} found: type on"), shown=MOST) if len(codes) > MOST else ""
    return Options([Option(code, country_name(code, caller.t.language)[:75]) for code in codes[:MOST]], more)


def country_option(caller: Caller, code: str) -> Option | None:
    """None for no country."""
    return Option(code, country_name(code, caller.t.language)[:75]) if code else None
