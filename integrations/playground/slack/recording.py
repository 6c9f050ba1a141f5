"""Keeps a copy of every accepted view, message and options answer as a JSON file, for readers outside."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from integrations.playground.slack.people import Json


class Recorder:
    """`RAPPORT_RECORD_BLOCKS` names the folder; the same content is written once."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def keep(self, kind: str, content: Json) -> None:
        """`kind` is "modal", "home", "message" or "options" and starts the file's name."""
        if self._folder is None:
            return
        text = json.dumps(content, ensure_ascii=False, indent=1)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        (self._folder / f"{kind}-{digest}.json").write_text(text, encoding="utf-8")
