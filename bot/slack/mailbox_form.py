"""Binding a mailbox to a collaborator: an administrator's to do, and tried before it is saved."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice, Search
from bot.slack.fields import Field, MailText, Option
from bot.slack.finding import colleague, find_colleagues
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from integrations.mail.errors import MailboxRefused, MailProblem
from store.access import require_admin
from store.base import BookError
from store.collaborators import Collaborator
from store.mailboxes import bind_mailbox


def mail_servers(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(name, name) for name in caller.office.settings.mail]


class MailboxForm(Form, id="mailbox", title=_("Mailbox"), submit=_("Bind")):
    collaborator = Search(_("Collaborator"), find=find_colleagues).reacting()
    address = MailText(_("E-mail"))
    server = Choice(_("Mail server"), among=mail_servers, hint=_("From the settings"))


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
    serve_form(slack, Serving(MailboxForm, save=save_mailbox, chosen=propose_address, check=check_mailbox))
    slack.action("mailbox/new", open_mailbox_form)
