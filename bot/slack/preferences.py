"""What each collaborator decides: language, time zone, what they are told, how their mails are signed."""

from __future__ import annotations

import logging
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice, Search
from bot.slack.contact_words import LANGUAGE_NAMES
from bot.slack.fields import Option, Options, Text, Toggle
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from bot.zones import zone_label, zones_matching
from store.administration import choose_locale, edit_collaborator, follow_slack_locale
from store.collaborators import Collaborator, FormLayout
from store.digests import choose_digest

log = logging.getLogger(__name__)

AS_SLACK = "slack"
MOST_ZONES = 100


def languages(caller: Caller, _form: Any) -> list[Option]:
    follow = Option(AS_SLACK, caller.t(_("As in Slack")))
    return [follow, *(Option(code, name) for code, name in LANGUAGE_NAMES.items())]


_LAYOUTS = {
    FormLayout.SHORT: _("Short: the rest behind “More”"),
    FormLayout.ALL: _("One long form"),
    FormLayout.STEPS: _("In steps"),
}


def layouts(caller: Caller, _form: Any) -> list[Option]:
    return [Option(layout.value, caller.t(name)) for layout, name in _LAYOUTS.items()]


def find_zones(caller: Caller, typed: str, _form: Any = None) -> Options:
    found = [Option(zone, label[:75], zone) for zone, label in zones_matching(typed, caller.t)]
    more = caller.t(_("More than {shown} found: type on"), shown=MOST_ZONES) if len(found) > MOST_ZONES else ""
    return Options(found[:MOST_ZONES], more)


NO_DIGEST = "none"
DIGEST_HOURS = tuple(time(half // 2, 30 * (half % 2)) for half in range(10, 21))
"""From five to ten, each half hour."""


def digests(caller: Caller, _form: Any) -> list[Option]:
    hours = [Option(f"{at:%H:%M}", caller.t.hour(datetime.combine(caller.today, at))) for at in DIGEST_HOURS]
    return [Option(NO_DIGEST, caller.t(_("No digest"))), *hours]


class PreferencesForm(Form, id="preferences", title=_("My preferences"), submit=_("Save")):
    language = Choice(_("Language"), among=languages)
    zone = Search(_("Time zone"), find=find_zones, hint=_("For the hours you type and read; search by city or country"))
    digest = Choice(
        _("Your day, by message"), among=digests, hint=_("What is planned, overdue and to be reminded of; else nothing")
    )
    tells_filings = Toggle(_("Mails that file themselves"), _("Tell me each time, so that I can undo it"))
    layout = Choice(_("Form of an action"), among=layouts)
    bills_inline = Toggle(
        _("Billing of an action"), _("In its form"), hint=_("Else behind ⋮ on its card, in a form of its own")
    )
    signature = Text(_("Signature"), max_length=2000, lines=True, hint=_("Under invitations")).optional()


def open_preferences(interaction: Interaction) -> None:
    open_form(interaction, lambda caller: form_of(caller, caller.collaborator.id))


def form_of(caller: Caller, collaborator_id: int) -> PreferencesForm:
    """What the collaborator has chosen so far."""
    with caller.reading() as session:
        one = session.get_one(Collaborator, collaborator_id)
    form = PreferencesForm(record=one.id, version=one.version)
    chosen = one.language if one.is_locale_chosen else AS_SLACK
    form.language = next(option for option in languages(caller, form) if option.value == chosen)
    form.zone = Option(one.zone, zone_label(one.zone, caller.t)[:75])
    digest = f"{one.digest_time:%H:%M}" if one.digest_time else NO_DIGEST
    form.digest = next(option for option in digests(caller, form) if option.value == digest)
    form.tells_filings, form.signature = one.tells_filings, one.signature
    form.layout = next(option for option in layouts(caller, form) if option.value == one.form_layout)
    form.bills_inline = one.bills_inline
    return form


def ask_slack(caller: Caller, form: PreferencesForm) -> None:
    """Before the book is written: Slack may be slow."""
    if form.language.value == AS_SLACK:
        form.about["locale"] = _locale_in_slack(caller)


def save(session: Session, caller: Caller, form: PreferencesForm) -> Saved:
    by = caller.collaborator
    edited = edit_collaborator(
        session,
        by.id,
        by=by,
        version=form.about["version"],
        zone=form.zone.value,
        signature=form.signature or "",
        tells_filings=form.tells_filings,
        form_layout=FormLayout(form.layout.value),
        bills_inline=form.bills_inline,
    )
    at = form.digest.value
    choose_digest(session, by=by, at=None if at == NO_DIGEST else time.fromisoformat(at))
    if form.language.value == AS_SLACK:
        choose_locale(session, by=by, locale=None)
        follow_slack_locale(session, by.id, form.about.get("locale", ""))
    elif form.language.value != edited.language or not edited.is_locale_chosen:
        choose_locale(session, by=by, locale=_with_region(form.language.value, edited.locale))
    t, here = caller.office.texts(edited.locale), caller.office.now().astimezone(ZoneInfo(edited.zone))
    return Saved(t(_("Your preferences are saved. It is {hour} where you are."), hour=t.hour(here)))


def _with_region(language: str, locale: str) -> str:
    """The chosen language as it is written where the person lives: "nl" in an office of "fr-BE" is "nl-BE"."""
    region = locale.partition("-")[2]
    return f"{language}-{region}" if region else language


def _locale_in_slack(caller: Caller) -> str:
    """ "" when Slack does not say: then the present one stays."""
    try:
        found = caller.office.slack.users_info(user=caller.collaborator.slack_user_id or "", include_locale=True)
    except (SlackApiError, SlackClientError):
        log.info("Slack did not tell the locale of collaborator %s", caller.collaborator.id)
        return ""
    return str(found["user"].get("locale") or "")


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("preferences",), "fr": ("préférences", "preferences"), "nl": ("voorkeuren",)},
            "",
            _("Your language, your signature, what you are told"),
            lambda interaction, _rest: open_preferences(interaction),
        )
    )
    serve_form(slack, Serving(PreferencesForm, save=save, check=ask_slack, fresh=form_of))
    slack.action("preferences/open", open_preferences)
