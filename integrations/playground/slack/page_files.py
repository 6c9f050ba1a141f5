"""A file's bytes as an HTTP answer that no browser runs, whatever is in it."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from integrations.playground.slack.people import Json

SHOWN_IN_PLACE = {"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"}


def file_response(about: Json, content: bytes, *, is_attachment: bool) -> Response:
    """Pictures, PDF and plain text are shown by the browser unless `is_attachment`; everything else is saved."""
    in_place = about["mimetype"] in SHOWN_IN_PLACE and not is_attachment
    headers = {
        "content-disposition": f"{'inline' if in_place else 'attachment'}; filename*=UTF-8''{quote(about['name'])}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox",
        "cache-control": "private, no-cache",
    }
    return Response(content, media_type=about["mimetype"], headers=headers)
