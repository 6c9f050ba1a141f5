"""Subscribing to one's own agenda: a secret address for each calendar program, shown once, revocable."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, mrkdwn, plain, section
from bot.slack.fields import Text
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.feeds import feeds_of, new_feed, revoke_feed


class FeedForm(Form, id="feed", title=_("My calendar"), submit=_("Make the address")):
    name = Text(_("For which program"), max_length=60, hint=_("Outlook, Google, phone …"))


def show_calendars(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = calendar_blocks(session, caller)
    interaction.say(caller.t(_("My calendar")), blocks)


def calendar_blocks(session: Session, caller: Caller) -> list[Json]:
    t = caller.t
    if not caller.office.settings.web.public_url:
        said = t(_("Calendars need a public address of Rapport (web.public_url). Ask your administrator."))
        return [section(plain(said))]
    blocks = [section(plain(t(_("Your calendar program can follow your agenda. Each program gets its own address."))))]
    for feed in feeds_of(session, caller.collaborator.id):
        fetched = t(_("never fetched"))
        if feed.fetched_at is not None:
            zone = caller.collaborator.zone
            when = t.moment(feed.fetched_at, zone=zone, today=caller.today)
            fetched = t(_("last fetched {when} by {program}"), when=when, program=feed.fetched_by or "?")
        line = plain(f"{feed.name} — {fetched}")
        blocks.append(section(line, accessory=button(t(_("Revoke")), "calendar/revoke", str(feed.id))))
    return [*blocks, actions(button(t(_("+ New address")), "calendar/new", style="primary"))]


def feed_url(caller: Caller, token: str) -> str:
    return f"{caller.office.settings.web.public_url.rstrip('/')}/calendar/{token}.ics"


def save(session: Session, caller: Caller, form: FeedForm) -> Saved:
    if not caller.office.settings.web.public_url:
        said = _("Calendars need a public address of Rapport (web.public_url). Ask your administrator.")
        raise BookError(said, field="name")
    _feed, token = new_feed(session, by=caller.collaborator, name=form.name, now=caller.office.now())
    url = feed_url(caller, token)
    text = caller.t(_("Subscribe to this address in {program}. It is secret and shown only now."), program=form.name)
    return Saved(text, [section(plain(text)), section(mrkdwn(f"`{url}`"))])


def revoke(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        feed = revoke_feed(session, by=caller.collaborator, feed_id=int(interaction.value), now=caller.office.now())
        text = caller.t(_("The address for {program} no longer works."), program=feed.name)
        blocks = calendar_blocks(session, caller)
    interaction.say(text, [section(plain(text)), *blocks], replace=True)


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("calendar",), "fr": ("calendrier",), "nl": ("kalender",)},
            "",
            _("Subscribe to your agenda in your own calendar program"),
            lambda interaction, _rest: show_calendars(interaction),
            reads=True,
        )
    )
    serve_form(slack, Serving(FeedForm, save=save))
    slack.action("calendar/new", lambda interaction: open_form(interaction, lambda _caller: FeedForm()))
    slack.action("calendar/list", show_calendars)
    slack.action("calendar/revoke", revoke)
