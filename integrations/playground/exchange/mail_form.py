"""The submitted mail form: read from the request, saved as a draft or sent."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from integrations.playground.exchange.composing import Typed, mail_from, require_recipient
from integrations.playground.exchange.server import ExchangeServer
from integrations.playground.exchange.values import Attachment, Mail


@dataclass(frozen=True, slots=True)
class MailForm:
    """`draft` is the id of the draft being edited and `answers` of the mail being answered, "" without one.

    `kept` are the ids of the draft's attachments that stay.
    """

    typed: Typed
    draft: str
    answers: str
    kept: tuple[str, ...]


async def read_form(request: Request) -> MailForm:
    """The form from a multipart request, its files in memory."""
    async with request.form() as form:
        added = [await _file(upload) for upload in form.getlist("files") if isinstance(upload, UploadFile)]
        typed = Typed(
            to=_text(form, "to"),
            cc=_text(form, "cc"),
            subject=_text(form, "subject"),
            body=_text(form, "body"),
            sensitivity=_text(form, "sensitivity") or "Normal",
            added=[file for file in added if file.name],
        )
        kept = tuple(str(id_) for id_ in form.getlist("kept"))
        return MailForm(typed, _text(form, "draft"), _text(form, "answers"), kept)


def save(server: ExchangeServer, owner: str, form: MailForm) -> str:
    """Saves the draft; returns its id. Raises composing.FieldProblems and the server's errors."""
    return server.save_draft(owner, _mail(server, owner, form), form.draft)


def send(server: ExchangeServer, owner: str, form: MailForm) -> None:
    """Sends the mail; a draft that was not changed goes as it is. Raises what `save` does."""
    draft = _draft(server, owner, form)
    mail = _mail(server, owner, form)
    require_recipient(mail)
    if not form.draft:
        server.send(owner, mail)
    elif mail == draft:
        server.send_draft(owner, form.draft)
    else:
        server.send_draft(owner, server.save_draft(owner, mail, form.draft))


def _draft(server: ExchangeServer, owner: str, form: MailForm) -> Mail | None:
    return server.item(owner, form.draft).mail if form.draft else None


def _mail(server: ExchangeServer, owner: str, form: MailForm) -> Mail:
    draft = _draft(server, owner, form)
    answered = server.item(owner, form.answers).mail if form.answers else None
    kept = [server.attachment(owner, form.draft, id_) for id_ in form.kept]
    return mail_from(form.typed, kept=kept, draft=draft, answered=answered)


async def _file(upload: UploadFile) -> Attachment:
    content = await upload.read()
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    return Attachment(name, upload.content_type or "application/octet-stream", content, size=len(content))


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
