"""A region of two zones that a test may change, damage and rebuild: small, so that a build takes little time."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class SmallRegion:
    """A folder with layers, settings, state and maps."""

    folder: Path

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.folder / "layers" / "geozones.toml"

    @property
    def out(self) -> Path:
        """The folder of the maps."""
        return self.folder / "maps_out"

    def layer(self, name: str) -> Path:
        """The file of a layer."""
        return self.folder / "layers" / f"{name}.geojson"

    def add_settings(self, text: str) -> None:
        """Put more settings at the end of the settings file."""
        self.config.write_text(self.config.read_text("utf-8") + "\n" + text + "\n", "utf-8")

    def edit(self, layer: str, change: Callable[[list[Any]], list[Any]]) -> None:
        """Change the features of a layer."""
        path = self.layer(layer)
        content = json.loads(path.read_text("utf-8"))
        content["features"] = change(content["features"])
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


@pytest.fixture(scope="session")
def _made_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from geozones.cli.app import run

    folder = tmp_path_factory.mktemp("small")
    assert run(["demo", str(folder / "layers"), "--zones", "2", "--quiet"]) == 0
    region = SmallRegion(folder)
    region.edit("proposals", lambda features: features[:1])
    return folder


@pytest.fixture
def small_region(_made_region: Path, tmp_path: Path) -> SmallRegion:
    """Give a region of two zones of a test's own."""
    folder = tmp_path / "region"
    shutil.copytree(_made_region, folder)
    return SmallRegion(folder)


@pytest.fixture(scope="session")
def _built_region(_made_region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from geozones import pipeline
    from geozones.config import load_config

    folder = tmp_path_factory.mktemp("built") / "region"
    shutil.copytree(_made_region, folder)
    pipeline.build(load_config(folder / "layers" / "geozones.toml", environ={}))
    return folder


@pytest.fixture
def built_region(_built_region: Path, tmp_path: Path) -> SmallRegion:
    """Give a region of two zones of a test's own, with ledger, cache and maps of its first build."""
    folder = tmp_path / "region"
    shutil.copytree(_built_region, folder, symlinks=True)
    return SmallRegion(folder)


@dataclass
class MailBox:
    """A mail server on this machine and the letters that it took."""

    port: int
    letters: list[Any]


@contextmanager
def serve_mail() -> Iterator[MailBox]:
    """Run a real SMTP server on a free port of this machine."""
    from email import message_from_bytes, policy

    from aiosmtpd.controller import Controller

    letters: list[Any] = []

    class Taker:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            letters.append(message_from_bytes(envelope.content, policy=policy.default))
            return "250 taken"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Taker(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield MailBox(port, letters)
    finally:
        controller.stop()


@pytest.fixture
def mail_box() -> Iterator[MailBox]:
    """Give a real mail server and what it has taken."""
    with serve_mail() as box:
        yield box
