"""A demo to tell stories in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_process import Demo, running_demo


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running_demo(tmp_path, "--port", "0") as demo:
        yield demo
