"""Mailings in Slack: the form that prepares one, and the list of those there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, plain, section, unstyled
from bot.slack.choices import Checks, Choice, MultiSearch, Radio, Says
from bot.slack.contact_filters import contacts_found, group_options
from bot.slack.contact_words import languages
from bot.slack.fields import Number, Option, Text
from bot.slack.finding import find_people, lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.mailing_card import mailing_card, mailing_line
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.collaborators import LANGUAGES, Role
from store.consent import MailingTopic
from store.contacts import ContactKind, Grouping
from store.mailboxes import mailboxes_for
from store.mailing_template import FIELDS
from store.mailings import MailingMode, list_mailings, prepare_mailing
from store.mailings.audience import contacts_in_place

CHOSEN, OWN, EVERYBODY = "chosen", "own", "everybody"
MODE_NAMES = {
    MailingMode.DIRECT: (_("Send directly"), _("One by one, with the delay between them")),
    MailingMode.DRAFTS: (_("Put in my drafts"), _("You read and send each of them yourself")),
}
LISTED = 5


def audiences(caller: Caller, _form: Any) -> list[Option]:
    kinds = [Option(f"kind:{one.value}", one.label) for one in lines_of(caller, ContactKind)]
    groups = [Option(f"group:{one.value}", one.label) for one in lines_of(caller, Grouping)]
    filters = [Option(f"filter:{one.value}", one.label) for one in group_options(caller)]
    return [
        Option(CHOSEN, caller.t(_("The people chosen below"))),
        Option(OWN, caller.t(_("The contacts of my relations"))),
        *(Option(one.value, caller.t(_("All contacts for {kind}"), kind=one.label)) for one in kinds),
        *(Option(one.value, caller.t(_("The group {name}"), name=one.label)) for one in [*groups, *filters]),
        Option(EVERYBODY, caller.t(_("All contacts"))),
    ]


def senders(caller: Caller, _form: Any) -> list[Option]:
    with caller.reading() as session:
        return [Option(str(one.id), one.address) for one in mailboxes_for(session, by=caller.collaborator)]


def modes(caller: Caller, _form: Any) -> list[Option]:
    return [Option(mode.value, caller.t(name), caller.t(says)) for mode, (name, says) in MODE_NAMES.items()]


def _chooses(form: MailingForm) -> bool:
    audience = form.draft(MailingForm.audience)
    return audience is None or audience.value == CHOSEN


def _writes(form: MailingForm, language: str) -> bool:
    return any(one.value == language for one in form.languages)


def _fields(caller: Caller, _form: Any) -> str:
    names = " ".join(f"{{{{ {name} }}}}" for name in FIELDS)
    return caller.t(_("Filled in for each recipient: {fields}"), fields=names)


class MailingForm(Form, id="mailing", title=_("Mailing"), submit=_("Prepare")):
    name = Text(_("Name"), hint=_("For yourself: recipients do not see it"))
    audience = Choice(_("To whom"), among=audiences).reacting()
    recipients = MultiSearch(_("Recipients"), find=find_people, most=100).only_if(_chooses)
    sender = Choice(_("From"), among=senders)
    topic = Choice(_("Topic"), among=lambda caller, _form: lines_of(caller, MailingTopic)).optional()
    mode = Radio(_("How"), among=modes)
    delay = Number(_("Seconds between two mails"), least=0, most=86_400)
    languages = Checks(_("Written in"), among=languages).reacting()
    fields_there = Says(_fields)
    subject_en = Text(_("Subject in English"), max_length=250).only_if(lambda form: _writes(form, "en"))
    body_en = Text(_("Text in English"), max_length=3000, lines=True).only_if(lambda form: _writes(form, "en"))
    subject_fr = Text(_("Subject in French"), max_length=250).only_if(lambda form: _writes(form, "fr"))
    body_fr = Text(_("Text in French"), max_length=3000, lines=True).only_if(lambda form: _writes(form, "fr"))
    subject_nl = Text(_("Subject in Dutch"), max_length=250).only_if(lambda form: _writes(form, "nl"))
    body_nl = Text(_("Text in Dutch"), max_length=3000, lines=True).only_if(lambda form: _writes(form, "nl"))

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """Subject and text by language, the first for whoever speaks another one."""
        chosen = [one.value for one in self.languages]
        return {code: (self.values[f"subject_{code}"], self.values[f"body_{code}"]) for code in chosen}


def blank_form(caller: Caller) -> MailingForm:
    form = MailingForm()
    own = senders(caller, form)
    if not own:
        raise BookError(_("You have no mailbox in Rapport yet. Ask an administrator to bind yours."))
    form.audience, form.sender = audiences(caller, form)[0], own[0]
    form.mode, form.delay = modes(caller, form)[0], 10
    form.languages = tuple(one for one in languages(caller) if one.value == caller.t.language)
    return form


def save(session: Session, caller: Caller, form: MailingForm) -> Saved:
    if not form.languages:
        raise BookError(_("Write a text in at least one language."), field="languages")
    if form.mode.value == MailingMode.DIRECT and not caller.office.settings.web.public_url:
        said = _(
            "Without a public address of Rapport nobody could unsubscribe by web: use drafts, or set web.public_url."
        )
        raise BookError(said, field="mode")
    try:
        mailing = prepare_mailing(
            session,
            by=caller.collaborator,
            name=form.name,
            topic_id=form.topic.id if form.topic else None,
            mailbox_id=form.sender.id,
            mode=MailingMode(form.mode.value),
            delay_s=form.delay,
            texts=form.texts,
            contact_ids=_recipients(session, caller, form),
            now=caller.office.now(),
        )
    except BookError as error:
        raise BookError(error.text, field=_field_of(form, error.field), **error.values) from error
    text = caller.t(_("{name} is ready. Nothing is sent before you press Start."), name=mailing.name)
    return Saved(text, [section(plain(text)), *mailing_card(session, caller, mailing)])


def _field_of(form: MailingForm, field: str | None) -> str | None:
    """A problem of a text stands at the first language's; the book does not know the form."""
    named = {"subject": "subject", "body": "body"}
    if field in named:
        return f"{field}_{form.languages[0].value}"
    return {"recipients": "recipients" if _chooses(form) else "audience", "texts": "languages", "delay_s": "delay"}.get(
        field or "", field
    )


def _recipients(session: Session, caller: Caller, form: MailingForm) -> Sequence[int]:
    value, by, on = form.audience.value, caller.collaborator, caller.today
    if value == CHOSEN:
        return [one.id for one in form.recipients or ()]
    what, _colon, line_id = value.partition(":")
    if what == "filter":
        return contacts_found(session, caller, int(line_id))
    return contacts_in_place(
        session,
        asked_by=by,
        on=on,
        kind_id=int(line_id) if what == "kind" else None,
        grouping_ids=[int(line_id)] if what == "group" else (),
        only_own_files=value == OWN,
    )


def open_new_mailing(interaction: Interaction) -> None:
    open_form(interaction, blank_form)


def open_mailings(interaction: Interaction) -> None:
    """The latest mailings, and the way to a new one."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = mailing_blocks(session, caller)
    interaction.say(caller.t(_("Mailings")), blocks)


def mailing_blocks(session: Session, caller: Caller) -> list[Json]:
    t = caller.t
    found = list_mailings(session, asked_by=caller.collaborator, limit=LISTED)
    rows = [
        section(
            plain(unstyled(mailing_line(session, caller, one))),
            accessory=button(t(_("Open")), "mailing/open", str(one.id)),
        )
        for one in found
    ]
    empty = context(plain(t(_("A mailing sends one mail to many, one by one, from your own mailbox."))))
    ways = [button(t(_("+ New mailing")), "mailing/new", style="primary")]
    if caller.collaborator.is_admin:
        ways.append(button(t(_("Addresses that get no mailings")), "suppression/list"))
    return [*(rows or [empty]), actions(*ways)]


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("mailing", "mailings"), "fr": ("publipostage", "publipostages"), "nl": ("mailing", "mailings")},
            "",
            _("Write a mail to many, and follow those under way"),
            lambda interaction, _rest: open_mailings(interaction),
            least=Role.REP,
        )
    )
    serve_form(slack, Serving(MailingForm, save=save, chosen=lambda _caller, _form, _changed: None))
    slack.action("mailing/new", open_new_mailing)
    slack.action("mailing/list", open_mailings)


assert set(LANGUAGES) == {"en", "fr", "nl"}, "the form writes a subject and a text for each language"
