"""A real Chromium that can reach nothing: what a page asks for outside, or breaks, fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import urlsplit

import pytest
from missing_parts import require_system_part

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = "--disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
DESKTOP = (1366, 768)


@dataclass
class OfflinePage:
    """One page, and what it did wrong; `errors` and `outside` have to be empty when a test ends."""

    page: Any
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, file: Path, fragment: str = "") -> Any:
        """Open a file as a double click does, and give the page."""
        self.page.goto(file.resolve().as_uri() + fragment)
        return self.page

    def note_request(self, address: str) -> None:
        """Keep an address that is not a file of this machine."""
        parts = urlsplit(address)
        if parts.scheme not in ("file", "data", "blob", "about") or (parts.scheme == "file" and parts.netloc):
            self.outside.append(address)

    def note_console(self, message: Any) -> None:
        """Keep what the page complains about."""
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


OpenOffline = Callable[..., OfflinePage]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Find the browser of this machine."""
    found = next((path for name in BROWSERS if (path := which(name))), None)
    return require_system_part(found, "Chromium", "chromium")


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Any]:
    """Start one browser for all tests of a worker."""
    from playwright.sync_api import sync_playwright

    arguments = QUIET.split()
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def offline_page(browser: Any) -> Iterator[OpenOffline]:
    """Give a function that makes a page with the network cut: `offline_page((390, 844), **of_context)`."""
    opened: list[OfflinePage] = []
    contexts: list[Any] = []

    def make(viewport: tuple[int, int] = DESKTOP, **of_context: Any) -> OfflinePage:
        size = {"width": viewport[0], "height": viewport[1]}
        context = browser.new_context(viewport=size, offline=True, **of_context)
        contexts.append(context)
        made = OfflinePage(context.new_page())
        context.on("request", lambda request: made.note_request(request.url))
        context.on("weberror", lambda error: made.errors.append(str(error.error)))
        context.on("console", made.note_console)
        opened.append(made)
        return made

    yield make
    for context in contexts:
        context.close()
    assert [page.outside for page in opened if page.outside] == []
    assert [page.errors for page in opened if page.errors] == []
