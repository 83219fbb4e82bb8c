"""Sound files of every format, encoding and coordinate system: they are read whole, and say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from corpus import (
    NUMBERS,
    Case,
    after,
    drawing,
    drop,
    lines,
    lon_lat_of,
    pack,
    plots,
    points,
    relabel,
    shapefile,
    square_corners,
    swap,
    text,
    wkt_of,
    workbook,
    write,
)

from geozones.crs import convert_geometries, parse_crs
from geozones.layers import write_layer

COLUMNS = ["plot_id", "zone_id", "number", "geometry"]
ROWS = [[f"p{n + 1}", "z", NUMBERS[n], wkt] for n, wkt in enumerate(wkt_of(plots()))]
WGS84: dict[str, Any] = {"crs": "EPSG:4326"}
POINT_ROWS = [[f"s{n + 1}", "power", "existing", lon, lat] for n, (lon, lat) in enumerate(lon_lat_of(points()))]
POINT_COLUMNS = ["point_id", "network", "state", "lon", "lat"]


def table_of(rows: list[list[Any]], columns: list[str], *, separator: str = ";") -> str:
    return "\n".join(separator.join(str(cell) for cell in row) for row in [columns, *rows]) + "\n"


def degrees(value: float) -> str:
    whole, rest = int(value), value - int(value)
    minutes = int(rest * 60)
    return f"{whole}°{minutes:02d}'{(rest * 60 - minutes) * 60:.4f}\""


def corners() -> list[list[Any]]:
    rows = []
    for plot in plots().itertuples():
        ring, _ = convert_geometries(np.array([plot.geometry]), parse_crs("EPSG:32642"), parse_crs("EPSG:4326"))
        for number, (lon, lat) in enumerate(shapely.get_coordinates(ring)[:-1], start=1):
            rows.append([plot.plot_id, "z", number, lon, lat])
    return rows


def two_layers(folder: Path) -> str:
    write_layer(plots(), folder / "all.gpkg", layer="plots")
    pyogrio.write_dataframe(lines(), folder / "all.gpkg", layer="power", append=True)
    return "all.gpkg"


def geodatabase(folder: Path) -> str:
    pyogrio.write_dataframe(plots(), folder / "data.gdb", driver="OpenFileGDB", layer="plots")
    return "data.gdb"


def gpx(folder: Path) -> str:
    marks = "".join(
        f'<wpt lat="{lat}" lon="{lon}"><name>s{n}</name></wpt>'
        for n, (lon, lat) in enumerate(lon_lat_of(points()))
    )
    (folder / "walk.gpx").write_text(
        f'<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">{marks}</gpx>'
    )
    return "walk.gpx"


def qaztrf(folder: Path) -> str:
    crs = parse_crs("EPSG:10946")
    shapes, _ = convert_geometries(np.asarray(plots().geometry.array), parse_crs("EPSG:32642"), crs)
    table = plots().drop(columns="geometry")
    pyogrio.raw.write(
        folder / "q.gpkg",
        shapely.to_wkb(shapes),
        [table[name].to_numpy(dtype=object) for name in table.columns],
        fields=list(table.columns),
        geometry_type="Polygon",
        crs="EPSG:10946",
        driver="GPKG",
    )
    return "q.gpkg"


def local_corners(left_m: float) -> list[tuple[float, float]]:
    """Corners in a local system: shifted by (500 000, 4 700 000) and turned by a right angle."""
    return [(y - 4_700_000, -(x - 500_000)) for x, y in square_corners(left_m, 0, 100)]


def control_points() -> list[list[float]]:
    known = [(500_000, 4_700_000), (501_000, 4_700_000), (500_000, 4_701_000)]
    places, _ = convert_geometries(
        shapely.points(np.array(known, dtype=float)), parse_crs("EPSG:32642"), parse_crs("EPSG:4326")
    )
    return [[y - 4_700_000, -(x - 500_000), point.x, point.y] for (x, y), point in zip(known, places, strict=True)]


DXF_PLOTS = [("УЧАСТКИ", square_corners(150 * n, 0, 100), None) for n in range(3)]
DXF_TEXTS = [("ТЕКСТ", [square_corners(150 * n + 50, 50, 1)[0]], f"p{n + 1}") for n in range(3)]
DXF_SETTINGS = {
    "layer": "УЧАСТКИ",
    "crs": "EPSG:32642",
    "columns": {"plot_id": "Text"},
    "defaults": {"zone_id": "z"},
}
KML_COLUMNS = {"columns": {"plot_id": "Name"}}

FORMATS = [
    Case(f"format_{suffix}", write(f"plots.{suffix}"))
    for suffix in ("gpkg", "geojson", "shp", "gml", "tab", "mif", "parquet", "fgb")
] + [
    Case("format_kml", write("plots.kml")),
    Case("format_shapefile_folder", lambda folder: write("plots.shp")(folder) and "."),
    Case("format_gdb", geodatabase),
    Case("format_zip", pack(write("plots.shp"))),
    Case("format_zip_cyrillic_folder", pack(write("plots.shp"), folder_name="Участки от акимата/")),
    Case("format_zip_several", pack(two_layers), settings={"layer": "plots"}),
    Case("format_kmz", pack(write("doc.kml"), name="phone.kmz")),
    Case("format_csv_wkt", text("plots.csv", table_of(ROWS, COLUMNS)), settings=WGS84),
    Case(
        "format_csv_commas",
        text("plots.csv", table_of([[*row[:3], f'"{row[3]}"'] for row in ROWS], COLUMNS, separator=",")),
        settings=WGS84,
    ),
    Case("format_csv_lon_lat", text("points.csv", table_of(POINT_ROWS, POINT_COLUMNS)), role="connection_points"),
    Case(
        "format_csv_decimal_commas",
        text(
            "points.csv",
            table_of(
                [[*row[:3], *(str(v).replace(".", ",") for v in row[3:])] for row in POINT_ROWS], POINT_COLUMNS
            ),
        ),
        role="connection_points",
    ),
    Case(
        "format_csv_degrees",
        text(
            "points.csv",
            table_of(
                [[*row[:3], *(f'"{degrees(v)}"'.replace('""', '"""') for v in row[3:])] for row in POINT_ROWS],
                POINT_COLUMNS,
            ),
        ),
        role="connection_points",
    ),
    Case(
        "format_csv_corners",
        text("corners.csv", table_of(corners(), ["plot_id", "zone_id", "n", "lon", "lat"])),
        settings={"columns": {"vertex": "n"}},
    ),
    Case("format_xlsx_wkt", workbook(("Участки", [COLUMNS, *ROWS])), settings=WGS84),
    Case(
        "format_xlsx_sheets",
        workbook(("Пояснение", [["читать"]]), ("Участки", [COLUMNS, *ROWS])),
        settings={**WGS84, "layer": "Участки"},
    ),
    Case(
        "format_xlsx_merged_header",
        workbook(
            (
                "Лист1",
                [
                    ["Список участков зоны"],
                    ["Участок", None, "Место", None],
                    ["номер", "зона", "имя", "WKT"],
                    *ROWS,
                ],
            ),
            merge=("A1:D1", "A2:B2", "C2:D2"),
        ),
        settings={
            **WGS84,
            "columns": {"plot_id": "Участок номер", "zone_id": "Участок зона", "geometry": "Место WKT"},
        },
    ),
    Case(
        "format_gpx",
        gpx,
        role="connection_points",
        settings={"columns": {"point_id": "name"}, "defaults": {"network": "gas", "state": "existing"}},
    ),
    Case("format_gpkg_several", two_layers, settings={"layer": "plots"}),
    Case("format_dxf", drawing(*DXF_PLOTS, *DXF_TEXTS), settings=DXF_SETTINGS, rules=("drawing_selected",)),
    Case(
        "format_dxf_local_system",
        drawing(
            *[("УЧАСТКИ", local_corners(150 * n), None) for n in range(3)],
            *[("ТЕКСТ", [local_corners(150 * n)[0]], f"p{n + 1}") for n in range(3)],
        ),
        settings={
            "layer": "УЧАСТКИ",
            "columns": {"plot_id": "Text"},
            "defaults": {"zone_id": "z"},
            "control_points": control_points(),
        },
        rules=("control_points_fitted", "drawing_selected"),
    ),
]

ENCODINGS = [
    Case("encoding_cp1251_without_cpg", shapefile("cp1251"), rules=("encoding_decided",)),
    Case("encoding_cp866_without_cpg", shapefile("cp866"), rules=("encoding_decided",)),
    Case("encoding_cp1251_language_byte", shapefile("cp1251", language=0xC9)),
    Case("encoding_cpg", shapefile("cp1251", says="1251")),
    Case("encoding_cpg_lies", shapefile("cp1251", says="UTF-8"), rules=("encoding_decided",)),
    Case("encoding_cpg_western", shapefile("cp1251", says="ISO-8859-1"), rules=("encoding_decided",)),
    Case("encoding_utf8_as_cp1251", shapefile("utf-8", language=0xC9), rules=("encoding_decided",)),
    Case("encoding_settings", shapefile("cp866"), settings={"encoding": "cp866"}),
    *(
        Case(
            f"encoding_csv_{encoding}",
            text("plots.csv", table_of(rows, COLUMNS), encoding),
            settings=WGS84,
            rules=("encoding_decided",) if encoding in ("cp1251", "cp866") else (),
        )
        for encoding, rows in (
            ("utf-8-sig", ROWS),
            ("utf-16", ROWS),
            ("cp1251", [[*row[:2], "Участок", row[3]] for row in ROWS]),
            ("cp866", [[*row[:2], "Участок", row[3]] for row in ROWS]),
        )
    ),
    Case(
        "encoding_kazakh_cp",
        text(
            "plots.csv",
            table_of([[*row[:2], "Қарамұрт өңірі, Ғ әліпбиі", row[3]] for row in ROWS], COLUMNS),
            "kz1048",
        ),
        settings={**WGS84, "encoding": "kz1048"},
    ),
    Case(
        "encoding_geojson_cp1251",
        after(
            write("plots.geojson", plots(number=["Бадам", "Арыс", "Созак"])),
            lambda path: path.write_bytes(path.read_bytes().decode().encode("cp1251")) and None,
        ),
        rules=("encoding_decided",),
    ),
    Case(
        "encoding_mif_cp1251",
        after(
            write("plots.mif", plots(number=["Бадам", "Арыс", "Созак"])),
            lambda path: (
                path.with_suffix(".mid").write_bytes(
                    path.with_suffix(".mid").read_bytes().decode().encode("cp1251")
                )
                and None
            ),
        ),
        rules=("encoding_decided",),
    ),
]

CRS = [
    Case("crs_pulkovo", write("plots.gpkg", crs="EPSG:28412")),
    Case("crs_qaztrf", qaztrf),
    Case("crs_web_mercator", write("plots.gpkg", crs="EPSG:3857")),
    Case("crs_from_settings", after(write("plots.shp"), drop(".prj")), settings={"crs": "EPSG:32642"}),
    Case(
        "crs_override",
        after(write("plots.shp"), relabel("EPSG:4326")),
        settings={"crs": "EPSG:32642", "crs_override": True},
    ),
    Case("crs_swapped_told", write("plots.gpkg", swap(plots(), "EPSG:28412")), settings={"swap_axes": True}),
    Case("crs_missing", after(write("plots.shp"), drop(".prj")), exit_code=4, says="EPSG:32642"),
    Case("crs_missing_csv", text("plots.csv", table_of(ROWS, COLUMNS)), exit_code=4, says="EPSG:4326"),
    Case("crs_contradicts", write("plots.gpkg"), exit_code=4, settings={"crs": "EPSG:28412"}, says="crs_override"),
    Case("crs_unknown", write("plots.gpkg"), exit_code=4, settings={"crs": "EPSG:1"}, says="EPSG:4326"),
    Case(
        "crs_swapped_degrees",
        write("plots.gpkg", swap(plots(), "EPSG:4326")),
        exit_code=4,
        says="swap_axes = true",
    ),
    Case(
        "crs_swapped_metres",
        write("plots.gpkg", swap(plots(), "EPSG:28412")),
        exit_code=4,
        says="swap_axes = true",
    ),
    Case("crs_metres_as_degrees", after(write("plots.shp"), relabel("EPSG:4326")), exit_code=4, says="EPSG:32642"),
    Case(
        "crs_degrees_as_metres",
        after(write("plots.shp", crs="EPSG:4326"), relabel("EPSG:32642")),
        exit_code=4,
        says="EPSG:4326",
    ),
    Case(
        "crs_mercator_as_utm",
        after(write("plots.shp", crs="EPSG:3857"), relabel("EPSG:32642")),
        exit_code=4,
        says="EPSG:3857",
    ),
    Case(
        "crs_wrong_zone",
        after(write("plots.shp", crs="EPSG:28412"), relabel("EPSG:28411")),
        exit_code=4,
        says="EPSG:28412",
    ),
    Case(
        "crs_ballpark",
        after(
            write("plots.shp"),
            lambda path: (
                path.with_suffix(".prj").write_text(
                    'GEOGCS["X",DATUM["Nowhere",SPHEROID["S",6377000,299]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
                )
                and None
            ),
        ),
        exit_code=4,
        says="ballpark",
    ),
    Case(
        "crs_few_control_points",
        write("plots.shp"),
        exit_code=4,
        settings={"control_points": [[0, 0, 69, 42.4]]},
        says="two or more",
    ),
    Case(
        "crs_control_points_swapped",
        write("plots.shp"),
        exit_code=4,
        settings={"control_points": [[0, 0, 69, 42.4], [1000, 0, 69.9, 42.4]]},
        says="scale",
    ),
]
