"""More files as people send them: other encodings of XML and drawings, lists of corners in Excel, dumps of
databases, and damage inside a single record."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter
from builders import make_line, make_square
from corpus import (
    UTM,
    Case,
    after,
    drawing,
    pack,
    plots,
    points,
    replace,
    spoil,
    text,
    workbook,
    write,
    zones,
)
from corpus_faults import delete_row
from corpus_formats import (
    COLUMNS,
    POINT_COLUMNS,
    POINT_ROWS,
    ROWS,
    WGS84,
    corners,
    degrees,
    geodatabase,
    lines,
    table_of,
)

from geozones.crs import convert_geometries, parse_crs

NAMES = ["Бадам", "Арыс", "Созак"]
GPX = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
OF_LAYERS = {"ЛЭП_10": "existing", "ЛЭП_10_ПРОЕКТ": "planned"}
POWER_LINES = [
    ("ЛЭП_10", [(500_000, 4_699_950), (500_900, 4_699_950)], None),
    ("ЛЭП_10_ПРОЕКТ", [(500_000, 4_699_900), (500_900, 4_699_900)], None),
    ("ТЕКСТ", [(500_400, 4_699_960)], "Ф-7 Бадам Сельский округ Караспан"),
]
POWER_OF_LAYERS: dict[str, Any] = {
    "layer": "ЛЭП*",
    "crs": "EPSG:32642",
    "columns": {"class": "Layer", "state": "Layer", "name": "Text"},
    "values": {"class": dict.fromkeys(OF_LAYERS, "overhead"), "state": OF_LAYERS},
}


def recode(encoding: str, declared: str | None) -> Callable[[Path], None]:
    """Write an XML file in another encoding, which it declares or not."""

    def change(path: Path) -> None:
        content = path.read_text("utf-8")
        if declared is not None:
            start, rest = content.split("?>", 1)
            content = (
                f'<?xml version="1.0" encoding="{declared}"?>{rest}' if start.startswith("<?xml") else content
            )
        path.write_bytes(content.encode(encoding))

    return change


def cut_byte(path: Path) -> None:
    """Take the last byte of a file away."""
    path.write_bytes(path.read_bytes()[:-1])


def old_drawing(page: str | None) -> Callable[[Path], None]:
    """Make a drawing one of AutoCAD 2000 in cp1251, which names a code page or none."""

    def change(path: Path) -> None:
        head = "AC1015" if page is None else f"AC1015\n9\n$DWGCODEPAGE\n3\n{page}"
        path.write_bytes(path.read_text("utf-8").replace("AC1027", head).encode("cp1251"))

    return change


def tracks(folder: Path) -> str:
    shapes, _ = convert_geometries(np.asarray(lines().geometry.array), UTM, parse_crs("EPSG:4326"))
    body = "".join(
        f"<trk><name>l{number}</name><trkseg>"
        + "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in shape.coords)
        + "</trkseg></trk>"
        for number, shape in enumerate(shapes)
    )
    (folder / "walk.gpx").write_text(f'<?xml version="1.0"?>{GPX}{body}</gpx>', "utf-8")
    return "walk.gpx"


def saved_formulas(folder: Path) -> str:
    """Write a workbook whose formulas hold their results, as Excel saves them."""
    with xlsxwriter.Workbook(str(folder / "sent.xlsx")) as book:
        sheet = book.add_worksheet("Участки")
        for row, cells in enumerate([[*COLUMNS, "area_ha"], *([*row, None] for row in ROWS)]):
            sheet.write_row(row, 0, [cell for cell in cells if cell is not None])
            if row:
                sheet.write_formula(row, 4, "=2-1", None, 1)
    return "sent.xlsx"


def in_metres() -> list[list[Any]]:
    shapes, _ = convert_geometries(np.asarray(points().geometry.array), UTM, parse_crs("EPSG:28412"))
    return [
        [*row[:3], f"{p.x:.3f}".replace(".", ","), f"{p.y:.3f}".replace(".", ",")]
        for row, p in zip(POINT_ROWS, shapes, strict=True)
    ]


def with_sql(statement: str) -> Callable[[Path], None]:
    """Change a GeoPackage behind its own back."""

    def change(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(statement)
            connection.commit()

    return change


def dated(folder: Path) -> str:
    table = plots(valid_from=pd.to_datetime(["2025-01-01"] * 3))
    pyogrio.write_dataframe(table, folder / "plots.gpkg", driver="GPKG")
    return "plots.gpkg"


def hex_rows(*, prefix: bool) -> list[list[Any]]:
    shapes = shapely.set_srid(np.asarray(plots().geometry.array), 32642)
    if prefix:
        return [[*row[:3], f"SRID=32642;{shape.wkt}"] for row, shape in zip(ROWS, shapes, strict=True)]
    return [
        [*row[:3], shapely.to_wkb(shape, hex=True, include_srid=True)]
        for row, shape in zip(ROWS, shapes, strict=True)
    ]


def sequence(path: Path) -> None:
    import json

    features = json.loads(path.read_text("utf-8"))["features"]
    shapes, _ = convert_geometries(np.asarray(plots().geometry.array), UTM, parse_crs("EPSG:4326"))
    for feature, shape in zip(features, shapes, strict=True):
        feature["geometry"] = shapely.geometry.mapping(shape)
    path.write_text("\n".join(json.dumps(feature, ensure_ascii=False) for feature in features), "utf-8")


with np.errstate(invalid="ignore"):
    NAN_SQUARE = shapely.from_wkt("POLYGON ((500000 4700000, NaN 4700000, 500100 4700100, 500000 4700000))")
CORNERS_IN_DEGREES = [[*row[:3], *(degrees(value).replace(".", ",") for value in row[3:])] for row in corners()]
CAPACITIES = [["ПС Бадам", "power", "existing", "1 800,5"], ["пс «Қарамұрт»", "power", "existing", 900]]
CAPACITY_COLUMNS = ["name", "network", "state", "capacity_free"]
CORNER_COLUMNS = ["plot_id", "zone_id", "n", "lon", "lat"]
REGISTER = "plot_id;participant;contract_date\np1;ТОО «Демо»;2024-03-01\n"

FORMATS = [
    Case("format_gdb_zip", pack(geodatabase, name="data.zip")),
    Case("format_geojson_sequence", after(write("plots.geojson"), sequence)),
    Case("format_csv_tabs", text("plots.tsv", table_of(ROWS, COLUMNS, separator="\t")), settings=WGS84),
    Case("format_csv_wkb_in_hex", text("plots.csv", table_of(hex_rows(prefix=False), COLUMNS))),
    Case("format_csv_wkt_with_srid", text("plots.csv", table_of(hex_rows(prefix=True), COLUMNS, separator="\t"))),
    Case(
        "format_xlsx_corners_in_degrees",
        workbook(("Координаты", [["plot_id", "zone_id", "n", "широта_восток", "север"], *CORNERS_IN_DEGREES])),
        settings={"columns": {"vertex": "n", "lon": "широта_восток", "lat": "север"}},
    ),
    Case("format_xlsx_lon_lat", workbook(("Пункты", [POINT_COLUMNS, *POINT_ROWS])), role="connection_points"),
    Case(
        "format_xlsx_metres",
        workbook(("Пункты", [[*POINT_COLUMNS[:3], "x", "y"], *in_metres()])),
        role="connection_points",
        settings={"crs": "EPSG:28412"},
    ),
    Case("format_xlsx_saved_formulas", saved_formulas, settings=WGS84),
    Case(
        "format_xlsx_without_places",
        workbook(("Лист1", [CAPACITY_COLUMNS, *CAPACITIES])),
        role="connection_points",
        read=2,
        more={"connection_points": points()},
        rules=("key_made", "points_joined"),
    ),
    Case(
        "format_xlsx_unmatched",
        workbook(("Лист1", [CAPACITY_COLUMNS, *CAPACITIES, ["ПС Бадам-2", *CAPACITIES[0][1:]]])),
        3,
        role="connection_points",
        aside=1,
        more={"connection_points": points()},
        rules=("key_made", "point_unmatched", "points_joined"),
    ),
    Case(
        "format_gpx_tracks",
        tracks,
        role="power",
        settings={"columns": {"line_id": "name"}, "defaults": {"class": "overhead", "state": "existing"}},
    ),
    Case(
        "format_dxf_classes",
        drawing(*POWER_LINES, closed=False),
        role="power",
        read=2,
        settings=POWER_OF_LAYERS,
        rules=("drawing_selected", "key_made"),
    ),
]

ENCODINGS = [
    Case("encoding_kml_cp1251", after(write("plots.kml", plots(number=NAMES)), recode("cp1251", "windows-1251"))),
    Case("encoding_kml_utf16", after(write("plots.kml"), recode("utf-16", "UTF-16"))),
    Case(
        "encoding_kml_undeclared",
        after(write("plots.kml", plots(number=NAMES)), recode("cp1251", None)),
        rules=("encoding_decided",),
    ),
    Case("encoding_gml_cp1251", after(write("plots.gml", plots(number=NAMES)), recode("cp1251", "windows-1251"))),
    Case(
        "encoding_gml_settings",
        after(write("plots.gml", plots(number=NAMES)), recode("cp866", None)),
        settings={"encoding": "cp866"},
    ),
    Case(
        "encoding_gpx_cp1251",
        after(tracks, recode("cp1251", "windows-1251")),
        role="power",
        settings={"columns": {"line_id": "name"}, "defaults": {"class": "overhead", "state": "existing"}},
    ),
    Case("encoding_geojson_utf16", after(write("plots.geojson"), recode("utf-16", None))),
    Case("encoding_geojson_bom", after(write("plots.geojson"), recode("utf-8-sig", None))),
    Case(
        "encoding_dxf_code_page",
        after(drawing(*POWER_LINES, closed=False), old_drawing("ANSI_1251")),
        read=2,
        role="power",
        settings=POWER_OF_LAYERS,
        rules=("drawing_selected", "key_made"),
    ),
    Case(
        "encoding_dxf_page_lies",
        after(drawing(*POWER_LINES, closed=False), old_drawing("ANSI_1252")),
        read=2,
        role="power",
        settings={**POWER_OF_LAYERS, "encoding": "cp1251"},
        rules=("drawing_selected", "key_made"),
    ),
    Case(
        "encoding_csv_cut_in_a_letter",
        after(text("plots.csv", table_of(ROWS, COLUMNS) + "Қ"), cut_byte),
        4,
        settings=WGS84,
        says="damaged",
    ),
    Case(
        "damage_csv_last_line",
        after(text("plots.csv", table_of(ROWS, COLUMNS)), cut_byte),
        0,
        ("end_missing",),
        settings=WGS84,
    ),
    Case(
        "damage_corner_row",
        text("corners.csv", table_of([*corners()[:3], ["p1"], *corners()[3:]], CORNER_COLUMNS)),
        3,
        ("row_malformed",),
        read=4,
        aside=1,
        settings={"columns": {"vertex": "n"}},
    ),
    Case("damage_mif_row", after(write("plots.mif"), replace("Region", "Regxon")), 4, says="damaged"),
    Case(
        "encoding_csv_utf16_cut",
        after(text("plots.csv", table_of(ROWS, COLUMNS), "utf-16"), cut_byte),
        4,
        settings=WGS84,
        says="damaged",
    ),
]

DAMAGE = [
    Case(
        "damage_broken_geometry",
        after(write("plots.gpkg"), with_sql("UPDATE plots SET geom = x'4750000102' WHERE fid = 2")),
        3,
        ("geometry_missing",),
        aside=1,
    ),
    Case(
        "damage_broken_date",
        after(dated, with_sql("UPDATE plots SET valid_from = '2025-99-99' WHERE fid = 2")),
        0,
        ("reader_remark",),
    ),
    Case(
        "damage_deleted_in_tab",
        after(write("plots.tab"), lambda path: delete_row(path.with_suffix(".dat"))),
        3,
        ("record_unreadable",),
        aside=1,
    ),
    Case(
        "damage_unknown_crs_member",
        after(write("plots.geojson"), replace("OGC:1.3:CRS84", "EPSG::99999")),
        0,
        ("reader_remark",),
    ),
    Case("damage_shape_type", after(write("plots.shp"), spoil(108, b"\x63")), 3, ("geometry_missing",), aside=1),
    Case(
        "damage_folder_without_data", lambda folder: (folder / "empty").mkdir() or "empty", 4, says="no Shapefile"
    ),
]

DOCTOR = [
    Case(
        "doctor_nan",
        write("plots.parquet", plots(NAN_SQUARE, make_square(150, 0, 100))),
        3,
        ("geometry_not_finite",),
        read=2,
        aside=1,
    ),
    Case(
        "doctor_zones_gap",
        write("zones.parquet", zones(make_square(3000, 0, 900), make_square(3900.2, 0, 900), zone_id=["a", "b"])),
        0,
        ("zones_gap",),
        read=2,
        role="zones",
    ),
    Case(
        "doctor_contract_before_register",
        write(
            "zones.parquet",
            zones(make_square(3000, -1000, 2000), zone_id=["a"], register_date=pd.to_datetime(["2024-06-01"])),
        ),
        0,
        (),
        read=1,
        role="zones",
        more={"opening": REGISTER, "plots": plots(make_square(3100, 0, 100), zone_id="a")},
        also=(("opening", "contract_before_register"),),
    ),
    Case(
        "doctor_line_in_plots",
        write("plots.gpkg", plots(make_line((0, 0), (9, 9)), make_square(150, 0, 100))),
        3,
        ("geometry_kind",),
        read=2,
        aside=1,
    ),
]

ALL = [*FORMATS, *ENCODINGS, *DAMAGE, *DOCTOR]
