"""What the small app shows: forms, messages, a Home view."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CARD = """*Visit · Brasserie Dupont* — <!date^1764162000^{date_short}, {time}|26 Nov>
With _Els Peeters_ (purchasing), <@U0BRAM> joins
• prices 2027
• `samples`, ~old leaflet~ and <https://example.com/a?b=1&amp;c=2|the offer>
&lt;script&gt;alert(1)&lt;/script&gt; :tada:"""
PLAN = """## Plan

1. **Call** Els
2. Send [the offer](https://example.com)

| a | b |
|---|---|
| 1 | <i>2</i> |"""


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, label: str | None = None) -> Json:
    return {"text": plain(label or value), "value": value}


def button(action_id: str, label: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": action_id, **more}


def field(name: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input", "block_id": name, "label": plain(label),
        "element": {"action_id": name.split("~", maxsplit=1)[0], **element}, **more,
    }  # fmt: skip


def text(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def action_form(*, representative: str = "", is_all_day: bool = True, note: str = "") -> Json:
    """Choosing the relation fills the representative (new block_id); unticking "all day" shows the hours."""
    ticked = {"initial_options": [option("all_day", "All day")]} if is_all_day else {}
    filled = {"initial_value": representative} if representative else {}
    hours = [field("starts", "From", {"type": "timepicker", "initial_time": "09:00"})]
    relation = {"type": "external_select", "min_query_length": 1, "placeholder": plain("Search a relation")}
    alert = [{"type": "alert", "block_id": "told", "level": "info", "text": plain(note)}] if note else []
    blocks = [
        *alert,
        field("relation", "Relation", relation, dispatch_action=True),
        field(f"representative~{len(representative)}", "Representative", text(**filled), optional=True),
        field("subject", "Subject", text(max_length=40), hint=plain("What the visit is about, in a few words")),
        field("on", "Date", {"type": "datepicker", "initial_date": "2026-11-26"}),
        field("all_day", "Hours", {"type": "checkboxes", "options": [option("all_day", "All day")], **ticked},
              optional=True, dispatch_action=True),
        *([] if is_all_day else hours),
    ]  # fmt: skip
    return {
        "type": "modal", "callback_id": "action", "title": plain("New action"), "submit": plain("Save"),
        "close": plain("Cancel"), "notify_on_close": True, "blocks": blocks,
    }  # fmt: skip


def every_field() -> Json:
    cafe = option("c", "Café de la Gare")
    groups = [
        {"label": plain("Clients"), "options": [option("a", "Brasserie Dupont"), option("b", "Brouwerij Het Anker")]},
        {"label": plain("Prospects"), "options": [cafe]},
    ]
    pair = [option("one", "One way"), option("two", "The other")]
    blocks = [
        {"type": "header", "text": plain("Every kind of field")},
        {"type": "context", "elements": [marked("Nothing here is *saved*.")]},
        field("line", "Line", text(placeholder=plain("A few words"), min_length=2)),
        field("lines", "Lines", text(multiline=True, max_length=120), optional=True, hint=plain("As many as you like")),
        field("grouped", "Grouped", {"type": "static_select", "option_groups": groups, "initial_option": cafe}),
        field("several", "Several", {"type": "multi_external_select", "min_query_length": 2}),
        field("people", "People", {"type": "multi_users_select", "initial_users": ["U0CLAIRE"]}),
        field("channel", "Channel", {"type": "channels_select"}, optional=True),
        field("talk", "Conversation", {"type": "conversations_select"}, optional=True),
        field("day", "Day", {"type": "datepicker"}),
        field("hour", "Hour", {"type": "timepicker"}),
        field("moment", "Moment", {"type": "datetimepicker", "initial_date_time": 1782900000}),
        field("boxes", "Boxes", {"type": "checkboxes", "options": pair}, optional=True),
        field("radio", "Radio", {"type": "radio_buttons", "options": pair, "initial_option": pair[0]}),
        field("mail", "Mail", {"type": "email_text_input"}),
        field("site", "Site", {"type": "url_text_input"}, optional=True),
        field("amount", "Amount", {"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}),
        field("rich", "Rich", {"type": "rich_text_input"}, optional=True),
        field("files", "Files", {"type": "file_input", "max_files": 2}, optional=True),
        {"type": "section", "block_id": "more", "text": marked("More *choices*"),
         "accessory": {"type": "overflow", "action_id": "overflow", "options": pair}},
        {"type": "actions", "block_id": "row", "elements": [button("again", "On top", style="primary")]},
    ]  # fmt: skip
    return {
        "type": "modal",
        "callback_id": "every",
        "title": plain("Every field"),
        "submit": plain("Save"),
        "blocks": blocks,
    }


def typing_form() -> Json:
    """Fields that tell the app while they are typed in."""
    each = {"trigger_actions_on": ["on_character_entered"]}
    blocks = [
        field("entered", "Entered", text(), dispatch_action=True, optional=True),
        field("each", "Each", text(dispatch_action_config=each), dispatch_action=True, optional=True),
        field("day", "Day", {"type": "datepicker"}, dispatch_action=True, optional=True),
    ]
    return {"type": "modal", "callback_id": "slow", "title": plain("Typing"), "submit": plain("Save"), "blocks": blocks}


def card_blocks() -> list[Json]:
    confirm = {
        "title": plain("Cancel the visit?"),
        "text": plain("Els gets a mail."),
        "confirm": plain("Cancel it"),
        "deny": plain("Keep it"),
        "style": "danger",
    }
    more = {"type": "overflow", "action_id": "more", "options": [option("edit", "Edit"), option("delete", "Delete")]}
    return [
        {"type": "section", "block_id": "card", "text": marked(CARD), "accessory": more},
        {"type": "context", "block_id": "about", "elements": [marked("Rue du Moulin 12, Tournai")]},
        {"type": "actions", "block_id": "do", "elements": [
            button("complete", "Complete", style="primary"), button("move", "Move"),
            button("cancel", "Cancel", style="danger", confirm=confirm)]},
    ]  # fmt: skip


def table_rows(*rows: tuple[str, ...]) -> list[list[Json]]:
    return [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]


def rich_blocks() -> list[Json]:
    """What is seldom used, one of each."""
    bold = {"type": "text", "text": "bold", "style": {"bold": True}}
    listed = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "in a list with "}, {"type": "user", "user_id": "U0BRAM"}],
            }
        ],
    }
    rich = [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "rich "}, bold, {"type": "emoji", "name": "wave"}],
        },
        listed,
    ]
    rows = table_rows(("Relation", "Total"), ("Brasserie Dupont", "12 400"), ("Orval", "30"))
    return [
        {"type": "header", "text": plain("Week 48")},
        {"type": "rich_text", "block_id": "rich", "elements": rich},
        {"type": "markdown", "block_id": "md", "text": PLAN},
        {"type": "table", "rows": rows, "column_settings": [{"align": "left"}, {"align": "right"}]},
    ]  # fmt: skip


def home_view() -> Json:
    return {"type": "home", "blocks": [
        {"type": "header", "text": plain("Thursday 26 November")},
        {"type": "section", "text": marked("*Brasserie Dupont*, 14:00–15:00"), "accessory": button("open", "Open")},
        {"type": "divider"},
        {"type": "section", "fields": [marked("*Priority*\nA"), marked("*Status*\nclient since 2025")]},
        {"type": "image", "image_url": "http://127.0.0.1:9/none.png", "alt_text": "A map of Tournai"},
    ]}  # fmt: skip
