"""Somebody at a Slack screen: what every end-to-end test types, chooses, presses and reads.

It speaks the page's own API and keeps to what a screen would let a person do: it fills the fields that it sees, chooses
options by their label, presses buttons by their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from slack_screen import (
    Json,
    NotOnScreen,
    block_name,
    elements_in_blocks,
    entered,
    in_view,
    input_block,
    input_state,
    offered_options,
    shown_value,
    text_of,
)
from slack_visitor import SlackVisitor

MORE = ("More…", "Plus…", "Meer…")


class SlackPerson(SlackVisitor):
    """Reads and writes like any visitor, and uses the app: its commands, shortcuts, forms, buttons and Home tab."""

    # What they see

    @property
    def views(self) -> list[Json]:
        """Open modals, root first."""
        return list(self._get("views"))

    @property
    def view(self) -> Json:
        """The modal on top. Raises NotOnScreen."""
        views = self.views
        if not views:
            last = [message["text"] for message in self.messages()[-3:]]
            raise NotOnScreen(f"no modal is open; problems: {self.problems}; last messages: {last}")
        return views[-1]

    def waits_for_view(self, title: str | None = None, *, containing: str = "") -> Json:
        """The modal on top, once it has this title and text."""

        def found() -> Json | None:
            top = (self.views or [None])[-1]
            fits = top and title in {None, top["title"]["text"]} and containing in text_of(top)
            return top if fits else None

        return self._waits(
            found, lambda: f"modal {title!r} {containing!r}; on screen: {[text_of(v) for v in self.views]}"
        )

    def waits_until_closed(self) -> None:
        self._waits(
            lambda: not self.views or None, lambda: f"modals are still open: {[text_of(v) for v in self.views]}"
        )

    def home(self) -> Json:
        """The Home tab's view. Raises NotOnScreen when nothing was published."""
        view = self._get("home")["view"]
        if view is None:
            raise NotOnScreen("the Home tab is empty")
        return dict(view)

    def waits_for_home(self, containing: str = "") -> Json:
        def found() -> Json | None:
            view = self._get("home")["view"]
            return view if view and containing in text_of(view) else None

        return self._waits(found, lambda: f"{containing!r} on the Home tab: {self._get('home')}")

    def fields(self) -> dict[str, Any]:
        """What the modal on top holds: block name -> what was typed, or the labels that were chosen."""
        view = self.view
        return {
            block_name(block): shown_value(input_state(view, block))
            for block in view["blocks"]
            if block["type"] == "input"
        }

    # What they do

    def uses_shortcut(self, name: str, message: Json | None = None, channel: str | None = None) -> str | None:
        """By its name or callback_id; on a message when one is given."""
        known = [s for s in self.bootstrap()["shortcuts"] if name in {s["name"], s["callback_id"]}]
        if not known:
            raise NotOnScreen(f"there is no shortcut {name}")
        on = {"channel": self.channel_id(channel or self.channel), "message_ts": message["ts"]} if message else {}
        return self._problem(self._post("shortcut", callback_id=known[0]["callback_id"], **on))

    def opens_home(self) -> None:
        self._post("home")

    def fills(self, **values: Any) -> None:
        """Fields by block name (`place` for block `place~2`), one after the other.

        Text for what is typed, a label or a list of labels for what is chosen, True or False for one checkbox,
        "2026-11-26" and "14:00" for dates and hours, None to empty. A field that reacts tells the app at once. In a
        search, (typed, label) chooses a label that is not what was typed. Files are a list of (name, bytes).
        """
        for name, value in values.items():
            self._fill(name, value)

    def presses(self, button: str, *, message: Json | None = None, on_home: bool = False) -> str | None:
        """A button by its text or action_id: in the modal on top if one is open, else in the newest message with it."""
        return self._acts(button, "button", {}, message=message, on_home=on_home)

    def chooses(self, option: str, *, message: Json | None = None, on_home: bool = False) -> str | None:
        """An entry of a ⋮ menu by its text or value, also one of those behind "More…"."""
        try:
            return self._acts(option, "overflow", None, message=message, on_home=on_home)
        except NotOnScreen:
            if not (more := self._more(message, on_home)):
                raise
            problem = self._acts(more, "overflow", None, message=message, on_home=on_home)
            return problem or self.presses(option, message=self.waits_for_message(option))

    def _more(self, message: Json | None, on_home: bool) -> str:
        """The line of the newest ⋮ menu that leads to further ones; "" without."""
        menus = (
            element["options"]
            for _container, surface in self._surfaces(message, on_home)
            for _block, element in elements_in_blocks(surface)
            if element["type"] == "overflow"
        )
        labels = (option["text"]["text"] for option in next(menus, ()))
        return next((label for label in labels if label in MORE), "")

    def picks(self, action_id: str, value: Any, *, message: Json | None = None, on_home: bool = False) -> str | None:
        """A menu, date or tick outside an input block, by its action_id: values as for `fills`."""
        container, block, element = self._find(lambda e: e["action_id"] == action_id, action_id, message, on_home)
        return self._act(container, block, element, self._entered(container, block, element, value))

    def submits(self) -> dict[str, str] | str | None:
        """None when accepted, errors by block name, or Slack's sentence when the app failed."""
        answer = self._post("submit", view_id=self.view["id"])
        if answer.get("errors"):
            return {block.partition("~")[0]: text for block, text in answer["errors"].items()}
        return self._problem(answer)

    def closes(self, *, everything: bool = False) -> None:
        self._post("close", view_id=self.view["id"], is_cleared=everything)

    def searches(self, name: str, typed: str) -> list[str]:
        """The labels that a search field of the modal on top offers for these letters."""
        view = self.view
        block = input_block(view, name)
        return [o["text"]["text"] for o in self._options(in_view(view), block, block["element"], typed)]

    # How

    def _fill(self, name: str, value: Any) -> None:
        """Again where the form was drawn anew under the hand, as a person would."""
        for _try in range(3):
            view = self.view
            try:
                return self._fill_in(view, name, value)
            except NotOnScreen:
                if self.view["hash"] == view["hash"]:
                    raise
        return self._fill_in(self.view, name, value)

    def _fill_in(self, view: Json, name: str, value: Any) -> None:
        block = input_block(view, name)
        element, container = block["element"], in_view(view)
        state = self._entered(container, block, element, value)
        if block.get("dispatch_action"):
            self._act(container, block, element, state)
        else:
            self._keeps(view, block, element, state)

    def _keeps(self, view: Json, block: Json, element: Json, state: Json) -> None:
        values = {block["block_id"]: {element["action_id"]: state}}
        self._post("state", container=in_view(view), state={"values": values})

    def _entered(self, container: Json, block: Json, element: Json, value: Any) -> Json:
        kind = element["type"]
        if kind == "file_input":
            files = [self._sends_file(name, content, {"channel": ""}) for name, content in value or []]
            return {"type": kind, "files": files}
        state = entered(kind, value)
        if state is None and (kind == "checkboxes" or kind.startswith("multi_")):
            state = {"selected_options": self._several(container, block, element, value)}
        elif state is None:
            state = {"selected_option": None if value is None else self._one(container, block, element, value)}
        return {"type": kind, **state}

    def _several(self, container: Json, block: Json, element: Json, value: Any) -> list[Json]:
        if isinstance(value, bool):
            if len(element["options"]) != 1:
                raise NotOnScreen(f"{element['action_id']} is not a single checkbox")
            return list(element["options"]) if value else []
        labels = [value] if isinstance(value, str) else value or []
        return [self._one(container, block, element, label) for label in labels]

    def _one(self, container: Json, block: Json, element: Json, label: str | tuple[str, str]) -> Json:
        typed, label = label if isinstance(label, tuple) else (label, label)
        is_search = "external_select" in element["type"]
        options = self._options(container, block, element, typed) if is_search else offered_options(element)
        for option in options:
            if label in {option["text"]["text"], option["value"]}:
                return option
        starts = [option for option in options if option["text"]["text"].startswith(label)]
        if len(starts) == 1:
            return starts[0]
        raise NotOnScreen(f"{label!r} is not offered; there is {[o['text']['text'] for o in options]}")

    def _options(self, container: Json, block: Json, element: Json, typed: str) -> list[Json]:
        ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
        answer = self._post("options", container=container, **ids, value=typed)
        if answer.get("error"):
            self.problems.append(answer["error"])
        return offered_options(answer)

    def _acts(self, wanted: str, kind: str, action: Json | None, *, message: Json | None, on_home: bool) -> str | None:
        def fits(element: Json) -> bool:
            if element["type"] != kind:
                return False
            if kind == "overflow":
                return any(wanted in {o["text"]["text"], o["value"]} for o in element["options"])
            return wanted in {element["text"]["text"], element["action_id"]}

        container, block, element = self._find(fits, wanted, message, on_home)
        if action is None:
            option = next(o for o in element["options"] if wanted in {o["text"]["text"], o["value"]})
            action = {"selected_option": option}
        return self._act(container, block, element, action)

    def _act(self, container: Json, block: Json, element: Json, action: Json) -> str | None:
        ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
        return self._problem(self._post("block-action", container=container, **ids, action=action))

    def _find(
        self, fits: Callable[[Json], bool], wanted: str, message: Json | None, on_home: bool
    ) -> tuple[Json, Json, Json]:
        seen: list[str] = []
        for container, surface in self._surfaces(message, on_home):
            for block, element in elements_in_blocks(surface):
                if fits(element):
                    return container, block, element
            seen.append(text_of(surface))
        raise NotOnScreen(f"{wanted!r} is not in {seen[:3]}")

    def _surfaces(self, message: Json | None, on_home: bool) -> Iterator[tuple[Json, Json]]:
        if on_home:
            yield {"type": "home"}, self.home()
            return
        views = self.views if message is None else []
        if views:
            yield in_view(views[-1]), views[-1]
            return
        channel = self.channel_id(self.channel)
        for shown in [message] if message else reversed(self.messages()):
            place = {"type": "message", "channel": channel, "message_ts": shown["ts"]}
            yield {**place, "is_ephemeral": shown["is_ephemeral"]}, shown
