"""Passports of plots and zones as PDF, from layers to files: the seconds of `geozones passport --all`.

The demonstration with as many zones as give the plots asked for, into a folder of its own; then all passports on
all cores, and a few on one core. Limit: 1,000 passports in 60 s, the reading of the region not counted.

    python bench/bench_sheets.py [--passports 1000]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sections import write_quote, write_section

from geozones import pipeline
from geozones.config import load_config
from geozones.demonstration import make_demonstration
from geozones.maps import PageContent
from geozones.maps.passports import issue_all

LIMIT_S, FULL, PLOTS_A_ZONE, ALONE = 60.0, 1_000, 24, 60


def read_region(folder: Path, passports: int) -> PageContent:
    """Make a region with at least so many plots and zones, and read it."""
    layers = folder / "layers"
    layers.mkdir(parents=True)
    for name, text in make_demonstration(zones=-(-passports // PLOTS_A_ZONE)).as_files().items():
        (layers / name).write_text(text, encoding="utf-8")
    return pipeline.read_content(load_config(layers / "geozones.toml", environ={}))


def main() -> int:
    """Measure, write the results; exit 1 where the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passports", type=int, default=FULL)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        content = read_region(Path(name), arguments.passports)
        reading = time.perf_counter() - start
        start, sizes = time.perf_counter(), []
        for place, made in islice(issue_all(content, language="ru"), arguments.passports):
            file = Path(name) / place
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(made)
            sizes.append(len(made))
        together = time.perf_counter() - start
        start = time.perf_counter()
        few = len(list(islice(issue_all(replace(content, language="kk"), language="kk", processes=1), ALONE)))
        alone = (time.perf_counter() - start) / few * arguments.passports
    lines = [
        f"From checked tables to PDF files, {os.cpu_count()} cores; the region was read in {reading:.0f} s.",
        "",
        "| way | passports | seconds | KB each |",
        "| --- | --- | --- | --- |",
        f"| all cores | {len(sizes):,} | {together:.1f} (limit {LIMIT_S * arguments.passports / FULL:.0f}) | "
        f"{sum(sizes) / len(sizes) / 1e3:.0f} |",
        f"| one core, from {few} | {arguments.passports:,} | {alone:.1f} | |",
    ]  # fmt: skip
    write_section(Path(__file__).parent / "RESULTS.md", "Results", "Passports of plots and zones", lines)
    if arguments.passports == FULL:
        readme = Path(__file__).parent.parent / "README.md"
        write_quote(readme, "passports", f"{len(sizes):,} passports as PDF in {together:.0f} s")
    print("\n".join(lines))
    return 0 if together <= LIMIT_S * arguments.passports / FULL else 1


if __name__ == "__main__":
    sys.exit(main())
