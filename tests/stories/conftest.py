"""A demo to tell stories in."""

from collections.abc import Iterator

import pytest
from demo_process import Demo, running_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo"), "--port", "0") as demo:
        yield demo
