"""A mail's HTML as a document that a sandboxed frame can show: nothing runs and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable

from integrations.playground.exchange.values import Attachment

# Enforced by the browser, whatever the HTML holds: scripts, frames, forms and remote pictures stay off.
_HEAD = """<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; \
base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><base target="_blank">
<style>:root{color-scheme:light}body{margin:0;padding:16px;font:15px/1.55 system-ui,sans-serif;color:#1d1f24;\
background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}</style>
"""


def document(html: str, inline: Iterable[Attachment]) -> str:
    """The document for a frame's `srcdoc`. Pictures that came with the mail (`cid:`, RFC 2392) are put inside it."""
    pictures = {picture.content_id: _data_url(picture) for picture in inline if _is_picture(picture)}
    return _HEAD + re.sub(r"cid:([^\"'\s>)]+)", lambda found: pictures.get(found[1], found[0]), html)


def _is_picture(attachment: Attachment) -> bool:
    return bool(attachment.content_id) and attachment.media_type.startswith("image/")


def _data_url(picture: Attachment) -> str:
    return f"data:{picture.media_type};base64,{b64encode(picture.content).decode()}"
