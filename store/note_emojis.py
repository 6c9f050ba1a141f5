"""Which emoji, put on a message, makes it a note: the office's own list."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from store.base import Row
from store.domain import Listed


class NoteEmoji(Listed, Row):
    """`emoji` is a Slack short name ("memo"); the labels say what the note is for."""

    __tablename__ = "note_emoji"

    emoji: Mapped[str]
