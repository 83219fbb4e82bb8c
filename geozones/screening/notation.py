"""What pasted numbers are: which columns, which order, which coordinate system; and the outlines they give."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from geozones.errors import InputError, Message
from geozones.i18n import N_
from geozones.screening.coordinates import Block, Line, find_bad, parse_lines

Bounds = tuple[float, float, float, float]
Notation = Literal["degrees", "metres"]

_AROUND_DEGREES = 5.0
_NORTHING_M = (4_000_000.0, 6_500_000.0)
_EASTING_M = (50_000.0, 950_000.0)
_SIX_DEGREE_ZONES = range(7, 16)
_THREE_DEGREE_ZONES = range(16, 31)
_QAZTRF_ZONES = range(8, 16)
_LAST_UTM_ZONE = 60

_STATED = (
    ("wgs84", re.compile(r"\bWGS\s*-?\s*(?:19)?84", re.IGNORECASE)),
    ("qaztrf", re.compile(r"QazTRF|[ҚК]азТРФ", re.IGNORECASE)),
    ("utm", re.compile(r"\bUTM\b", re.IGNORECASE)),
    ("pulkovo", re.compile(r"\b[СCS][КK]\s*-?\s*42|Пулков|Pulkovo|Гаусс|Gauss", re.IGNORECASE)),
)
_EPSG = re.compile(r"EPSG:{1,2}(\d{4,5})", re.IGNORECASE)
_UTM_ZONE = re.compile(r"\bUTM[ \t№:=-]*(?:zone|зона)?[ \t№:=-]*(\d{1,2})(?!\d|[.,]\d)", re.IGNORECASE)


@dataclass(frozen=True)
class PastedSite:
    """One outline: its title ("" without), its corners (lon, lat or easting, northing; not closed), its first
    line."""

    title: str
    corners: tuple[tuple[float, float], ...]
    line: int


@dataclass(frozen=True)
class PastedText:
    """The outlines of a text and how it was read; `is_assumed` where the text does not name its system."""

    sites: tuple[PastedSite, ...]
    crs: str
    notation: Notation
    is_assumed: bool


@dataclass(frozen=True)
class _Stated:
    """What the sender says of the system: a code, `wgs84`, `utm`, `qaztrf`, `pulkovo`, none; the zone of UTM."""

    system: str = ""
    zone: int = 0


@dataclass(frozen=True)
class _Reading:
    """A way to read two cells of a line: the CRS, the axis that comes first, and the zone before the eastings."""

    crs: str
    notation: Notation
    north_first: bool
    is_assumed: bool
    zone: int = 0


def read_coordinates(text: str, *, bounds: Bounds, crs: str | None = None) -> PastedText:
    """Read outlines out of pasted coordinates.

    Parameters
    ----------
    text
        A corner a line, in degrees (decimal, or with minutes and seconds) or metres (Gauss-Krüger, UTM), in either
        order, decimal comma or point, columns apart by blanks, tabs, semicolons or commas; numbers of points and
        heights beside them are passed over. Outlines are parted by an empty line or a title.
    bounds
        West, south, east, north of the region in degrees: what tells latitude from longitude.
    crs
        Name of the coordinate system, where the sender states it; it wins over what the text says.

    Returns
    -------
    PastedText
        Corners in the order of the lines, without repeated ones, and the coordinate system: WGS 84 for degrees;
        Pulkovo 1942 for metres with the northing first, UTM for metres with the easting first, unless the text or
        `crs` name another.

    Raises
    ------
    InputError
        A line cannot be read or does not fit the others, or an outline has fewer than three corners. Every such
        line is named with the reason.
    """
    blocks = parse_lines(text)
    if not blocks:
        raise InputError(
            N_("There are no coordinates in the text. Give a corner a line, for example: 42.1795 69.9850")
        )
    lines = [line for block in blocks for line in block.lines]
    column, reading = _choose(lines, _find_stated(text, crs), bounds)
    problems: list[Message] = []
    sites = tuple(
        site for block in blocks if (site := _outline(block, column, reading, bounds, problems)) is not None
    )
    if problems:
        raise InputError.from_messages(problems[:20])
    return PastedText(sites, reading.crs, reading.notation, reading.is_assumed)


def _find_stated(text: str, crs: str | None) -> _Stated:
    if crs:
        return _Stated(crs)
    if found := _EPSG.search(text):
        return _Stated(f"EPSG:{found[1]}")
    said = [name for name, pattern in _STATED if pattern.search(text)]
    zone = _UTM_ZONE.search(text)
    return _Stated("utm" if "utm" in said else said[0] if said else "", int(zone[1]) if zone else 0)


def _choose(lines: list[Line], stated: _Stated, bounds: Bounds) -> tuple[int, _Reading]:
    """Choose the two columns, and the reading that most lines share."""
    width = max(len(line.cells) for line in lines)
    votes: Counter[tuple[int, _Reading]] = Counter()
    for column in range(max(width - 1, 1)):
        for line in lines:
            reading = _read_pair(line, column, stated, bounds)
            if reading is not None:
                votes[column, reading] += 1
    if not votes:
        reason = Message(
            N_(
                "no two numbers that are coordinates of the region in degrees (latitude {south}–{north}, "
                "longitude "
                "{west}–{east}) or in metres"
            ),
            dict(zip(("west", "south", "east", "north"), bounds, strict=True)),
        )
        raise InputError.from_messages(find_bad(lines[:5], reason))
    most = max(votes.values())
    return min((choice for choice, count in votes.items() if count == most), key=lambda choice: choice[0])


def _cells(line: Line, column: int) -> tuple[float, float] | None:
    pair = line.cells[column : column + 2]
    return (pair[0], pair[1]) if len(pair) == 2 and None not in pair else None  # type: ignore[return-value]


def _read_pair(line: Line, column: int, stated: _Stated, bounds: Bounds) -> _Reading | None:
    pair = _cells(line, column)
    if pair is None:
        return None
    first, second = pair
    if abs(first) <= 180 and abs(second) <= 180:
        return _read_degrees(line, column, first, second, stated, bounds)
    for north_first, north, east in ((True, first, second), (False, second, first)):
        if _NORTHING_M[0] <= north <= _NORTHING_M[1]:
            return _read_metres(east, stated, bounds, north_first=north_first)
    return None


def _read_degrees(
    line: Line, column: int, first: float, second: float, stated: _Stated, bounds: Bounds
) -> _Reading | None:
    north_first: bool | None = None
    named = line.axes[column : column + 2]
    if any(named):
        north_first = named[0] == "lat" or (not named[0] and named[1] == "lon")
    elif _is_around(second, first, bounds):
        north_first = True
    elif _is_around(first, second, bounds):
        north_first = False
    if north_first is None:
        return None
    crs = {
        "": "EPSG:4326",
        "wgs84": "EPSG:4326",
        "utm": "EPSG:4326",
        "pulkovo": "EPSG:4284",
        "qaztrf": "EPSG:10941",
    }
    return _Reading(crs.get(stated.system, stated.system), "degrees", north_first, not stated.system)


def _is_around(lon: float, lat: float, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return (
        west - _AROUND_DEGREES <= lon <= east + _AROUND_DEGREES
        and south - _AROUND_DEGREES <= lat <= north + _AROUND_DEGREES
    )


def _read_metres(east: float, stated: _Stated, bounds: Bounds, *, north_first: bool) -> _Reading | None:
    system = stated.system
    zone, rest = int(east // 1_000_000), east % 1_000_000
    if not _EASTING_M[0] <= rest <= _EASTING_M[1]:
        return None
    if system not in ("", "wgs84", "utm", "qaztrf", "pulkovo"):
        return _Reading(system, "metres", north_first, False, zone)
    if zone in _QAZTRF_ZONES and system == "qaztrf":
        return _Reading(f"EPSG:{10934 + zone}", "metres", north_first, False, zone)
    if zone in _SIX_DEGREE_ZONES:
        return _Reading(f"EPSG:{28400 + zone}", "metres", north_first, system != "pulkovo", zone)
    if zone in _THREE_DEGREE_ZONES:
        return _Reading(f"EPSG:{2516 + zone}", "metres", north_first, system != "pulkovo", zone)
    if zone:
        return None
    belt = int((bounds[0] + bounds[2]) / 2 // 6)
    if system in ("utm", "wgs84") or (not system and not north_first):
        utm = stated.zone if 1 <= stated.zone <= _LAST_UTM_ZONE else 31 + belt
        return _Reading(f"EPSG:{32600 + utm}", "metres", north_first, not system)
    return _Reading(f"EPSG:{2491 + belt}", "metres", north_first, True)


def _outline(
    block: Block, column: int, reading: _Reading, bounds: Bounds, problems: list[Message]
) -> PastedSite | None:
    """Put the corners of a block together; lines that cannot be read become problems."""
    corners: list[tuple[float, float]] = []
    for line in block.lines:
        pair = _cells(line, column)
        reason = _why_not(line, pair, reading, bounds)
        if pair is None or reason is not None:
            problems.extend(find_bad([line], reason or Message(N_("two numbers are needed"))))
            continue
        corner = (pair[1], pair[0]) if reading.north_first else pair
        if not corners or corners[-1] != corner:
            corners.append(corner)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3 and not problems:
        problems.append(
            Message(
                N_(
                    "Line {line}: the outline that starts here has {count} different corners; three are the least."
                ),
                {"line": block.lines[0].number, "count": len(corners)},
            )
        )
    return PastedSite(block.title, tuple(corners), block.lines[0].number)


def _why_not(line: Line, pair: tuple[float, float] | None, reading: _Reading, bounds: Bounds) -> Message | None:
    """Say why a line does not fit the reading of the others; None where it does."""
    if pair is None and "°" in line.text and None in line.cells:
        return Message(N_("minutes and seconds have to be less than 60"))
    if pair is None:
        found = [cell for cell in line.cells if cell is not None]
        if len(found) < 2:
            return Message(N_("two numbers are needed, and there are {count}"), {"count": len(found)})
        return Message(N_("a number stands where another column was expected"))
    north, east = pair if reading.north_first else (pair[1], pair[0])
    if reading.notation == "degrees":
        if _is_around(east, north, bounds):
            return None
        if _is_around(north, east, bounds):
            return Message(N_("latitude and longitude are swapped against the other lines"))
        return Message(N_("the point lies far outside the region"))
    if not _NORTHING_M[0] <= north <= _NORTHING_M[1]:
        return Message(N_("{value} is no northing in metres"), {"value": f"{north:.10g}"})
    zone, rest = int(east // 1_000_000), east % 1_000_000
    if not _EASTING_M[0] <= rest <= _EASTING_M[1]:
        return Message(N_("{value} is no easting in metres"), {"value": f"{east:.10g}"})
    if zone != reading.zone:
        return Message(
            N_("the easting belongs to zone {zone}, those of the other lines to zone {other}"),
            {"zone": zone, "other": reading.zone},
        )
    return None
