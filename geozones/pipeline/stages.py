"""The stages of a build: their names and words, their seconds and counts, and why each did what it did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from geozones.errors import Message
from geozones.i18n import N_

OnStage = Callable[[str, int, int], None]
OnDone = Callable[[str, float, Mapping[str, int]], None]

STAGES = {
    "read": N_("Reading the layers"),
    "check": N_("Checking the tables"),
    "inbox": N_("Taking in what came for the ledger"),
    "analyse": N_("Measuring distances and deriving states"),
    "pages": N_("Drawing the pages"),
    "data": N_("Writing registers and tables"),
    "publish": N_("Publishing"),
}
"""Stages of a build by name, in order, with the words that a person reads."""


class Stopwatch:
    """Names each stage as it starts, and keeps how long it took and what it counted."""

    def __init__(self, on_stage: OnStage | None, on_done: OnDone | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self.reasons: list[tuple[str, Message]] = []
        self._on_stage = on_stage
        self._on_done = on_done

    def explain(self, stage: str, template: str, /, **params: object) -> None:
        """Say why a stage did what it did, for `--explain`."""
        self.reasons.append((stage, Message(template, dict(params))))

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, int]]:
        if self._on_stage is not None:
            self._on_stage(STAGES[name], list(STAGES).index(name) + 1, len(STAGES))
        started = time.perf_counter()
        counts: dict[str, int] = {}
        yield counts
        self.seconds[name] = round(time.perf_counter() - started, 3)
        if self._on_done is not None:
            self._on_done(name, self.seconds[name], counts)
