"""Damaged, hostile and wrong files: each gives its error or its issues, and no feature is lost without a word."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from builders import make_line, make_square
from corpus import (
    Case,
    after,
    cut,
    drawing,
    drop,
    lines,
    pack,
    plots,
    points,
    replace,
    shapefile,
    spoil,
    text,
    workbook,
    write,
    zones,
)
from corpus_formats import (
    COLUMNS,
    DXF_PLOTS,
    DXF_SETTINGS,
    POINT_COLUMNS,
    POINT_ROWS,
    ROWS,
    WGS84,
    corners,
    table_of,
    two_layers,
)
from shapely import Polygon

EMPTY_COLLECTION = '{"type":"FeatureCollection","features":[]}'


def slip(folder: Path) -> str:
    with zipfile.ZipFile(folder / "sent.zip", "w") as archive:
        archive.writestr("../plots.geojson", EMPTY_COLLECTION)
    return "sent.zip"


def entity(path: Path) -> None:
    content = path.read_text("utf-8").replace(
        "<kml", '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml', 1
    )
    path.write_text(content, "utf-8")


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)

DAMAGE = [
    Case("damage_missing_file", lambda folder: "nowhere.gpkg", exit_code=4, says="no such file"),
    Case("damage_empty_file", text("plots.geojson", ""), exit_code=4, says="0 bytes"),
    Case("damage_unknown_content", text("plots.gpkg", "hello"), exit_code=4, says="not a file of a format"),
    Case("damage_dwg", text("plan.dwg", "AC1027"), exit_code=4, says="Save it as DXF"),
    Case("damage_xls", text("old.xls", "x"), exit_code=4, says="XLSX"),
    Case("damage_cut_geojson", after(write("plots.geojson"), cut(0.7)), exit_code=4, says="cut"),
    Case(
        "damage_geojson_no_features",
        text("plots.geojson", '{"type":"FeatureCollection","features":5}'),
        exit_code=4,
        says="list of features",
    ),
    Case("damage_cut_shp", after(write("plots.shp"), cut(0.8)), exit_code=4, says="cut"),
    Case("damage_cut_shx", after(write("plots.shp"), cut(0.9, ".shx")), exit_code=4, says="cut"),
    Case("damage_cut_dbf", after(write("plots.shp"), cut(0.8, ".dbf")), exit_code=4, says=".dbf"),
    Case("damage_missing_shx", after(write("plots.shp"), drop(".shx")), exit_code=4, says="plots.shx"),
    Case("damage_missing_dbf", after(write("plots.shp"), drop(".dbf")), exit_code=4, says="plots.dbf"),
    Case(
        "damage_part_of_shapefile",
        after(write("plots.shp"), lambda path: None),
        exit_code=4,
        settings={"source": "plots.dbf"},
        says=".shp",
    ),
    Case(
        "damage_corrupt_gpkg", after(write("plots.gpkg"), spoil(8192, b"\xff" * 8192)), exit_code=4, says="damaged"
    ),
    Case("damage_cut_gpkg", after(write("plots.gpkg"), cut(0.6)), exit_code=4, says="damaged"),
    Case("damage_cut_fgb", after(write("plots.fgb"), cut(0.8)), exit_code=4, says="plots.fgb"),
    Case("damage_cut_parquet", after(write("plots.parquet"), cut(0.8)), exit_code=4, says="cut"),
    Case("damage_cut_kml", after(write("plots.kml"), cut(0.8)), exit_code=4, says="XML"),
    Case("damage_cut_gml", after(write("plots.gml"), cut(0.8)), exit_code=4, says="XML"),
    Case("damage_cut_xlsx", after(workbook(("Лист", [COLUMNS, *ROWS])), cut(0.8)), exit_code=4, says="workbook"),
    Case("damage_cut_zip", pack(write("plots.shp"), spoiled=cut(0.8)), exit_code=4, says="archive"),
    Case("damage_cut_dxf", drawing(*DXF_PLOTS, end="E"), exit_code=4, says="cut", settings=DXF_SETTINGS),
    Case("damage_zip_without_data", pack(text("readme.md", "x")), exit_code=4, says="no file that is read"),
    Case("damage_empty_sheet", workbook(("Лист", [])), exit_code=4, says="empty"),
    Case(
        "damage_geojson_alien_member",
        after(write("plots.geojson"), replace('"type": "Feature",', '"type": "Fature",')),
        exit_code=3,
        rules=("record_unreadable",),
        aside=1,
    ),
]

CHOICES = [
    Case("choice_layers", two_layers, exit_code=4, says="plots, power"),
    Case("choice_no_such_layer", two_layers, exit_code=4, settings={"layer": "zones"}, says="plots, power"),
    Case(
        "choice_sheets",
        workbook(("А", [COLUMNS, *ROWS]), ("Б", [COLUMNS, *ROWS])),
        exit_code=4,
        settings=WGS84,
        says="А, Б",
    ),
    Case(
        "choice_no_such_sheet",
        workbook(("А", [COLUMNS, *ROWS])),
        exit_code=4,
        settings={**WGS84, "layer": "Б"},
        says="Б",
    ),
    Case(
        "choice_dxf_layer",
        drawing(*DXF_PLOTS),
        exit_code=4,
        settings={**DXF_SETTINGS, "layer": "ГАЗ*"},
        says="УЧАСТКИ",
    ),
    Case("choice_encoding_wrong", shapefile("cp1251"), exit_code=4, settings={"encoding": "utf-8"}, says="cp866"),
    Case(
        "choice_encoding_unknown",
        shapefile("cp1251"),
        exit_code=4,
        settings={"encoding": "klingon"},
        says="klingon",
    ),
    Case(
        "choice_encoding_open",
        text(
            "plots.csv",
            table_of([[*row[:2], "№ ¤¦§", row[3]] for row in ROWS], COLUMNS).replace("№", "\u2116"),
            "cp1251",
        ),
        exit_code=4,
        settings=WGS84,
        says="cp1251: «",
    ),
    Case(
        "choice_no_place",
        text("plots.csv", table_of([row[:3] for row in ROWS], COLUMNS[:3])),
        exit_code=4,
        says="no place",
    ),
    Case(
        "choice_column_missing",
        write("plots.gpkg"),
        exit_code=2,
        settings={"columns": {"plot_id": "нет такого"}},
        says="plot_id, zone_id, number",
    ),
    Case(
        "choice_required_missing",
        write("plots.gpkg", plots().drop(columns="zone_id")),
        exit_code=2,
        says="defaults",
    ),
    Case(
        "choice_column_unknown",
        write("plots.gpkg"),
        exit_code=2,
        settings={"columns": {"plotid": "plot_id"}},
        says="plotid",
    ),
]

HOSTILE = [
    Case("hostile_vrt", text("plots.gpkg", VRT), exit_code=4, says="not a file of a format"),
    Case("hostile_vrt_as_json", text("plots.geojson", VRT), exit_code=4, says="not a file of a format"),
    Case(
        "hostile_pipeline_json",
        text("plots.json", '{"type":"gdal_streamed_alg","command_line":"gdal vector read /etc/passwd"}'),
        exit_code=4,
        says="plots.json",
    ),
    Case(
        "hostile_vsi", lambda folder: "/vsicurl/http://127.0.0.1/plots.geojson", exit_code=4, says="no such file"
    ),
    Case("hostile_zip_slip", slip, exit_code=4, says="leads out"),
    Case("hostile_xml_entity", after(write("plots.kml"), entity), exit_code=4, says="entities"),
    Case(
        "hostile_gpkg_is_sqlite",
        after(write("plots.gpkg"), lambda path: path.write_bytes(b"SQLite format 3\0" + b"\0" * 4096) and None),
        exit_code=4,
    ),
]

BOW_TIE = Polygon([(500_000, 4_700_000), (500_100, 4_700_100), (500_100, 4_700_000), (500_000, 4_700_100)])
HOLE_AT_EDGE = Polygon(
    make_square(0, 0, 100).exterior.coords,
    [[(500_000, 4_700_020), (500_020, 4_700_020), (500_020, 4_700_040), (500_000, 4_700_040)]],
)
SQUARES = [make_square(150 * n, 0, 100) for n in range(3)]
DAYS = pd.to_datetime(["2025-01-01"] * 3)


def first(shape: Any) -> list[Any]:
    return [shape, *SQUARES[1:]]


def case(name: str, rules: str, table: Any, *, error: bool = True, aside: int = 0, **options: Any) -> Case:
    make = write(f"{options.get('role', 'plots')}.parquet", table)
    return Case(name, make, 3 if error else 0, tuple(rules.split()), len(table), aside, **options)


def csv(
    name: str,
    rules: str,
    rows: list[list[Any]],
    columns: list[str] | None = None,
    *,
    error: bool = True,
    aside: int = 0,
    **options: Any,
) -> Case:
    settings = {**WGS84, **options.pop("settings", {})}
    content = table_of(rows, columns or COLUMNS)
    return Case(
        name,
        text("plots.csv", content),
        3 if error else 0,
        tuple(rules.split()),
        len(rows),
        aside,
        settings=settings,
        **options,
    )


def with_column(name: str, cell: str) -> tuple[list[list[Any]], list[str]]:
    return [[*ROWS[0], cell], *([*row, ""] for row in ROWS[1:])], [*COLUMNS, name]


DOCTOR = [
    case("doctor_missing", "geometry_missing", plots(*first(None)), aside=1),
    case("doctor_empty", "geometry_empty", plots(*first(Polygon())), aside=1),
    case(
        "doctor_infinite",
        "geometry_not_finite",
        plots(*first(Polygon([(500_000, 4_700_000), (float("inf"), 4_700_000), (500_100, 4_700_100)]))),
        aside=1,
    ),
    case("doctor_invalid", "geometry_invalid", plots(*first(BOW_TIE)), aside=1),
    case("doctor_repaired", "geometry_repaired", plots(*first(HOLE_AT_EDGE), area_ha=[0.96, 1, 1]), error=False),
    case("doctor_mixed", "geometry_kind", plots(*first(make_line((0, 0), (9, 9)))), aside=1),
    case(
        "doctor_collection",
        "geometry_kind",
        plots(*first(shapely.GeometryCollection([SQUARES[0], make_line((0, 0), (9, 9))]))),
        aside=1,
    ),
    case("doctor_heights", "geometry_3d", plots(*shapely.force_3d(SQUARES, 300)), error=False),
    case(
        "doctor_repeated_points",
        "points_repeated",
        plots(*first(Polygon([*SQUARES[0].exterior.coords[:2], *SQUARES[0].exterior.coords[1:]]))),
        error=False,
    ),
    case(
        "doctor_sliver",
        "sliver",
        plots(*first(shapely.box(500_000, 4_700_000, 500_000.5, 4_700_100)), area_ha=[0.005, 1, 1]),
        error=False,
    ),
    case("doctor_same_twice", "geometry_repeated plots_overlap", plots(SQUARES[0], SQUARES[0])),
    case("doctor_overlap", "plots_overlap", plots(SQUARES[0], make_square(90, 0, 100), SQUARES[2])),
    case("doctor_gap", "plots_gap", plots(SQUARES[0], make_square(100.2, 0, 100)), error=False),
    case("doctor_outside_zone", "plot_outside_zone", plots(*SQUARES[:2], make_square(1450, 0, 100))),
    case("doctor_no_zone", "zone_unknown", plots(zone_id=["z", "z", "нет"]), aside=1),
    case("doctor_empty_zone", "value_missing", plots(zone_id=["z", "z", None]), aside=1),
    case("doctor_repeated_key", "key_repeated", plots(plot_id=["p1", "p1", "p2"]), aside=1),
    case("doctor_missing_key", "key_missing", plots(plot_id=["p1", None, "p2"]), aside=1),
    case("doctor_area", "area_differs", plots(area_ha=[1, 1, 2.0]), error=False),
    case("doctor_negative_area", "number_out_of_range", plots(area_ha=[1, 1, -2.0])),
    case(
        "doctor_dates",
        "dates_disordered",
        plots(valid_from=pd.to_datetime(["2025-01-02"] * 3), valid_to=[DAYS[0], pd.NaT, pd.NaT]),
    ),
    case(
        "doctor_cadastral",
        "cadastral_bad",
        plots(cadastral_no=["19:309:123:456", "19309123457", "б/н"]),
        error=False,
    ),
    case(
        "doctor_cadastral_twice",
        "cadastral_repeated",
        plots(cadastral_no=["19:309:123:456", "19309123456", "19-309-123-457"]),
        error=False,
    ),
    case("doctor_mixed_letters", "letters_mixed", plots(number=["Бaдам", "2", "3"]), error=False),
    case("doctor_garbled", "text_garbled", plots(number=["Р‘Р°РґР°Рј", "2", "3"])),
    case("doctor_question_marks", "text_garbled", plots(number=["????? 5", "2", "3"])),
    case(
        "doctor_zones_overlap",
        "zones_overlap",
        zones(make_square(3000, 0, 900), make_square(3800, 0, 900), zone_id=["a", "b"]),
        role="zones",
    ),
    case(
        "doctor_district_unknown",
        "district_unknown",
        zones(make_square(3000, 0, 900), zone_id=["a"], district_code="9"),
        error=False,
        role="zones",
        more={"districts": {"6110": make_square(-5000, -5000, 15_000)}},
    ),
    case(
        "doctor_district_differs",
        "district_differs",
        zones(make_square(3000, 0, 900), zone_id=["a"], district_code="6116"),
        error=False,
        role="zones",
        more={
            "districts": {"6110": make_square(2000, -5000, 15_000), "6116": make_square(-20_000, -5000, 20_000)}
        },
    ),
    case(
        "doctor_outside_region",
        "outside_region",
        lines(make_line((0, -50), (90, -50)), make_line((0, 3_000_000), (90, 3_000_000))),
        error=False,
        role="power",
    ),
    case(
        "doctor_no_length",
        "line_without_length",
        lines(make_line((0, 0), (0, 0)), make_line((0, 9), (90, 9))),
        aside=1,
        role="power",
    ),
    case(
        "doctor_cancelled_and_coarse",
        "line_cancelled line_coarse",
        lines(make_line((0, -50), (20_000, -50)), state="cancelled"),
        error=False,
        role="power",
    ),
    case(
        "doctor_voltages",
        "unit_read",
        lines(voltage_kv=["220 кВ", "35/10", "220000;110000"]),
        error=False,
        role="power",
    ),
    case(
        "doctor_voltage_odd",
        "unit_read voltage_unusual",
        lines(voltage_kv=["350000", "110", "10"]),
        error=False,
        role="power",
    ),
    case("doctor_voltage_words", "number_bad", lines(voltage_kv=["высокое", "110", "10"]), role="power"),
    case(
        "doctor_capacity",
        "capacity_impossible",
        points(capacity_total=[10.0, 10, 10], capacity_free=[5.0, 25, 10]),
        role="connection_points",
    ),
    case("doctor_state", "value_unknown", lines(state=["existing", "работает", "planned"]), aside=1, role="power"),
    case("doctor_no_features", "layer_empty", plots().iloc[:0], error=False),
    csv("doctor_bad_number", "number_bad", *with_column("area_ha", "много")),
    csv("doctor_number_with_unit", "unit_read", *with_column("area_ha", "10 000 м2"), error=False),
    csv("doctor_bad_date", "date_bad", *with_column("valid_from", "31.02.2025")),
    csv("doctor_bad_wkt", "place_bad", [[*ROWS[0][:3], "POLYGON ((1 2, 3"], *ROWS[1:]], aside=1),
    csv("doctor_long_row", "row_malformed", [[*ROWS[0], "лишнее"], *ROWS[1:]], aside=1),
    csv(
        "doctor_one_coordinate",
        "place_bad",
        [[*POINT_ROWS[0][:4], ""], *POINT_ROWS[1:]],
        POINT_COLUMNS,
        aside=1,
        role="connection_points",
    ),
    Case(
        "doctor_corners_missing",
        text("corners.csv", table_of(corners()[:6], ["plot_id", "zone_id", "n", "lon", "lat"])),
        3,
        ("corners_bad",),
        2,
        1,
        settings={"columns": {"vertex": "n"}},
    ),
    Case(
        "doctor_deleted_row",
        after(write("plots.shp"), lambda path: delete_row(path.with_suffix(".dbf"))),
        0,
        ("records_deleted",),
        2,
    ),
    Case(
        "doctor_formula",
        workbook(("Лист", [[*COLUMNS, "area_ha"], [*ROWS[0], "=1+0"], *([*row, 1] for row in ROWS[1:])])),
        0,
        ("formula_without_value",),
        settings=WGS84,
    ),
    Case("doctor_no_ids", write("lines.parquet", lines().drop(columns="line_id")), 0, ("key_made",), role="power"),
]


def delete_row(path: Path) -> None:
    content = bytearray(path.read_bytes())
    header = int.from_bytes(content[8:10], "little")
    content[header] = ord("*")
    path.write_bytes(bytes(content))
