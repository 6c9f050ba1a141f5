"""What an erasure does about the documents in other programs that actions are linked to."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from store.actions import Action

_BETWEEN_WORDS = re.compile(r"[-_.+/]+")


def clear_telling_url(action: Action, sought: re.Pattern[str] | None) -> None:
    """Takes the address away whole when it tells what is `sought`, as a name or as addresses write names.

    With another word in it, it would lead elsewhere, and be asked there.
    """
    plain = unquote_plus(action.linked_url)
    written = (action.linked_url, plain, _BETWEEN_WORDS.sub(" ", plain))
    if sought is not None and any(map(sought.search, written)):
        action.linked_url, action.linked_address_id = "", None
