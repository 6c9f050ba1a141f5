"""Slack's documented limits on blocks, views, messages and options answers, as data and as checks."""

from integrations.playground.slack.block_kit.surfaces import (
    ONE_TABLE,
    blocks_problems,
    elements_of,
    options_problems,
    view_problems,
)

__all__ = ["ONE_TABLE", "blocks_problems", "elements_of", "options_problems", "view_problems"]
