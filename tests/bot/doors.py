"""Every door of the Slack app, tried by one person with ids that their screen never showed.

What is registered is found by itself: a new button, search, command or shortcut is tried without being listed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from slack_bolt import App
from sqlalchemy.orm import Session

from bot.office import Office
from bot.slack.app import every_subject
from bot.slack.choices import MultiSearch, Search
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.forms import Form, all_fields
from bot.slack.interaction import Interaction
from store.base import BookBusy, BookError

Json = dict[str, Any]
TEAM = "T0OFFICE"


@dataclass
class Recorder:
    """In Slack's place: keeps whatever is sent, and answers that all is well; messages that it shows say `text`."""

    sent: list[Any] = field(default_factory=list)
    text: str = ""

    def __getattr__(self, method: str) -> Callable[..., Json]:
        if method.startswith("_"):
            raise AttributeError(method)

        def call(**what: Any) -> Json:
            self.sent.append({method: what})
            user = {"id": "U", "profile": {"email": ""}, "locale": "en-GB", "tz": "Europe/Brussels"}
            return {
                "ok": True,
                "team_id": TEAM,
                "view": {"id": "V1", "hash": "h"},
                "channel": {"id": "D1"} if method.startswith("conversations") else "D1",
                "ts": "1.0",
                "user": user,
                "message": {"text": self.text, "ts": "1.0"},
                "permalink": "",
            }

        return call


class Answer:
    """What a request was acknowledged with."""

    def __init__(self, sent: list[Any]) -> None:
        self.sent, self.response = sent, None

    def __call__(self, *said: Any, **more: Any) -> None:
        self.response = self.response or object()
        self.sent.append({"ack": [*said, more]})


class Doors:
    """`ids` are the rows that are asked for, whatever kind of row a door takes; `typed` what is searched for."""

    def __init__(self, office: Office, *, ids: Mapping[str, int], typed: str) -> None:
        self.office, self.ids, self.typed = office, ids, typed
        self.listening = every_subject()
        self.by_kind: dict[Callable[..., Any], dict[str, Any]] = self.listening._by_kind

    def names(self) -> list[tuple[str, str]]:
        """(kind of request, id) of every door: ("action", "relation/show"), ("command", "/crm relation") …"""
        subcommands = [name for one in self.listening.subcommands for names in one.names.values() for name in names[:1]]
        found = [
            (kind.__name__, name)
            for kind in (App.action, App.options, App.command, App.shortcut, App.event)
            for name in sorted(self.by_kind[kind])
        ]
        return [*found, *dict.fromkeys(("command", f"/crm {name}") for name in subcommands)]

    def tries(self, user_id: str, kind: str, name: str) -> Iterator[str]:
        """All that the person is sent for each way of trying this door, as one text each."""
        tried = []  # rows of different kinds have the same ids
        for request in getattr(self, f"_{kind}")(name):
            if request not in tried:
                tried.append(request)
                yield self._answer(user_id, kind, name, *request)

    def _answer(self, user_id: str, kind: str, name: str, body: Json, payload: Json) -> str:
        client = Recorder(text=self.typed)
        office = replace(self.office, slack=client)  # type: ignore[arg-type]
        user = {"id": user_id, "team_id": TEAM}
        who = {"user_id": user_id, "user": user} if kind != "event" else {}
        body = {"team_id": TEAM, "team": {"id": TEAM}, "trigger_id": "t", **who, **body}
        if kind == "event":
            body["event"] = {**body["event"], "user": user_id}
        doorkeeper = Doorkeeper(office, client)  # type: ignore[arg-type]
        interaction = Interaction(doorkeeper, Answer(client.sent), body, client, payload)  # type: ignore[arg-type]
        listener = self.by_kind[getattr(App, kind)][name.partition(" ")[0]]
        try:
            listener(interaction)
        except (BookError, BookBusy) as error:
            interaction.refuse(error)
        except Exception:  # noqa: BLE001 (as at the Slack edge: an id of another kind of row is an apology)
            client.sent.append("an apology")
        return json.dumps(client.sent, ensure_ascii=False, default=str)

    # What is sent to each kind of door

    def _action(self, name: str) -> Iterator[tuple[Json, Json]]:
        if (kind := self._form_of(name)) is not None:
            for view in self._views(kind):
                yield {"type": "block_actions", "view": view}, {"action_id": name, "action_ts": "1.0"}
            return
        for value in self._values(name):
            payload = {"action_id": name, "value": value, "selected_option": {"value": value}, "action_ts": "1.0"}
            yield {"type": "block_actions"}, payload

    def _options(self, name: str) -> Iterator[tuple[Json, Json]]:
        kind = self._form_of(name)
        assert kind is not None, "every search stands in a form"
        for typed in ("", self.typed):
            for view in self._views(kind):
                yield {"type": "block_suggestion", "view": view}, {"action_id": name, "value": typed}

    def _command(self, name: str) -> Iterator[tuple[Json, Json]]:
        command, _space, word = name.partition(" ")
        for rest in ("", self.typed, f"{self.typed} {self.typed}"):
            yield {"command": command, "text": f"{word} {rest}".strip()}, {}

    def _shortcut(self, name: str) -> Iterator[tuple[Json, Json]]:
        message = {"text": self.typed, "ts": "1.0", "user": "U"}
        yield {"type": "shortcut", "callback_id": name, "message": message}, {"callback_id": name}

    def _event(self, name: str) -> Iterator[tuple[Json, Json]]:
        for number, text in enumerate((self.typed, f"relation {self.typed}")):
            reacted = {"reaction": "memo", "item": {"type": "message", "channel": "D1", "ts": "1.0"}}
            event = {"type": name, "text": text, "channel_type": "im", "tab": "home", "ts": "1.0", **reacted}
            yield {"type": "event_callback", "event_id": f"E{number}", "event": event}, event

    def _values(self, name: str) -> Iterator[str]:
        # As a button carries it, as a line of a menu does ("edit:7"), and as one that leads on ("relation:7:999").
        lines = [one.removeprefix(f"{name}/") for one in self.by_kind[App.action] if one.startswith(f"{name}/")]
        for what, row_id in self.ids.items():
            yield str(row_id)
            yield from (f"{line}:{row_id}" for line in [*lines, name.rpartition("/")[2]])
            yield f"{what}:{row_id}:999999999"

    def _form_of(self, name: str) -> type[Form] | None:
        serving = self.listening.servings.get(name.partition("/")[0])
        fields = {one.action_id for one in all_fields(serving.kind)} if serving else set()
        return serving.kind if serving and name in fields else None

    def _views(self, kind: type[Form]) -> Iterator[Json]:
        """The form as if it were about each of the rows, and as if each were chosen in all of its searches."""
        relation, contact = self.ids["relation"], self.ids["contact"]
        for row_id in self.ids.values():
            for value in (str(row_id), f"{relation}.{contact}"):
                chosen = {"text": {"type": "plain_text", "text": "x"}, "value": value}
                values = {}
                for one in all_fields(kind):
                    block = f"{one.inside}0.{one.name}" if one.inside else one.name
                    if isinstance(one, Search):
                        values[block] = {one.action_id: {"type": "external_select", "selected_option": chosen}}
                    elif isinstance(one, MultiSearch):
                        several = {"type": "multi_external_select", "selected_options": [chosen]}
                        values[block] = {one.action_id: several}
                about = {"record": row_id, "owner": row_id, "relation": row_id, "relation_id": row_id, "name": "x"}
                kept = json.dumps({"about": about})
                yield {
                    "id": "V1",
                    "hash": "h",
                    "type": "modal",
                    "callback_id": kind.id,
                    "private_metadata": kept,
                    "blocks": [],
                    "state": {"values": values},
                }


def keep_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is written is taken back: one door tried leaves the book as it was for the next."""
    book = office.book

    @contextmanager
    def writing(*, actor_id: int | None = None, door: str = "job") -> Iterator[Session]:
        with book.writers() as session:
            session.info.update(now=book.now, actor_id=actor_id, door=door)
            session.connection()
            yield session
            session.flush()
            session.expunge_all()  # what is shown of them afterwards is what was written
            session.rollback()

    monkeypatch.setattr(book, "writing", writing)
