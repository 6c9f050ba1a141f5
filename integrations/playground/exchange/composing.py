"""What a person typed into the mail form, as a mail; and the form's contents for a draft or an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from email.utils import getaddresses

from inscriptis import get_text

from integrations.playground.exchange.values import Address, Attachment, Mail

SENSITIVITIES = ("Normal", "Personal", "Private", "Confidential")


class FieldProblems(Exception):
    """Fields that cannot be taken as they are; `fields` says why, by field name."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was submitted; `added` are the new files."""

    to: str
    cc: str
    subject: str
    body: str
    sensitivity: str
    added: Sequence[Attachment] = ()


def mail_from(
    typed: Typed, *, kept: Sequence[Attachment] = (), draft: Mail | None = None, answered: Mail | None = None
) -> Mail:
    """The mail to save or send: a changed copy of `draft`, else a new one, threaded under `answered`.

    Of a draft's attachments `kept` stay, and its HTML as long as its words were not touched. Raises FieldProblems.
    """
    to, cc = _addresses(typed.to), _addresses(typed.cc)
    problems = {name: _problem(found) for name, found in (("to", to), ("cc", cc)) if _problem(found)}
    if typed.sensitivity not in SENSITIVITIES:
        problems["sensitivity"] = "Choose one of the list."
    if problems:
        raise FieldProblems(problems)
    mail = draft or _threaded(answered)
    body = typed.body.replace("\r\n", "\n")
    if body != body_of(mail):
        mail = replace(mail, text=body, html="")
    return replace(
        mail,
        to=to,
        cc=cc,
        subject=" ".join(typed.subject.split()),
        sensitivity=typed.sensitivity,
        attachments=(*kept, *typed.added),
    )


def require_recipient(mail: Mail) -> None:
    """Raises FieldProblems for a mail that goes to nobody."""
    if not mail.recipients:
        raise FieldProblems({"to": "Say who this mail is for."})


def body_of(mail: Mail) -> str:
    """The words to read or edit: the plain text, else what the HTML says."""
    text = mail.text or (get_text(mail.html).strip() if mail.html else "")
    return text.replace("\r\n", "\n")


def written(addresses: Iterable[Address]) -> str:
    """Addresses as they stand in the form."""
    return ", ".join(f"{_phrase(found.name)} <{found.address}>" if found.name else found.address for found in addresses)


def _phrase(name: str) -> str:
    """A display name, in quotes where a comma or the like would end it (RFC 5322 3.2.5)."""
    if all(character.isalnum() or character in " '-" for character in name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _threaded(answered: Mail | None) -> Mail:
    """A new mail, in the conversation of the one it answers (RFC 5322 3.6.4)."""
    if answered is None or not answered.message_id:
        return Mail()
    references = f"{answered.references or answered.in_reply_to} {answered.message_id}".strip()
    return Mail(in_reply_to=answered.message_id, references=references)


def _addresses(typed: str) -> tuple[Address, ...]:
    pairs = getaddresses([typed.replace(";", ",").replace("\n", " ")]) if typed.strip() else []
    return tuple(Address(mail.strip(), name.strip()) for name, mail in pairs)


def _problem(addresses: tuple[Address, ...]) -> str:
    for found in addresses:
        before, _, domain = found.address.rpartition("@")
        if not before or not domain or " " in found.address:
            shown = found.address or found.name
            return (
                f"“{shown}” is no mail address." if shown else "No mail address."
            ) + " Separate several with commas."
    return ""
