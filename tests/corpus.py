"""Files as people really send them: each made from a few squares and lines that a reviewer checks in the head.

A case says how to make its file, the settings of its layer, and what must come of it: the exit code, the rules of
the issues, how many features are read and set aside, and a piece of the message.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import shapely
from builders import make_line, make_square

from geozones.crs import convert_geometries, parse_crs
from geozones.layers import write_layer

UTM = parse_crs("EPSG:32642")
NUMBERS = ("Қ-1", "Ө-2", "Участок 3")

Make = Callable[[Path], str]


@dataclass(frozen=True)
class Case:
    """One file: `make` writes it into a folder and returns its name."""

    name: str
    make: Make
    exit_code: int = 0
    rules: tuple[str, ...] = ()
    read: int = 3
    aside: int = 0
    says: str = ""
    role: str = "plots"
    settings: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    also: tuple[tuple[str, str], ...] = ()


def plots(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    """Make plots of 100 m in a row, with Kazakh letters in their numbers."""
    geometry = list(shapes) or [make_square(150 * n, 0, 100) for n in range(3)]
    count = len(geometry)
    table = {
        "plot_id": [f"p{n + 1}" for n in range(count)],
        "zone_id": "z",
        "number": [NUMBERS[n % 3] for n in range(count)],
        "area_ha": [1.0] * count,
        **columns,
    }
    return gpd.GeoDataFrame(table, geometry=geometry, crs=UTM)


def lines(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    """Make power lines."""
    geometry = list(shapes) or [make_line((0, -50 * n), (900, -50 * n)) for n in (1, 2, 3)]
    ids = [f"l{n + 1}" for n in range(len(geometry))]
    table = {"line_id": ids, "class": "overhead", "state": "existing", **columns}
    return gpd.GeoDataFrame(table, geometry=geometry, crs=UTM)


def points(**columns: Any) -> gpd.GeoDataFrame:
    """Make substations."""
    table = {
        "point_id": ["s1", "s2", "s3"], "network": "power", "name": ["ПС Бадам", "ПС Қарамұрт", "ПС Арыс"],
        "state": "existing", **columns,
    }  # fmt: skip
    shapes = [shapely.centroid(make_square(150 * n, 300, 100)) for n in range(3)]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=UTM)


def zones(*squares: Any, **columns: Any) -> gpd.GeoDataFrame:
    """Make zones; without squares the one of 2 by 2 km that all plots lie in."""
    geometry = list(squares) or [make_square(-500, -1000, 2000)]
    names = ["z", "y", "x"][: len(geometry)]
    table = {"zone_id": names, "name_ru": "Бадам", "kind": "regional", "status": "active", **columns}
    return gpd.GeoDataFrame(table, geometry=geometry, crs=UTM)


def write(
    name: str, table: gpd.GeoDataFrame | None = None, *, crs: str | None = None, layer: str | None = None
) -> Make:
    """Write a table in the format of the name's suffix, in another CRS where asked."""

    def make(folder: Path) -> str:
        chosen = plots() if table is None else table
        if crs is not None:
            shapes, _ = convert_geometries(np.asarray(chosen.geometry.array), UTM, parse_crs(crs))
            chosen = chosen.set_geometry(gpd.GeoSeries(shapes, crs=parse_crs(crs)))
        write_layer(chosen, folder / name, layer=layer)
        return name

    return make


def text(name: str, content: str, encoding: str = "utf-8") -> Make:
    """Write a text file."""

    def make(folder: Path) -> str:
        (folder / name).write_bytes(content.encode(encoding))
        return name

    return make


def after(make: Make, change: Callable[[Path], None]) -> Make:
    """Make a file, then change it."""

    def make_and_change(folder: Path) -> str:
        name = make(folder)
        change(folder / name)
        return name

    return make_and_change


def cut(share: float, suffix: str | None = None) -> Callable[[Path], None]:
    """Cut a file, or the part of it with another suffix, after a share of its bytes."""

    def change(path: Path) -> None:
        part = path.with_suffix(suffix) if suffix else path
        content = part.read_bytes()
        part.write_bytes(content[: int(len(content) * share)])

    return change


def drop(suffix: str) -> Callable[[Path], None]:
    """Take a part of a Shapefile away."""
    return lambda path: path.with_suffix(suffix).unlink()


def spoil(position: int, content: bytes) -> Callable[[Path], None]:
    """Overwrite bytes."""

    def change(path: Path) -> None:
        whole = bytearray(path.read_bytes())
        whole[position : position + len(content)] = content
        path.write_bytes(bytes(whole))

    return change


def replace(old: str, new: str) -> Callable[[Path], None]:
    """Replace text in a file once."""
    return lambda path: path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8") and None


def shapefile(encoding: str, *, says: str | None = None, language: int = 0) -> Make:
    """Write a Shapefile whose text is in an encoding, and which says that, something else or nothing."""

    def make(folder: Path) -> str:
        path = folder / "plots.shp"
        table = plots(number=["Бадам", "Арыс", "Участок 3"])
        pyogrio.write_dataframe(table, path, driver="ESRI Shapefile", encoding=encoding)
        path.with_suffix(".cpg").unlink()
        if says is not None:
            path.with_suffix(".cpg").write_text(says)
        spoil(29, bytes([language]))(path.with_suffix(".dbf"))
        return path.name

    return make


def relabel(code: str) -> Callable[[Path], None]:
    """Make a Shapefile's `.prj` say another CRS."""
    return lambda path: path.with_suffix(".prj").write_text(parse_crs(code).to_wkt("WKT1_ESRI")) and None


def swap(table: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    """Turn a table into another CRS and swap its axes."""
    shapes, _ = convert_geometries(np.asarray(table.geometry.array), UTM, parse_crs(code))
    turned = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    return table.set_geometry(gpd.GeoSeries(turned, crs=parse_crs(code)))


def pack(
    make: Make, *, folder_name: str = "", name: str = "sent.zip", spoiled: Callable[[Path], None] | None = None
) -> Make:
    """Pack what another case makes into a ZIP, in a folder of it, names in cp866 as Windows writes them."""

    def make_archive(folder: Path) -> str:
        inside = folder / "inside"
        inside.mkdir()
        make(inside)
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(inside.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(
                        f"{folder_name}{path.relative_to(inside)}".encode("cp866").decode("cp437")
                    )
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, path.read_bytes())
        _say_names_are_old(folder / name)
        for path in sorted(inside.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        inside.rmdir()
        if spoiled:
            spoiled(folder / name)
        return name

    return make_archive


def _say_names_are_old(path: Path) -> None:
    """Clear the flag of UTF-8 names and put the bytes of cp866 in, as old Windows tools do."""
    content = bytearray(path.read_bytes())
    for signature, length_at, name_at in ((b"PK\x03\x04", 26, 30), (b"PK\x01\x02", 28, 46)):
        start = content.find(signature)
        while start >= 0:
            length = struct.unpack_from("<H", content, start + length_at)[0]
            name = bytes(content[start + name_at : start + name_at + length])
            old = name.decode("utf-8", "replace").encode("cp437", "replace")
            if len(old) == length:
                content[start + name_at : start + name_at + length] = old
            start = content.find(signature, start + 4)
    path.write_bytes(bytes(content))


def workbook(*sheets: tuple[str, list[list[Any]]], merge: tuple[str, ...] = (), name: str = "sent.xlsx") -> Make:
    """Write a workbook of sheets given as rows of cells."""

    def make(folder: Path) -> str:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for area in merge:
                sheet.merge_cells(area)
        book.save(folder / name)
        return name

    return make


def wkt_of(table: gpd.GeoDataFrame) -> list[str]:
    """Give the shapes of a table as WKT on WGS 84."""
    shapes, _ = convert_geometries(np.asarray(table.geometry.array), UTM, parse_crs("EPSG:4326"))
    return [str(shape) for shape in shapely.to_wkt(shapes, rounding_precision=9)]


def lon_lat_of(table: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Give the points of a table as (lon, lat)."""
    shapes, _ = convert_geometries(np.asarray(table.geometry.array), UTM, parse_crs("EPSG:4326"))
    return [(round(point.x, 8), round(point.y, 8)) for point in shapes]


def drawing(
    *entities: tuple[str, list[tuple[float, float]], str | None], closed: bool = True, end: str = "EOF"
) -> Make:
    """Write an ASCII drawing: closed lines, or texts, each on a layer."""

    def make(folder: Path) -> str:
        parts = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", "AC1027", "0", "ENDSEC"]
        parts += ["0", "SECTION", "2", "ENTITIES"]
        for layer, corners, label in entities:
            if label is not None:
                (x, y), *_ = corners
                parts += [
                    "0",
                    "TEXT",
                    "8",
                    layer,
                    "10",
                    f"{x}",
                    "20",
                    f"{y}",
                    "30",
                    "0.0",
                    "40",
                    "2.5",
                    "1",
                    label,
                ]
                continue
            parts += ["0", "LWPOLYLINE", "8", layer, "90", f"{len(corners)}", "70", "1" if closed else "0"]
            for x, y in corners:
                parts += ["10", f"{x}", "20", f"{y}"]
        parts += ["0", "ENDSEC", "0", end]
        (folder / "plan.dxf").write_text("\n".join(parts) + "\n", "utf-8")
        return "plan.dxf"

    return make


def square_corners(left_m: float, bottom_m: float, side_m: float) -> list[tuple[float, float]]:
    """List the four corners of a square in the working CRS."""
    return list(make_square(left_m, bottom_m, side_m).exterior.coords)[:4]
