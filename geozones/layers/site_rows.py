"""Outlines of proposed sites → the table of sites: ids, names, forms, and which of them cannot be screened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geozones.checks import check_layer, no_issues
from geozones.checks.values import conform_columns
from geozones.config import Provenance, RegionConfig
from geozones.crs import measure_area_m2, parse_crs
from geozones.errors import Message
from geozones.i18n import N_
from geozones.layers.layer import Layer
from geozones.screening import Form, read_form
from geozones.tables import CONTRACTS, NEED_COLUMNS

AREA_HA = (0.1, 20_000.0)
MOST_CORNERS = 100_000
_USUAL_NAMES = {
    "site_id": ("site_id", "id", "fid", "код"),
    "name_ru": ("name_ru", "name", "название", "наименование", "имя", "участок", "title", "атауы"),
    "name_kk": ("name_kk", "name_kz", "атауы"),
    "name_en": ("name_en",),
    "district_code": ("district_code", "kato", "като"),
    "kind": ("kind", "вид", "түрі"),
}
_KINDS = {"regional": "regional", "региональная": "regional", "өңірлік": "regional", "private": "private",
          "частная": "private", "жеке": "private"}  # fmt: skip


@dataclass(frozen=True)
class ReadSites:
    """Sites that were read: a table in the working CRS, their forms, what was refused, what is worth saying.

    `table` has the columns of the proposals contract, then `need_…`, `accuracy_m` (of the corners), `crs` (as
    read) and `crs_assumed` (the sender did not name it).
    """

    table: gpd.GeoDataFrame
    forms: dict[str, Form | None] = field(default_factory=dict)
    refused: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Outlines:
    """Outlines as they came: their cells, shapes and coordinate system."""

    cells: pd.DataFrame
    shapes: Any
    crs: Any
    accuracy_m: float = 0.0
    crs_assumed: bool = False
    notes: tuple[Message, ...] = ()


def check_outlines(
    parts: list[Outlines], region: RegionConfig, area_ha: tuple[float, float], name: str
) -> ReadSites:
    """Check outlines as the layer of proposals is checked, and give them ids, names and forms."""
    tables: list[gpd.GeoDataFrame] = []
    forms: dict[str, Form | None] = {}
    refused: list[Message] = []
    notes = [note for part in parts for note in part.notes]
    taken: set[str] = set()
    for part in parts:
        mapped, part_forms = _describe(part.cells, name, taken)
        contract = CONTRACTS["proposals"]
        table, _ = conform_columns(mapped, contract, layer=name or "sites")
        table = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(part.shapes, index=table.index, crs=part.crs))
        empty = gpd.GeoDataFrame({"rule": pd.Series(dtype="str")}, geometry=gpd.GeoSeries([], crs=part.crs))
        layer = Layer(
            "sites",
            "proposals",
            contract,
            table,
            Provenance(precision="exact"),
            len(table),
            no_issues(part.crs),
            empty,
            "",
            None,
            part.accuracy_m,
        )
        checked = check_layer(layer, region=region)
        good, bad = _sort(checked, table, area_ha)
        refused += bad
        kept = checked.table.loc[good].copy()
        for column in NEED_COLUMNS.values():
            kept[column] = [
                getattr(part_forms[site], "needs", {}).get(_NETWORK_OF[column], np.nan) for site in kept["site_id"]
            ]
        kept["accuracy_m"], kept["crs"] = part.accuracy_m, part.crs.name
        kept["crs_assumed"] = part.crs_assumed
        tables.append(kept)
        forms |= {site: part_forms[site] for site in kept["site_id"]}
    joined = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0].reset_index(drop=True)
    refused = [
        Message(N_("{file}: {problem}"), {"file": name, "problem": problem}) if name else problem
        for problem in refused
    ]
    return ReadSites(
        gpd.GeoDataFrame(joined, geometry="geometry", crs=parse_crs(region.crs)),
        forms,
        tuple(refused),
        tuple(notes),
    )


_NETWORK_OF = {column: network for network, column in NEED_COLUMNS.items()}


def _describe(cells: pd.DataFrame, name: str, taken: set[str]) -> tuple[pd.DataFrame, dict[str, Form | None]]:
    """Find id, names, district, kind and form of every outline under the names that people give such columns."""
    folded = {str(column).strip().casefold(): column for column in cells.columns}
    mapped = pd.DataFrame(index=cells.index, dtype=object)
    for column, usual in _USUAL_NAMES.items():
        source = next((folded[word] for word in usual if word in folded), None)
        mapped[column] = None if source is None else cells[source].astype(object)
    stem = Path(name).stem if name else "site"
    titles = [_text(value) or stem for value in mapped["name_ru"]]
    mapped["name_ru"] = titles
    if "site_id" not in folded:
        mapped["site_id"] = None
    mapped["site_id"] = [
        _free_id(_text(value) or title, taken) for value, title in zip(mapped["site_id"], titles, strict=True)
    ]
    mapped["kind"] = [_KINDS.get(_text(value).casefold()) for value in mapped["kind"]]
    forms = {
        str(site): read_form(_form_of(row))
        for site, row in zip(mapped["site_id"], cells.to_dict("records"), strict=True)
    }
    return mapped, forms


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _free_id(wanted: str, taken: set[str]) -> str:
    """Return an id that no other site of this file has."""
    base = " ".join(wanted.split())[:80]
    found, number = base, 2
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    taken.add(found)
    return found


def _form_of(row: Mapping[Any, Any]) -> Any:
    """Find the form of a feature: a column `form` with JSON, or the parts as columns of their own."""
    form = row.get("form")
    if isinstance(form, str):
        try:
            form = json.loads(form)
        except ValueError:
            form = None
    return form if isinstance(form, Mapping) else dict(row)


def _sort(checked: Any, before: Any, area_ha: tuple[float, float]) -> tuple[Any, list[Message]]:
    """Tell the outlines that can be screened from those that cannot, each with its reason."""
    refused = []
    said: set[int] = set()
    for row, rule, message, action in zip(
        checked.issues["row"],
        checked.issues["rule"],
        checked.issues["message"],
        checked.issues["action"],
        strict=True,
    ):
        if action == "quarantined" and row not in said:
            said.add(row)
            crossing = find_crossing(before.geometry.loc[row]) if rule == "geometry_invalid" else None
            refused.append(_of_site(before, row, crossing or message))
    table = checked.table
    shapes = np.asarray(table.geometry.array, dtype=object)
    hectares = measure_area_m2(shapes, table.crs) / 10_000.0
    outside = set(checked.issues.loc[checked.issues["rule"] == "outside_region", "row"])
    good = []
    for place, row in enumerate(table.index):
        reason = _why_refused(hectares[place], shapes[place], area_ha, is_outside=row in outside)
        if reason is None:
            good.append(row)
        else:
            refused.append(_of_site(before, row, reason))
    return good, refused


def _of_site(table: Any, row: Any, problem: Message) -> Message:
    return Message(N_("Site {site}: {problem}"), {"site": table["site_id"].loc[row], "problem": problem})


def _why_refused(hectares: float, shape: Any, area_ha: tuple[float, float], *, is_outside: bool) -> Message | None:
    if is_outside:
        lon_lat = N_(
            "it lies outside the region. Check the order of the axes, the zone and the coordinate system."
        )
        return Message(lon_lat)
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        return Message(N_("it has more than {most} corners. Simplify the outline."), {"most": MOST_CORNERS})
    if hectares < area_ha[0]:
        return Message(
            N_("it measures {area} m², less than {least} ha. Are these metres, or degrees with too few decimals?"),
            {"area": f"{hectares * 10_000:.4g}", "least": area_ha[0]},
        )
    if hectares > area_ha[1]:
        return Message(
            N_("it measures {area} ha, more than {most} ha. Check the corners and their order."),
            {"area": f"{hectares:.0f}", "most": f"{area_ha[1]:.0f}"},
        )
    return None


def find_crossing(shape: Any) -> Message | None:
    """Find two sides of an outline that cross, and name them by the numbers of their corners; None where none
    do."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    for polygon in polygons:
        points = shapely.get_coordinates(polygon.exterior)
        sides: Any = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
        first, second = shapely.STRtree(sides).query(sides, predicate="intersects")
        count = len(sides)
        apart = (second - first > 1) & ~((first == 0) & (second == count - 1))
        if apart.any():
            one, other = int(first[apart][0]), int(second[apart][0])
            return Message(
                N_("the outline crosses itself: side {a}–{b} and side {c}–{d}. Check the order of the corners."),
                {"a": one + 1, "b": (one + 1) % count + 1, "c": other + 1, "d": (other + 1) % count + 1},
            )
    return None
