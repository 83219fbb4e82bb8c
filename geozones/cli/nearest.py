"""`geozones nearest PLOTS --lines NAME=FILE[:LAYER] … -o OUT`: the nearest line of each network for every plot."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geozones.cli.options import LanguageOption, QuietOption

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

PLOT_KEY, LINE_KEY = "plot_id", "line_id"


def nearest(
    plots: Annotated[Path, typer.Argument(metavar="PLOTS", help="File of plots; FILE:LAYER for one layer.")],
    lines: Annotated[
        list[str],
        typer.Option("--lines", metavar="NAME=FILE[:LAYER]", help="Lines or points of a network; give it again."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="File to write; its ending says how.")],
    plot_key: Annotated[str, typer.Option("--plot-key", help="Column that names the plots.")] = PLOT_KEY,
    line_key: Annotated[str, typer.Option("--line-key", help="Column that names the lines.")] = LINE_KEY,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write the plots with the nearest line of each network: its id, metres on the ground, and the two points."""
    from geozones.cli.messages import say, speak
    from geozones.i18n import N_

    speak(lang)
    sources = _parse_lines(lines)
    _require_writable(out)
    from geozones.layers import write_layer
    from geozones.layers.whole import read_whole
    from geozones.proximity import find_nearest_anywhere

    path, layer = _split_layer(str(plots))
    table = read_whole(path, layer=layer)
    _require_column(table, plot_key, default=PLOT_KEY, file=path, option="--plot-key")
    networks = {}
    for name, (file, of_layer) in sources.items():
        networks[name] = read_whole(file, layer=of_layer)
        _require_column(networks[name], line_key, default=LINE_KEY, file=file, option="--line-key")
    with _show_progress(list(networks), len(table), quiet=quiet) as on_done:
        found = find_nearest_anywhere(table, networks, line_key=line_key, on_done=on_done)
    write_layer(_join(table, found, file=path), out)
    if not quiet:
        say(N_("{n} plots measured to {networks}: {file}"), n=len(table), networks=", ".join(found), file=out)


def _parse_lines(lines: list[str]) -> dict[str, tuple[Path, str | None]]:
    """Read the values of `--lines`; the name of a network is the stem of its file where none is given."""
    from geozones.errors import UsageError
    from geozones.i18n import N_

    sources: dict[str, tuple[Path, str | None]] = {}
    for value in lines:
        name, equals, rest = value.partition("=")
        if not equals or "/" in name or "\\" in name or Path(value).exists():
            name, rest = "", value
        if not rest:
            raise UsageError(N_("--lines: {value} names no file. Write NAME=FILE."), value=value)
        path, layer = _split_layer(rest)
        name = name or path.stem
        if name in sources:
            raise UsageError(
                N_("--lines: the name {name} is given twice. Write NAME=FILE with different names."), name=name
            )
        sources[name] = (path, layer)
    return sources


def _split_layer(text: str) -> tuple[Path, str | None]:
    """Split FILE:LAYER; a colon that belongs to the path (`C:\\…`, or a file that is there) stays in it."""
    file, colon, layer = text.rpartition(":")
    if not colon or not layer or Path(text).exists() or not Path(file).exists():
        return Path(text), None
    return Path(file), layer


def _require_writable(out: Path) -> None:
    from geozones.errors import UsageError
    from geozones.i18n import N_
    from geozones.layers import WRITABLE

    if out.suffix.lower() not in WRITABLE:
        raise UsageError(
            N_("{file}: files of this kind are not written. Allowed: {allowed}."),
            file=out.name,
            allowed=", ".join(WRITABLE),
        )
    if not out.resolve().parent.is_dir():
        raise UsageError(N_("--out: the folder {folder} is not there."), folder=out.parent)


def _require_column(table: GeoDataFrame, column: str, *, default: str, file: Path, option: str) -> None:
    from geozones.errors import UsageError
    from geozones.i18n import N_

    if column != default and column not in table.columns:
        raise UsageError(
            N_("{option}: {file} has no column {column}. Columns there: {names}."),
            option=option,
            file=file.name,
            column=column,
            names=", ".join(map(str, table.columns.drop(table.geometry.name))),
        )


def _join(table: GeoDataFrame, found: dict[str, pd.DataFrame], *, file: Path) -> GeoDataFrame:
    """Put the columns of every network behind those of the plots, the geometry last."""
    import pandas as pd

    from geozones.errors import UsageError
    from geozones.i18n import N_

    added = pd.concat([columns.add_prefix(f"{name}_") for name, columns in found.items()], axis=1)
    taken = [str(column) for column in added.columns if column in table.columns]
    if taken:
        raise UsageError(
            N_("{file} already has the columns {names}. Give the network another name: --lines NAME=FILE."),
            file=file.name,
            names=", ".join(taken),
        )
    shapes = table.geometry
    joined: GeoDataFrame = table.drop(columns=shapes.name).join(added).assign(**{str(shapes.name): shapes})
    return joined.set_geometry(shapes.name)


@contextmanager
def _show_progress(names: list[str], plots: int, *, quiet: bool) -> Iterator[Callable[[str, int], None]]:
    """Show how many plots are measured: a bar a network on a terminal, a line a network in a log."""
    from geozones.cli.messages import render
    from geozones.errors import Message
    from geozones.i18n import N_

    if quiet:
        yield lambda _name, _count: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            tasks = {name: bar.add_task(name, total=plots) for name in names}
            yield lambda name, count: bar.advance(tasks[name], count)
    else:
        left = dict.fromkeys(names, plots)

        def write_line(name: str, count: int) -> None:
            left[name] -= count
            if left[name] == 0:
                done = Message(N_("{name}: {n} plots measured"), {"name": name, "n": plots})
                print(render(done), file=sys.stderr, flush=True)

        yield write_line
