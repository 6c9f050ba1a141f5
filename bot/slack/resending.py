"""A modal shown again as it was sent, with all that was typed and a sentence above: needs nothing of the book."""

from __future__ import annotations

from bot.slack.blocks import Json

ALERT = "alert"
ALERT_LIMIT = 200
PARTS = ("type", "callback_id", "private_metadata", "notify_on_close", "title", "submit", "close")

# type of element -> (what was typed, in the state; what it begins with, in the element)
TYPED = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
}


def with_alert(view: Json, sentence: str, *, metadata: str = "") -> Json:
    """`view` is as Slack reported it, state and all; `metadata` replaces its private_metadata."""
    values = view["state"]["values"]
    blocks = [_as_typed(block, values) for block in view["blocks"] if block.get("block_id") != ALERT]
    kept = {part: view[part] for part in PARTS if view.get(part) is not None}
    return above({**kept, **({"private_metadata": metadata} if metadata else {}), "blocks": blocks}, sentence)


def above(view: Json, sentence: str) -> Json:
    """A view with `sentence` before its blocks."""
    text = {"type": "plain_text", "text": sentence[:ALERT_LIMIT], "emoji": False}
    alert = {"type": "alert", "block_id": ALERT, "level": "warning", "text": text}
    return {**view, "blocks": [alert, *view["blocks"]]}


def _as_typed(block: Json, values: Json) -> Json:
    if block["type"] != "input" or block["element"]["type"] not in TYPED:
        return block
    element = block["element"]
    held, begins = TYPED[element["type"]]
    typed = values.get(block["block_id"], {}).get(element["action_id"], {}).get(held)
    start = {begins: typed} if typed else {}
    return {**block, "element": {**{key: value for key, value in element.items() if key != begins}, **start}}
