"""Slack's documented limits on blocks, views, messages and options answers, as data and as checks."""

from integrations.playground.slack.block_kit.surfaces import (
    blocks_problems,
    elements_of,
    options_problems,
    view_problems,
)

__all__ = ["blocks_problems", "elements_of", "options_problems", "view_problems"]
