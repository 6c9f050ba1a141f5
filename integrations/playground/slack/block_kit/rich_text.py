"""Rich text: docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from __future__ import annotations

from integrations.playground.slack.block_kit.composition import ID, URL
from integrations.playground.slack.block_kit.rules import Rule, boolean, by_type, items, one_of, shape, string, whole

STYLES = shape({}, dict.fromkeys(("bold", "italic", "strike", "underline", "code", "highlight"), boolean))
STYLED: dict[str, Rule] = {"style": STYLES}
PIECES: dict[str, Rule] = {
    "text": shape({"type": one_of("text"), "text": string(3000, 1)}, STYLED),
    "link": shape({"type": one_of("link"), "url": URL}, {**STYLED, "text": string(3000), "unsafe": boolean}),
    "emoji": shape({"type": one_of("emoji"), "name": string(100, 1)}, {**STYLED, "unicode": string(100)}),
    "user": shape({"type": one_of("user"), "user_id": ID}, STYLED),
    "channel": shape({"type": one_of("channel"), "channel_id": ID}, STYLED),
    "usergroup": shape({"type": one_of("usergroup"), "usergroup_id": ID}, STYLED),
    "broadcast": shape({"type": one_of("broadcast"), "range": one_of("here", "channel", "everyone")}, STYLED),
    "color": shape({"type": one_of("color"), "value": string(7, 7, "#[0-9a-fA-F]{6}")}, {}),
    "date": shape(
        {"type": one_of("date"), "timestamp": whole(0, 10**10 - 1), "format": string(200, 1)},
        {**STYLED, "url": URL, "fallback": string(200)},
    ),
}
PIECE_LIST = items(by_type(PIECES), 1000, 0)
BORDER: dict[str, Rule] = {"border": whole(0, 1)}
SECTION = shape({"type": one_of("rich_text_section"), "elements": PIECE_LIST}, {})
RICH_TEXT = shape(
    {
        "type": one_of("rich_text"),
        "elements": items(
            by_type(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": shape(
                        {
                            "type": one_of("rich_text_list"),
                            "style": one_of("bullet", "ordered"),
                            "elements": items(SECTION, 1000),
                        },
                        {**BORDER, "indent": whole(0, 8), "offset": whole(0, 10**6)},
                    ),
                    "rich_text_preformatted": shape(
                        {"type": one_of("rich_text_preformatted"), "elements": PIECE_LIST},
                        {**BORDER, "language": string(50)},
                    ),
                    "rich_text_quote": shape({"type": one_of("rich_text_quote"), "elements": PIECE_LIST}, BORDER),
                }
            ),
            100,
        ),
    },
    {"block_id": ID},
)
