"""Forms that are being redrawn: a person may choose twice before the first redraw has reached Slack.

Then the second request still carries the view from before. Taken as it stands it would undo what the first one filled,
or be refused for its old hash; so what was drawn last is remembered, and a late request continues from there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from bot.slack.blocks import Json
from bot.slack.fields import Field
from bot.slack.forms import Form

F = TypeVar("F", bound=Form)
KEPT = 1000
"""How many views are remembered; one that was forgotten is believed as Slack reports it."""


@dataclass
class Turn:
    """One request at a time draws a view. `hash` is that of its last drawing, `older` those before it."""

    lock: Lock = field(default_factory=Lock)
    hash: str = ""
    older: set[str] = field(default_factory=set)
    drawn: Json = field(default_factory=dict)
    latest_act: str = ""

    def read(self, kind: type[F], view: Json, changed: Field[Any], *, acted_at: str) -> F:
        """The form as it is now, whichever drawing of it the request saw (`acted_at` is Slack's action_ts)."""
        is_late = acted_at < self.latest_act
        self.latest_act = max(acted_at, self.latest_act)
        if view["hash"] not in self.older:
            self.hash = view["hash"]
            return kind.read(view)
        form = kind(**self.drawn["about"])
        form.revisions = dict(self.drawn["revisions"])
        form.load(self.drawn["form"])
        form.take_current(view["state"]["values"], only=changed if is_late else None)
        return form

    def keep(self, form: Form, new_hash: str) -> None:
        """What was drawn, under the hash that Slack gave it ("": it was not, because the modal is gone)."""
        if not new_hash:
            return
        self.older.add(self.hash)
        self.hash = new_hash
        self.drawn = {"form": form.dump(), "about": dict(form.about), "revisions": dict(form.revisions)}


class OpenForms:
    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, Lock()
        self._turns: OrderedDict[str, Turn] = OrderedDict()

    @contextmanager
    def turn(self, view_id: str) -> Iterator[Turn]:
        """Waits for whoever is drawing this view."""
        with self._lock:
            turn = self._turns.setdefault(view_id, Turn())
            self._turns.move_to_end(view_id)
            while len(self._turns) > self._kept:
                self._turns.popitem(last=False)
        with turn.lock:
            yield turn
