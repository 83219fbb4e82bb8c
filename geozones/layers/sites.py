"""A proposed site from anything: a file of any kind, a table of corners, pasted coordinates, WKT."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geozones.checks.coordinates import guess_crs, sample_points, share_inside
from geozones.config import LayerSpec, RegionConfig
from geozones.crs import PULKOVO_ACCURACY_M, datum_family, name_crs, parse_crs
from geozones.errors import CrsError, GeozonesError, InputError, Message
from geozones.i18n import N_
from geozones.layers.delimited import read_text
from geozones.layers.formats import DELIMITED, WORKBOOK, find_format
from geozones.layers.layer import RawTable
from geozones.layers.limits import OUTSIDE_FILES, require_bytes
from geozones.layers.opening import read_all_layers
from geozones.layers.places import find_place_columns, place_rows
from geozones.layers.referencing import reference
from geozones.layers.site_rows import AREA_HA, Outlines, ReadSites, check_outlines
from geozones.layers.workbook import load_sheets
from geozones.screening.notation import PastedText, read_coordinates

_OTHER_WKT = re.compile(
    r"^\s*(?:SRID=\d+;)?\s*((?:MULTI)?(?:POINT|LINESTRING)|GEOMETRYCOLLECTION)\b", re.IGNORECASE
)
_WKT = re.compile(r"^\s*(?:SRID=(\d+);)?\s*((?:MULTI)?POLYGON\b.*)$", re.IGNORECASE | re.DOTALL)


def read_sites(
    source: str | Path,
    *,
    region: RegionConfig,
    crs: str | None = None,
    area_ha: tuple[float, float] = AREA_HA,
    shown: str | None = None,
) -> ReadSites:
    """Read proposed sites from a file or from pasted text.

    Parameters
    ----------
    source
        A file (any vector format, an archive, a spreadsheet or text with a corner a row), or the text itself:
        coordinates or WKT.
    region
        Bounds and working CRS.
    crs
        Coordinate system, where the sender names it.
    area_ha
        The smallest and the largest site that is taken.
    shown
        How messages call the file; its name by default.

    Returns
    -------
    ReadSites
        Every outline is in `table`, or its reason is in `refused`. Files from outside are read under the limits
        `layers.limits.OUTSIDE_FILES`.

    Raises
    ------
    InputError
        Nothing could be read at all: the file is missing, damaged or of no kind that is read, or no line of the
        text holds coordinates.
    """
    path = Path(source) if isinstance(source, Path) or _is_file(source) else None
    name = shown or (path.name if path is not None else "")
    try:
        parts = list(
            _read_file(path, region, crs) if path is not None else _read_pasted(str(source), region, crs, "")
        )
    except GeozonesError as error:
        raise _named(error, name) from error
    if not any(len(part.cells) for part in parts):
        raise InputError(N_("{file}: holds no outline of a site."), file=name or "…")
    return check_outlines([part for part in parts if len(part.cells)], region, area_ha, name)


def _is_file(text: str) -> bool:
    """Say whether an argument names a file: one that exists, or that at least looks like a name with an ending."""
    if "\n" in text or len(text) > 4095 or not text.strip():
        return False
    try:
        return Path(text).exists() or bool(re.fullmatch(r"[^;,()]*\.[A-Za-z][A-Za-z0-9]{1,7}", text))
    except OSError:
        return False


def _named(error: GeozonesError, name: str) -> GeozonesError:
    """Put the name of the file before messages that do not have it."""
    if not name or any("file" in message.params for message in error.messages):
        return error
    return type(error).from_messages(
        Message(N_("{file}: {problem}"), {"file": name, "problem": message}) for message in error.messages
    )


def _read_pasted(text: str, region: RegionConfig, crs: str | None, name: str) -> Iterator[Outlines]:
    if found := _WKT.match(text):
        shape = shapely.from_wkt(found[2], on_invalid="ignore")
        if shape is None:
            raise InputError(
                N_("The WKT cannot be read. It has to look like POLYGON ((69.98 42.17, 69.99 42.17, …)).")
            )
        system = parse_crs(crs or (f"EPSG:{found[1]}" if found[1] else "EPSG:4326"))
        shapes, notes = _turn(np.array([shape], dtype=object), system, region)
        yield Outlines(_cells([name]), shapes, system, crs_assumed=not (crs or found[1]), notes=notes)
        return
    if other := _OTHER_WKT.match(text):
        raise InputError(
            N_("The WKT is a {kind}; a site is a POLYGON or a MULTIPOLYGON. Close the line to an outline."),
            kind=other[1].upper(),
        )
    yield _place(read_coordinates(text, bounds=region.bounds, crs=crs), name, region)


def _cells(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"name": [name or None for name in names]}, dtype=object)


def _place(pasted: PastedText, name: str, region: RegionConfig) -> Outlines:
    """Make outlines of pasted corners, and say how they were understood."""
    shapes = np.array([shapely.Polygon(site.corners) for site in pasted.sites], dtype=object)
    titles = [site.title or name for site in pasted.sites]
    system = parse_crs(pasted.crs)
    shapes, turned = _turn(shapes, system, region)
    params = {"crs": pasted.crs, "name": system.name}
    said = N_("Read as {crs} ({name}), as the text says.")
    assumed = N_("Read as {crs} ({name}); the text does not name its system. Look at the map whether it is right.")
    accuracy_m = PULKOVO_ACCURACY_M if datum_family(system) == "pulkovo1942" else 0.0
    note = Message(assumed if pasted.is_assumed else said, params)
    return Outlines(_cells(titles), shapes, system, accuracy_m, pasted.is_assumed, (note, *turned))


def _read_file(path: Path, region: RegionConfig, crs: str | None) -> Iterator[Outlines]:
    if not path.exists():
        raise InputError(N_("{file}: there is no such file."), file=path.name)
    require_bytes(path, OUTSIDE_FILES, shown=path.name)
    format = find_format(path)
    if format is DELIMITED:
        text, _ = read_text(path, encoding=None, shown=path.name)
        if not re.search(r"POLYGON\s*\(", text, re.IGNORECASE) or _WKT.match(text):
            yield from _read_pasted(text, region, crs, path.stem)
            return
    if format is WORKBOOK:
        yield from _read_workbook(path, region, crs)
        return
    problems: list[Message] = []
    found = False
    for _, raw in read_all_layers(path, shown=path.name, limits=OUTSIDE_FILES):
        if isinstance(raw, GeozonesError):
            problems.extend(raw.messages)
            continue
        for part in _from_table(raw, path, region, crs):
            found = True
            yield part
    if not found and problems:
        raise InputError.from_messages(problems)


def _from_table(raw: RawTable, path: Path, region: RegionConfig, crs: str | None) -> Iterator[Outlines]:
    if raw.geometry is None:
        places = find_place_columns({}, raw.columns)
        if not places:
            return
        raw = place_rows(raw, places, key=path.name)
        if crs is None and raw.crs is None:
            raw = replace(raw, crs=_likely_crs(raw.geometry))
    spec = LayerSpec(key=path.name, role="proposals", source=str(path), crs=crs, crs_override=crs is not None)
    try:
        placed = reference(raw, spec, bounds=region.bounds, shown=path.name)
    except CrsError as error:
        hint = Message(N_("For a single site name the system by --crs, for example --crs EPSG:28412."))
        raise CrsError.from_messages((*error.messages, hint)) from error
    shapes = _as_polygons(np.asarray(placed.geometry, dtype=object))
    shapes, notes = _turn(shapes, placed.crs, region)
    yield Outlines(raw.cells, shapes, placed.crs, placed.accuracy_m, notes=notes)


def _turn(shapes: Any, crs: Any, region: RegionConfig) -> tuple[Any, tuple[Message, ...]]:
    """Swap the axes where only that brings the outlines into the region; another system has to be named."""
    points = sample_points(shapes)
    if share_inside(points, crs, region.bounds) >= 0.5:
        return shapes, ()
    guesses = guess_crs(points, region.bounds)
    if any(guess.swapped and parse_crs(guess.crs).equals(crs, ignore_axis_order=True) for guess in guesses):
        swapped = shapely.transform(shapes, lambda corners: corners[:, ::-1])
        return swapped, (
            Message(
                N_("The axes stood the wrong way round and were swapped. Look at the map whether it is right.")
            ),
        )
    if guesses:
        raise CrsError(
            N_(
                "The coordinates do not lie in the region as {stated}, but they do as {guesses}. Name the "
                "right one by --crs."
            ),
            stated=name_crs(crs),
            guesses=", ".join(dict.fromkeys(guess.crs for guess in guesses[:4])),
        )
    return shapes, ()


def _likely_crs(geometry: Any) -> str | None:
    """WKT in degrees is taken as WGS 84; anything else has to be named."""
    bounds = shapely.total_bounds(np.asarray(geometry, dtype=object))
    return "EPSG:4326" if np.isfinite(bounds).all() and np.abs(bounds).max() <= 180 else None


def _as_polygons(shapes: Any) -> Any:
    """Make polygons of closed lines and of collections that hold polygons; others stay as they are."""
    made = shapely.force_2d(shapes).copy()
    for place, kind in enumerate(shapely.get_type_id(made)):
        if kind == 1 and shapely.is_closed(made[place]) and shapely.get_num_points(made[place]) > 3:
            made[place] = shapely.Polygon(made[place])
        elif kind == 7:
            parts = shapely.get_parts(made[place])
            polygons = parts[shapely.get_type_id(parts) == 3]
            if len(polygons):
                made[place] = shapely.multipolygons(polygons) if len(polygons) > 1 else polygons[0]
    return made


def _read_workbook(path: Path, region: RegionConfig, crs: str | None) -> Iterator[Outlines]:
    """Read a corner a row from every sheet that holds some."""
    problems: list[Message] = []
    found = False
    for title, sheet in load_sheets(path, limits=OUTSIDE_FILES, shown=path.name).items():
        lines = ["\t".join("" if cell is None else str(cell) for cell in row) for row in sheet.values]
        if not any(line.strip() for line in lines):
            continue
        try:
            parts = list(_read_pasted("\n".join(lines), region, crs, title if found else path.stem))
        except InputError as error:
            problems += [
                Message(N_("Sheet {sheet}: {problem}"), {"sheet": title, "problem": message})
                for message in error.messages
            ]
            continue
        found = True
        yield from parts
    if not found and problems:
        raise InputError.from_messages(problems)
