"""A chart: as Slack's own block, and as a picture in a workspace whose Slack refuses that block."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.report_picture import draw_bars
from bot.slack.blocks import Json, escaped, plain
from bot.texts import Texts

CHART = "data_visualization"
POINTS_SHOWN = 12
LABEL_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Bars:
    """What a chart shows: a value by label, all in one unit (a currency, or what is counted)."""

    unit: str
    values: Sequence[tuple[str, Decimal | int]]


def chart_block(title: str, bars: Bars) -> Json:
    """https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block: short labels, each of its own."""
    points: dict[str, Decimal | int] = {}
    for label, value in bars.values:
        if len(points) < POINTS_SHOWN:
            points[_own_label(label, points)] = value
    data = [{"label": label, "value": float(value)} for label, value in points.items()]
    series = [{"name": plain(bars.unit, LABEL_LIMIT)["text"], "data": data}]
    chart = {"type": "bar", "series": series, "axis_config": {"categories": list(points), "y_label": bars.unit}}
    return {"type": CHART, "title": plain(title, 50)["text"], "chart": chart}


def _own_label(label: str, taken: Container[str]) -> str:
    """Cut to what a chart has room for, with a number behind it where another is cut to the same."""
    short: str = plain(label, LABEL_LIMIT)["text"]
    if short not in taken:
        return short
    numbered = (f"{plain(label, LABEL_LIMIT - len(tail))['text']}{tail}" for tail in map(" {}".format, count(2)))
    return next(one for one in numbered if one not in taken)


def is_refused(error: SlackApiError, blocks: Sequence[Json]) -> bool:
    """Whether it may be the chart that this Slack does not know; it says no more than that the blocks are wrong."""
    return error.response.get("error") == "invalid_blocks" and any(block["type"] == CHART for block in blocks)


def without_charts(blocks: Sequence[Json]) -> list[Json]:
    return [block for block in blocks if block["type"] != CHART]


def post_pictures(client: WebClient, channel: str, blocks: Sequence[Json], t: Texts) -> None:
    """Of every chart among the blocks. Raises SlackApiError."""
    for block in blocks:
        if block["type"] != CHART:
            continue
        (series,) = block["chart"]["series"]
        said = [(one["label"], one["value"], _written(one["value"], t)) for one in series["data"]]
        title = f"{block['title']} — {series['name']}"
        picture = draw_bars(title, said)
        client.files_upload_v2(
            channel=channel, content=picture, filename="chart.png", title=title, initial_comment=escaped(title)
        )  # fmt: skip


def _written(value: float, t: Texts) -> str:
    return t.number(int(value) if value == int(value) else Decimal(str(value)))
