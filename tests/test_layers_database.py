"""Layers in a real PostgreSQL: with PostGIS and without, slow, forbidden, gone; the password is shown nowhere."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import shapely
from corpus import NUMBERS, UTM, plots, points, zones

from geozones.checks import check_layer
from geozones.cli.app import run
from geozones.config import LayerSpec, RegionConfig, load_config, name_database
from geozones.crs import name_crs
from geozones.errors import ColumnError, ConfigError, CrsError, EncodingError, InputError
from geozones.layers import read_layer, write_layer

REGION = RegionConfig(name={"en": "Region"}, bounds=(65.5, 40.3, 71.5, 46.2))
SECRET = "s3cr/t@п:%40?#"


def spec_of(url: str, **options: Any) -> LayerSpec:
    return LayerSpec(**{"key": "sent", "role": "plots", "source": url, "layer": "land.plots", **options})


@pytest.fixture
def database(postgis_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgis_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA land")
        yield connection


def fill(connection: psycopg.Connection, *, kind: str = "geometry(Polygon, 32642)", table: str = "plots") -> None:
    """Make the plots of the corpus, in another order than that of their keys."""
    connection.execute(
        f'CREATE TABLE land."{table}" (plot_id text PRIMARY KEY, zone_id varchar(9), number text, '
        f"area_ha numeric, valid_from date, need_power_kw int, seen timestamptz, shape {kind})"
    )
    name, cast = table.replace("%", "%%"), kind.split("(")[0]
    insert = f'INSERT INTO land."{name}" VALUES (%s, %s, %s, %s, %s, %s, now(), %s::bytea::{cast})'
    for row in reversed(list(plots().itertuples())):
        wkb = shapely.to_wkb(shapely.set_srid(row.geometry, 32642), include_srid=True)
        connection.execute(insert, (row.plot_id, row.zone_id, row.number, 1.0, "2025-02-10", 250, wkb))


def test_a_table_of_postgis_is_read(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database)
    layer = read_layer(spec_of(postgis_url))
    assert (layer.driver, layer.read, name_crs(layer.table.crs)) == ("PostgreSQL", 3, "EPSG:32642")
    assert layer.table["plot_id"].tolist() == ["p1", "p2", "p3"]
    assert layer.table["number"].tolist() == list(NUMBERS)
    assert layer.table["valid_from"].dt.strftime("%d.%m.%Y").unique().tolist() == ["10.02.2025"]
    assert layer.table["need_power_kw"].tolist() == [250.0] * 3
    assert layer.table.geometry.geom_equals(plots().geometry).all()
    checked = check_layer(layer, region=REGION)
    assert (len(checked.table), len(checked.issues)) == (3, 0)


def test_views_quoted_names_3d_and_nulls_are_read(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database, kind="geometry", table="Участки 100%")
    database.execute("UPDATE land.\"Участки 100%\" SET shape = NULL WHERE plot_id = 'p1'")
    database.execute(
        'CREATE VIEW land."Вид: 1" AS SELECT plot_id AS "Номер: %s", zone_id, ST_Force3DZ(shape, 300) AS geom '
        'FROM land."Участки 100%" ORDER BY random()'
    )
    layer = read_layer(spec_of(postgis_url, layer="land.Вид: 1", columns={"plot_id": "Номер: %s"}))
    assert layer.table["plot_id"].tolist() == ["p1", "p2", "p3"]
    checked = check_layer(layer, region=REGION)
    assert sorted(checked.issues["rule"]) == ["geometry_3d", "geometry_missing"]
    assert (len(checked.table), len(checked.quarantine), checked.read) == (2, 1, 3)


def test_geography_and_a_choice_of_columns(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database)
    database.execute("ALTER TABLE land.plots ADD centre geometry(Point, 32642), ADD round geography")
    database.execute("UPDATE land.plots SET round = ST_Transform(shape, 4326)::geography")
    with pytest.raises(InputError, match="shape, centre, round"):
        read_layer(spec_of(postgis_url))
    layer = read_layer(spec_of(postgis_url, columns={"geometry": "round"}))
    assert name_crs(layer.table.crs) == "EPSG:4326"
    assert layer.table.geometry.to_crs(UTM).area.round(0).tolist() == [10_000.0] * 3


def test_its_own_systems(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database, kind="geometry")
    database.execute("UPDATE land.plots SET shape = ST_SetSRID(shape, 0)")
    with pytest.raises(CrsError, match="EPSG:32642"):
        read_layer(spec_of(postgis_url), bounds=REGION.bounds)
    assert len(read_layer(spec_of(postgis_url, crs="EPSG:32642")).table) == 3
    wkt = UTM.to_wkt("WKT1_GDAL").replace("32642", "990001").replace("EPSG", "LOCAL")
    database.execute("INSERT INTO spatial_ref_sys VALUES (990001, NULL, NULL, %s, NULL)", (wkt,))
    database.execute("UPDATE land.plots SET shape = ST_SetSRID(shape, 990001)")
    assert check_layer(read_layer(spec_of(postgis_url)), region=REGION).table.geometry.area.sum() == 30_000
    database.execute("UPDATE land.plots SET shape = ST_SetSRID(shape, 4326) WHERE plot_id = 'p3'")
    with pytest.raises(CrsError, match="SRID 4326, 990001"):
        read_layer(spec_of(postgis_url))


@pytest.mark.parametrize("kind", ["bytea", "text"])
@pytest.mark.parametrize("form", ["wkb", "wkt"])
def test_without_postgis(kind: str, form: str, postgres_url: str) -> None:
    if (kind, form) == ("bytea", "wkt"):
        kind = "varchar"
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute(f"CREATE TABLE plots (plot_id int, zone_id text, geom {kind})")
        for number, shape in enumerate(shapely.set_srid(plots().geometry.to_numpy(), 32642)):
            wkb = shapely.to_wkb(shape, include_srid=True)
            text = wkb.hex() if form == "wkb" else f"SRID=32642;{shape.wkt}"
            connection.execute(
                "INSERT INTO plots VALUES (%s, 'z', %s)", (number, wkb if kind == "bytea" else text)
            )
    layer = read_layer(spec_of(postgres_url, layer="plots"))
    assert (layer.table["plot_id"].tolist(), name_crs(layer.table.crs)) == (["0", "1", "2"], "EPSG:32642")
    assert layer.table.geometry.area.round(6).tolist() == [10_000.0] * 3


def test_capacities_without_a_place(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE capacities (name text, network text, state text, capacity_free float)")
        connection.execute("INSERT INTO capacities VALUES ('ПС Бадам', 'power', 'existing', 1800.5)")
    layer = read_layer(spec_of(postgres_url, role="connection_points", layer="capacities"))
    assert layer.table[["name", "capacity_free"]].values.tolist() == [["ПС Бадам", 1800.5]]


def test_hidden_rows_are_said(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database)
    database.execute("DROP ROLE IF EXISTS clerk")
    database.execute("CREATE ROLE clerk LOGIN")
    database.execute("GRANT USAGE ON SCHEMA land TO clerk; GRANT SELECT ON land.plots TO clerk")
    database.execute("ALTER TABLE land.plots ENABLE ROW LEVEL SECURITY")
    database.execute("CREATE POLICY own ON land.plots TO clerk USING (plot_id <> 'p2')")
    layer = read_layer(spec_of(postgis_url.replace("postgres@", "clerk@")))
    assert (layer.read, layer.issues["rule"].tolist()) == (2, ["rows_limited"])


def test_what_is_not_there_or_not_allowed(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database)
    database.execute("DROP ROLE IF EXISTS stranger")
    database.execute("CREATE ROLE stranger LOGIN")
    for layer in ("land.lots", "plots", None):
        with pytest.raises(InputError, match=r"Tables there: land\.plots"):
            read_layer(spec_of(postgis_url, layer=layer))
    with pytest.raises(ColumnError, match="Columns there: plot_id, zone_id"):
        read_layer(spec_of(postgis_url, columns={"plot_id": "нет"}))
    with pytest.raises(InputError, match="right to select"):
        read_layer(spec_of(postgis_url.replace("postgres@", "stranger@")))


def test_a_lock_or_a_slow_view_ends_at_the_time_limit(database: psycopg.Connection, postgis_url: str) -> None:
    fill(database)
    database.execute("CREATE VIEW land.slow AS SELECT plots.* FROM land.plots, pg_sleep(20)")
    with pytest.raises(InputError, match=r"within 0\.2 s"):
        read_layer(spec_of(postgis_url, layer="land.slow", time_limit_s=0.2))
    with database.transaction():
        database.execute("LOCK TABLE land.plots IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(InputError, match="time_limit_s"):
            read_layer(spec_of(postgis_url, time_limit_s=0.2))


def test_a_server_that_falls_silent_is_cut_off(
    database: psycopg.Connection, postgis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geozones.layers import database as module

    fill(database)
    monkeypatch.setattr(module, "_SILENCE_S", 0.2)
    body = "BEGIN LOOP BEGIN PERFORM pg_sleep(9); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END"
    database.execute(f"CREATE FUNCTION land.deaf() RETURNS int LANGUAGE plpgsql AS $$ {body} $$")
    database.execute("CREATE VIEW land.deaf AS SELECT plots.* FROM land.plots WHERE land.deaf() > 0")
    with pytest.raises(InputError, match="does not answer"):
        read_layer(spec_of(postgis_url, layer="land.deaf", time_limit_s=0.1))
    database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%deaf%' "
                     "AND pid <> pg_backend_pid()")  # fmt: skip


def test_text_of_no_encoding_is_refused(postgres_server: Path, postgis_url: str) -> None:
    with psycopg.connect(postgis_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE raw ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    url = f"postgresql://postgres@/raw?host={postgres_server}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE plots (plot_id text, zone_id text, geom text)")
        connection.execute(
            b"INSERT INTO plots VALUES ('"
            + "Участок".encode("cp1251")
            + b"', 'z', 'POLYGON ((0 0, 1 0, 1 1, 0 0))')"
        )
    with pytest.raises(EncodingError, match="convert_from"):
        read_layer(spec_of(url, layer="plots"))
    with psycopg.connect(postgis_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE raw WITH (FORCE)")


def test_other_addresses_are_refused() -> None:
    for url in ("mysql://u@h/d", "https://example.org/plots.geojson", "sqlite:///plots.gpkg"):
        with pytest.raises(ConfigError, match="those of PostgreSQL"):
            read_layer(spec_of(url))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (f"postgresql://gis:{SECRET}@10.0.0.7:5432/cadastre?sslmode=require", "PostgreSQL"),
        ("postgresql+psycopg://gis:secret@10.0.0.7/cadastre", "PostgreSQL/cadastre"),
        ("postgres://gis@/cadastre?host=/run/postgresql&password=secret", "PostgreSQL/cadastre"),
        ("postgresql://secret@host", "PostgreSQL"),
        ("mysql://u:secret@h/d", "mysql/d"),
    ],
)
def test_names_of_databases_hold_no_secret(url: str, name: str) -> None:
    assert name_database(url) == name


def write_settings(folder: Path, source: str) -> Path:
    write_layer(zones(), folder / "base.geojson")
    path = folder / "geozones.toml"
    path.write_text(
        'language = "en"\nstate_dir = "state"\n[region]\nname = { en = "Region" }\n'
        'bounds = [65.5, 40.3, 71.5, 46.2]\n[maps]\nout = "out"\n'
        '[layers.base]\nrole = "zones"\nsource = "base.geojson"\n'
        f'[layers.sent]\nrole = "plots"\nsource = "{source}"\nlayer = "land.plots"\n',
        "utf-8",
    )
    return path


def test_a_password_is_shown_nowhere(
    database: psycopg.Connection, postgis_url: str, postgres_server: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    fill(database)
    database.execute("DROP ROLE IF EXISTS keeper")
    database.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{SECRET}'")
    database.execute("GRANT USAGE ON SCHEMA land TO keeper; GRANT SELECT ON land.plots TO keeper")
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    caplog.set_level(logging.DEBUG)
    url = postgis_url.replace("postgres@", "keeper:${DB_PASSWORD}@")
    path = write_settings(tmp_path, url)
    assert run(["build", "-c", str(path), "--as-of", "2025-02-10"]) == 0
    said = capsys.readouterr()
    forbidden = [SECRET, "s3cr%2Ft", "s3cr", str(postgres_server), "keeper"]
    texts = [said.out, said.err, caplog.text]
    texts += [
        file.read_bytes().decode("utf-8", "replace") for file in (tmp_path / "out").rglob("*") if file.is_file()
    ]
    assert len(texts) > 20
    assert not [word for word in forbidden for text in texts if word in text]
    run_json = next((tmp_path / "out").rglob("run.json"))
    assert json.loads(run_json.read_text())["settings"] == "geozones.toml"
    for broken in (url.replace(".s.", ""), url.replace("/gis_", "/nowhere_"), url.replace("host=", "host=/no")):
        if broken != url:
            code = run(["check", "-c", str(write_settings(tmp_path, broken))])
            said = capsys.readouterr()
            assert (code, "cannot be reached" in said.err) == (4, True)
            assert not [word for word in forbidden if word in said.err + said.out + caplog.text]


def test_a_literal_password_is_refused(tmp_path: Path) -> None:
    for url in ("postgresql://u:secret@h/d", "postgresql://u@h/d?password=secret", "postgresql://u:${A}x@h/d"):
        with pytest.raises(ConfigError, match="holds a password") as caught:
            load_config(write_settings(tmp_path, url), environ={"A": "b"})
        assert "secret" not in str(caught.value)


def test_a_password_stands_in_its_variable_as_it_is(tmp_path: Path) -> None:
    path = write_settings(tmp_path, "postgresql://u:${A}@h/d")
    source = load_config(path, environ={"A": "p@ss/w%"}).layers["sent"].source
    assert source == "postgresql://u:p%40ss%2Fw%25@h/d"


def test_points_keep_their_kazakh_names(database: psycopg.Connection, postgis_url: str) -> None:
    database.execute("CREATE TABLE land.points (point_id text, network text, name text, state text, g geometry)")
    for row in points().itertuples():
        database.execute(
            "INSERT INTO land.points VALUES (%s, 'power', %s, 'existing', ST_SetSRID(%s::geometry, 32642))",
            (row.point_id, row.name, row.geometry.wkt),
        )
    layer = read_layer(spec_of(postgis_url, role="connection_points", layer="land.points"))
    assert layer.table["name"].tolist() == ["ПС Бадам", "ПС Қарамұрт", "ПС Арыс"]
    assert re.match(r"PostgreSQL/gis_\d+ land\.points", spec_of(postgis_url, layer="land.points").display_name)


def test_the_command_describes_a_database(
    database: psycopg.Connection, postgis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(database)
    fill(database, kind="geometry", table="mixed")
    database.execute("UPDATE land.mixed SET shape = ST_SetSRID(ST_Centroid(shape), 0) WHERE plot_id <> 'p3'")
    database.execute("UPDATE land.mixed SET shape = NULL WHERE plot_id = 'p3'")
    database.execute("CREATE TABLE land.words (word text)")
    assert run(["layers", postgis_url, "--json", "--lang", "en"]) == 0
    (described,) = json.loads(capsys.readouterr().out)
    assert described["file"].startswith("PostgreSQL/gis_")
    found = {layer["name"]: layer for layer in described["layers"]}
    assert sorted(found) == ["land.mixed", "land.plots"]
    plain = found["land.plots"]
    assert (plain["features"], plain["geometry"], plain["crs"]) == (3, "Polygon", "EPSG:32642")
    assert plain["bounds"] == [500_000.0, 4_700_000.0, 500_400.0, 4_700_100.0]
    assert (found["land.mixed"]["features"], found["land.mixed"]["geometry"]) == (3, "Point")
    assert [problem["rule"] for problem in described["problems"]] == ["crs_missing"]
    assert run(["layers", postgis_url.replace("/gis_", "/none_"), "--lang", "en"]) == 4
    assert "postgres@" not in capsys.readouterr().err
