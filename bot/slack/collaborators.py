"""The people of the office: administrators add them by their Slack account and bind their mailboxes."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, section
from bot.slack.choices import Choice, Person, Says, Search
from bot.slack.fields import Field, MailText, Option, Toggle
from bot.slack.finding import colleague, find_colleagues
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from integrations.mail.errors import MailboxRefused, MailProblem
from store.access import require_admin
from store.administration import deactivate_collaborator
from store.base import BookError
from store.collaborators import Collaborator, active_collaborators, add_collaborator
from store.mailboxes import bind_mailbox, mailbox_of


def mail_servers(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(name, name) for name in caller.office.settings.mail]


class CollaboratorForm(Form, id="collaborator", title=_("Collaborator"), submit=_("Add")):
    person = Person(_("Who, in Slack")).reacting()
    found = Says(lambda _caller, form: form.about.get("said", ""))
    is_admin = Toggle(_("Role"), _("Administrator: adds people and mailboxes"))


class MailboxForm(Form, id="mailbox", title=_("Mailbox"), submit=_("Bind")):
    collaborator = Search(_("Collaborator"), find=find_colleagues).reacting()
    address = MailText(_("E-mail"))
    server = Choice(_("Mail server"), among=mail_servers, hint=_("From the settings"))


def open_collaborators(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    require_admin(caller.collaborator)
    with caller.reading() as session:
        blocks = collaborator_blocks(session, caller)
    interaction.say(caller.t(_("Collaborators")), blocks)


def collaborator_blocks(session: Session, caller: Caller) -> list[Json]:
    t = caller.t
    blocks = []
    for one in active_collaborators(session):
        mailbox = mailbox_of(session, one.id)
        reached = mailbox.address if mailbox else t(_("no mailbox"))
        failing = f" ⚠ {t(_('not readable at the moment'))}" if mailbox and mailbox.failing_since else ""
        role = f" · {t(_('administrator'))}" if one.is_admin else ""
        leave = button(t(_("Has left")), "collaborator/leave", str(one.id))
        blocks.append(section(plain(f"{one.name}{role} — {reached}{failing}"), accessory=leave))
    add = button(t(_("+ Add a collaborator")), "collaborator/new", style="primary")
    return [*blocks, actions(add, button(t(_("+ Bind a mailbox")), "mailbox/new"))]


# Adding somebody


def look_up(caller: Caller, form: CollaboratorForm, _changed: Field[Any]) -> None:
    """What Slack knows of the chosen person; only what Slack says is kept, so nobody claims another's address."""
    chosen = form.draft(CollaboratorForm.person)
    form.about = {key: value for key, value in form.about.items() if key == "reply_to"}
    if not chosen:
        return
    try:
        user: Json = caller.office.slack.users_info(user=chosen, include_locale=True)["user"]
    except SlackApiError as error:
        raise BookError(_("Slack does not know this person."), field="person") from error
    mail = user.get("profile", {}).get("email") or ""
    if user.get("is_bot") or not mail:
        form.about["said"] = caller.t(_("Slack gives no e-mail address for this person, so they cannot be added."))
        return
    name = user.get("real_name") or user.get("name") or mail
    form.about |= {"mail": mail, "name": name, "locale": user.get("locale") or "", "zone": user.get("tz") or ""}
    form.about["said"] = f"{name} · {mail}"


def save_collaborator(session: Session, caller: Caller, form: CollaboratorForm) -> Saved:
    require_admin(caller.collaborator)
    about, office = form.about, caller.office.settings.office
    if not about.get("mail"):
        raise BookError(_("Slack gives no e-mail address for this person, so they cannot be added."), field="person")
    added = add_collaborator(
        session,
        name=about["name"],
        mail=about["mail"],
        now=caller.office.now(),
        is_admin=form.is_admin,
        locale=about.get("locale") or office.locale,
        zone=about.get("zone") or office.zone,
        slack_user_id=form.person,
    )
    text = caller.t(_("{name} can use Rapport now. Bind a mailbox, so that mails file themselves."), name=added.name)
    bind = button(caller.t(_("+ Bind a mailbox")), "mailbox/new", str(added.id), style="primary")
    return Saved(text, [section(plain(text)), actions(bind)])


def leave(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        gone = deactivate_collaborator(session, int(interaction.value), by=caller.collaborator)
        text = caller.t(_("{name} no longer has access. What they did stays."), name=gone.name)
        blocks = collaborator_blocks(session, caller)
    interaction.say(text, [section(plain(text)), *blocks], replace=True)


# Binding a mailbox


def open_mailbox_form(interaction: Interaction) -> None:
    def build(caller: Caller) -> MailboxForm:
        require_admin(caller.collaborator)
        servers = mail_servers(caller)
        if not servers:
            raise BookError(_("The settings name no mail server yet: add a [mail.…] section first."))
        form = MailboxForm()
        form.server = servers[0]
        if interaction.value:
            with caller.reading() as session:
                one = session.get_one(Collaborator, int(interaction.value))
            form.collaborator, form.address = colleague(one), one.mail
        return form

    open_form(interaction, build)


def propose_address(caller: Caller, form: MailboxForm, _changed: Field[Any]) -> None:
    chosen = form.draft(MailboxForm.collaborator)
    if chosen is not None:
        with caller.reading() as session:
            form.fill(MailboxForm.address, session.get_one(Collaborator, chosen.id).mail)


def check_mailbox(caller: Caller, form: MailboxForm) -> None:
    """Opens the mailbox before anything is saved: a wrong right shows now, not at night."""
    require_admin(caller.collaborator)
    try:
        caller.office.mailbox(form.server.value, form.address.strip().casefold()).check()
    except MailboxRefused as error:
        said = _("The mail server does not let Rapport into this mailbox. Check its rights and the address.")
        raise BookError(said, field="address") from error
    except MailProblem as error:
        raise BookError(_("The mail server does not answer. Try again in a few minutes."), field="server") from error


def save_mailbox(session: Session, caller: Caller, form: MailboxForm) -> Saved:
    mailbox = bind_mailbox(
        session,
        by=caller.collaborator,
        collaborator_id=form.collaborator.id,
        address=form.address,
        server=form.server.value,
        now=caller.office.now(),
    )
    text = caller.t(
        _("{address} is bound. From now on, mails with a document to people of the book file themselves."),
        address=mailbox.address,
    )
    return Saved(text)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(CollaboratorForm, save=save_collaborator, chosen=look_up))
    serve_form(slack, Serving(MailboxForm, save=save_mailbox, chosen=propose_address, check=check_mailbox))
    slack.action("collaborator/new", lambda interaction: open_form(interaction, _new_collaborator))
    slack.action("collaborator/leave", leave)
    slack.action("mailbox/new", open_mailbox_form)


def _new_collaborator(caller: Caller) -> CollaboratorForm:
    require_admin(caller.collaborator)
    return CollaboratorForm()
