"""How much of a request's body is taken in: nobody who may send a request has a reason to send much."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST_BODY: Final = 1_000_000
"""Bytes; what Slack sends of the largest view is a quarter of that."""
_TOO_LARGE: Final = 413


async def read_body(request: Request) -> bytes:
    """The whole body; `request.body()` and `request.form()` give the same afterwards.

    Raises HTTPException (413) as soon as it is too large, by what it says or by what has come.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > LARGEST_BODY:
        raise HTTPException(_TOO_LARGE)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise HTTPException(_TOO_LARGE)
    request._body = bytes(body)  # where starlette itself keeps it once it was read
    return request._body
