"""Progress of long work: a bar on a terminal, a plain line a stage in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from geozones.cli.messages import spoken_language
from geozones.i18n import translate

OnStage = Callable[[str, int, int], None]


@contextmanager
def show_stages(*, quiet: bool) -> Iterator[OnStage]:
    """Give a function to call at the start of each stage with its name, its number and how many there are."""
    if quiet:
        yield lambda _name, _number, _count: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)

            def move(name: str, number: int, count: int) -> None:
                bar.update(task, description=translate(name, spoken_language()), completed=number - 1, total=count)

            yield move
    else:

        def write_line(name: str, number: int, count: int) -> None:
            print(f"[{number}/{count}] {translate(name, spoken_language())}", file=sys.stderr, flush=True)

        yield write_line
