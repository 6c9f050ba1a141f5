"""The data_visualization block: docs.slack.dev/reference/block-kit/blocks/data-visualization-block."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.block_kit.composition import ID
from integrations.playground.slack.block_kit.rules import Problems, by_type, items, note, number, one_of, shape, string

MOST_SERIES = 6
MOST_POINTS = 20
POINT = shape({"label": string(20, 1), "value": number}, {})
SERIES = shape({"name": string(20, 1), "data": items(POINT, MOST_POINTS)}, {})
AXIS = shape({"categories": items(string(20, 1), MOST_POINTS)}, {"x_label": string(50), "y_label": string(50)})


def _more_than_nothing(value: Any, pointer: str, problems: Problems) -> None:
    for index, segment in enumerate(value["segments"]):
        if segment["value"] <= 0:
            note(problems, f"{pointer}/segments/{index}/value", "must be greater than 0")


def _series_agree(value: Any, pointer: str, problems: Problems) -> None:
    names = [one["name"] for one in value["series"]]
    if len(set(names)) != len(names):
        note(problems, f"{pointer}/series", "names must be unique")
    categories = value["axis_config"]["categories"]
    if len(set(categories)) != len(categories):
        note(problems, f"{pointer}/axis_config/categories", "must be unique")
    for index, one in enumerate(value["series"]):
        if sorted(point["label"] for point in one["data"]) != sorted(categories):
            note(problems, f"{pointer}/series/{index}/data", "must have one point for each category")


def _along_an_axis(kind: str) -> Any:
    required = {"type": one_of(kind), "series": items(SERIES, MOST_SERIES), "axis_config": AXIS}
    return shape(required, {}, _series_agree)


PIE = shape({"type": one_of("pie"), "segments": items(POINT, 6)}, {}, _more_than_nothing)
CHART = by_type({"pie": PIE, **{kind: _along_an_axis(kind) for kind in ("bar", "area", "line")}})
DATA_VISUALIZATION = shape(
    {"type": one_of("data_visualization"), "title": string(50, 1), "chart": CHART}, {"block_id": ID}
)
