"""Mail servers and the mailboxes that are bound to collaborators."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.findings import Finding, fine, problem, warning
from bot.office import Office
from integrations.mail.errors import MailProblem
from integrations.mail.server import is_exchange_online
from store.base import BookBusy
from store.mailboxes import Mailbox, active_mailboxes
from store.upgrading import OtherTables, is_current


def examine_mail(office: Office) -> Iterator[Finding]:
    for name, section in office.settings.mail.items():
        if section.provider == "ews" and is_exchange_online(section.endpoint):
            yield problem(
                f"Mail server {name}",
                "EWS is being switched off in Exchange Online: most tenants are blocked already, all on 1 April 2027",
                "Mailboxes in the cloud need Microsoft Graph; keep EWS for Exchange on premises.",
            )
    mailboxes = _bound(office)
    if not mailboxes:
        mend = "Run: rapport mailbox bind ADDRESS. Until then nothing is filed, no invitation and no mailing leaves."
        yield warning("Mailboxes", "none is bound to a collaborator", mend)
    for mailbox in mailboxes:
        yield _examine(office, mailbox)


def _bound(office: Office) -> list[Mailbox]:
    """What the database's own findings already said is not said again."""
    try:
        if not is_current(office.settings.database.full_url):
            return []
        with office.book.reading() as session:
            return list(active_mailboxes(session))
    except (BookBusy, OtherTables):
        return []


def _examine(office: Office, mailbox: Mailbox) -> Finding:
    subject = f"Mailbox {mailbox.address}"
    if mailbox.server not in office.settings.mail:
        mend = f"Add the section [mail.{mailbox.server}], or bind the mailbox to another server."
        return problem(subject, f"the settings have no mail server {mailbox.server}", mend)
    try:
        office.mailbox(mailbox.server, mailbox.address).check()
    except MailProblem as error:
        mend = f"Check endpoint, login and rights in [mail.{mailbox.server}]."
        return problem(subject, f"does not open ({type(error).__name__}: {error})", mend)
    return fine(subject, "opens")
