"""Calls of the Web API that must fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def error_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    return str(refusal(call, *args, **kwargs)["error"])
