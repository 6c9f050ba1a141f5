"""Downloading a document: a signed link that expires, and whose bearer must still be allowed to see it."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.document_links import read_token
from bot.office import Office
from bot.texts import _
from bot.web.pages import dead_link
from store.base import NotFound
from store.collaborators import Collaborator
from store.documents import document_link

SAFE_INLINE = {"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain"}


def download(office: Office, request: Request) -> Response:
    """The file, never rendered inside this origin unless its type is harmless."""
    t = office.texts("")
    token = read_token(office, request.path_params["token"])
    if token is None:
        return dead_link(office, t, t(_("It has expired. Ask for the document again in Slack.")))
    link_id, collaborator_id = token
    with office.book.reading() as session:
        collaborator = session.get(Collaborator, collaborator_id)
        try:
            is_here = collaborator is not None and collaborator.is_active
            link = document_link(session, link_id, asked_by=collaborator) if collaborator and is_here else None
        except NotFound:
            link = None
        if link is None:
            return dead_link(office, t, t(_("The document is no longer there, or not for you.")))
        name, kind, path = link.name, link.document.media_type, office.shelf.path_of(link.document)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    media_type = kind if kind in SAFE_INLINE else "application/octet-stream"
    return FileResponse(path, media_type=media_type, headers=headers)
