"""What stands on a Slack screen: the texts, fields and buttons of a view or message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
PICKED = {"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time"}
NAMED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}


class NotOnScreen(AssertionError):
    """What was looked for is not there; the text says what is."""


def text_of(surface: Json) -> str:
    """Every text in a view or message, one a line."""
    texts: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            texts.extend(value for key, value in part.items() if key == "text" and isinstance(value, str))
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk({key: surface.get(key) for key in ("title", "text", "blocks", "attachments", "submit", "close")})
    return "\n".join(texts)


def elements_in_blocks(surface: Json) -> Iterator[tuple[Json, Json]]:
    """Each button, menu and input of a view or message, with its block."""
    attached = [block for one in surface.get("attachments") or [] for block in one.get("blocks") or []]
    for block in [*surface["blocks"], *attached]:
        held = [
            block.get("element"),
            block.get("accessory"),
            *(block.get("elements") or []),
            *(block.get("actions") or []),
        ]
        for element in held:
            if element and "action_id" in element:
                yield block, element


def in_view(view: Json) -> Json:
    return {"type": "view", "view_id": view["id"]}


def block_name(block: Json) -> str:
    return str(block["block_id"]).partition("~")[0]


def input_block(view: Json, name: str) -> Json:
    for block in view["blocks"]:
        if block["type"] == "input" and name in {block_name(block), block["block_id"]}:
            return dict(block)
    raise NotOnScreen(f"no field {name}; there is {[block_name(b) for b in view['blocks'] if b['type'] == 'input']}")


def input_state(view: Json, block: Json) -> Json:
    return dict(view["state"]["values"][block["block_id"]][block["element"]["action_id"]])


def shown_value(state: Json) -> Any:
    value = next((held for key, held in state.items() if key != "type"), None)
    if isinstance(value, list):
        return [label_of(entry) for entry in value]
    return label_of(value)


def label_of(value: Any) -> Any:
    """The text of an option, the name of a file; what is neither as it is."""
    if isinstance(value, dict) and "text" in value:
        return value["text"]["text"]
    return value["name"] if isinstance(value, dict) and "name" in value else value


def offered_options(holder: Json) -> list[Json]:
    grouped = [option for group in holder.get("option_groups") or [] for option in group["options"]]
    return [*(holder.get("options") or []), *grouped]


def entered(kind: str, value: Any) -> Json | None:
    """The state of an element in which one types, or picks a date or somebody; None for one that offers options."""
    if kind in TYPED:
        return {"value": None if value is None else str(value)}
    if kind in PICKED:
        return {PICKED[kind]: value}
    name = NAMED.get(kind.removeprefix("multi_"))
    if name is None:
        return None
    return {f"{name}s": value or []} if kind.startswith("multi_") else {name: value}
