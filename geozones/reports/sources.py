"""Where the layers of a run come from, and what is said about a file as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geozones.i18n import LANGUAGES
from geozones.reports.columns import METADATA_FILE, SOURCES_FILE
from geozones.reports.content import Edition
from geozones.reports.words import write_notice
from geozones.tables import LayerSource


def list_sources(sources: Mapping[str, LayerSource]) -> pd.DataFrame:
    """List the layers of a region in the order of their keys: columns of `SOURCES_FILE`."""
    rows = [_source_row(sources[key]) for key in sorted(sources)]
    return pd.DataFrame(rows, columns=list(SOURCES_FILE.column_names))


def _source_row(source: LayerSource) -> dict[str, object]:
    stated = source.provenance
    return {
        "layer": source.key,
        "role": source.role,
        "rows": source.rows,
        "file": source.name,
        "source": stated.source or None,
        "date": stated.date,
        "precision": stated.precision,
        "accuracy_m": stated.accuracy_m,
        "coverage": _name_coverage(stated.coverage),
    }


def _name_coverage(coverage: str | tuple[str, ...] | None) -> str | None:
    """Name a coverage without the folder of the machine that a polygon file lies in."""
    if isinstance(coverage, tuple):
        return " ".join(coverage)
    return Path(coverage).name if coverage else None


def list_metadata(edition: Edition, *, region: str = "", crs: str = "") -> pd.DataFrame:
    """List what holds for a whole file: region, CRS, day, and the notice of a demonstration in all languages."""
    facts = {"region": region, "crs": crs, "as_of": edition.as_of.isoformat()}
    if edition.demonstration:
        facts |= {f"demonstration_{language}": write_notice(language) for language in LANGUAGES}
    rows = [{"name": name, "value": value} for name, value in facts.items() if value]
    return pd.DataFrame(rows, columns=list(METADATA_FILE.column_names))
