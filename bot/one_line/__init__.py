"""One sentence in French, Dutch or English, read as an action: "bezoek Acme morgen 14u met Els: prijzen 2027".

Pure: what the book knows comes in as `Lookups`. `read_line` says what was understood, what may be meant in several ways
(which is asked, never guessed) and keeps every other word as subject or points.
"""

from bot.one_line.line import Line, Lookups, Named, Question, Reading
from bot.one_line.questions import About, Asked, read_question
from bot.one_line.reading import get_ready, read_line

__all__ = [
    "About",
    "Asked",
    "Line",
    "Lookups",
    "Named",
    "Question",
    "Reading",
    "get_ready",
    "read_line",
    "read_question",
]
