"""Downloading a document: a signed link that expires, and whose bearer must still be allowed to see it."""

from __future__ import annotations

from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from bot.office import Office
from store.base import NotFound
from store.collaborators import Collaborator
from store.documents import document_link

LIVES_S = 15 * 60
SAFE_INLINE = {"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain"}


def _signer(office: Office) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(office.settings.web.secret, salt="document")


def document_url(office: Office, link_id: int, collaborator: Collaborator) -> str:
    """For this collaborator, for a quarter of an hour; "" without a public address."""
    base = office.settings.web.public_url.rstrip("/")
    return f"{base}/documents/{_signer(office).dumps([link_id, collaborator.id])}" if base else ""


def download(office: Office, request: Request) -> Response:
    """The file, never rendered inside this origin unless its type is harmless."""
    try:
        link_id, collaborator_id = _signer(office).loads(request.path_params["token"], max_age=LIVES_S)
    except (BadSignature, ValueError, TypeError):
        return PlainTextResponse("This link has expired. Ask for the document again in Slack.", status_code=404)
    with office.book.reading() as session:
        collaborator = session.get(Collaborator, collaborator_id)
        try:
            link = document_link(session, link_id, asked_by=collaborator) if collaborator else None
        except NotFound:
            link = None
        if link is None:
            return PlainTextResponse("This document is no longer there for you.", status_code=404)
        name, kind, path = link.name, link.document.media_type, office.shelf.path_of(link.document)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    media_type = kind if kind in SAFE_INLINE else "application/octet-stream"
    return FileResponse(path, media_type=media_type, headers=headers)
