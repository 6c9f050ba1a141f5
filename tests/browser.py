"""A real browser for tests: Debian's chromium, driven by Playwright. Fixtures to import in a conftest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; tests that ask for it are skipped where it is missing."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install it with `apt-get install chromium`")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Opens pages, each in a profile of its own. Takes Playwright's context options: `viewport`, `color_scheme`, …

    When the test ends, an error on any page's console or in its scripts fails it.
    """
    contexts = []
    mishaps: list[str] = []

    def new(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: mishaps.append(str(error)))
        page.on("console", lambda said: mishaps.append(said.text) if _is_mishap(said) else None)
        return page

    yield new
    for context in contexts:
        context.close()
    assert not mishaps, mishaps


def _is_mishap(said: Any) -> bool:
    # The browser itself reports answers such as 400 and pictures that cannot be loaded; the page shows those.
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def shot(page: Page, name: str) -> Path:
    """Keeps a screenshot as NAME.png in the folder RAPPORT_SCREENSHOTS, else in a temporary one."""
    folder = Path(os.environ.get("RAPPORT_SCREENSHOTS") or Path(tempfile.gettempdir()) / "rapport-screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path
