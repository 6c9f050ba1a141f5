"""The browser for stories, and a demo to tell them in."""

from collections.abc import Iterator

import pytest
from browser import chromium, new_page
from demo_process import Demo, running_demo

__all__ = ["chromium", "demo", "new_page"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo"), "--port", "0") as demo:
        yield demo
