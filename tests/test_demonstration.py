"""The demonstration region: published totals, exact plots, and files that equal what the generator writes."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geozones import checks, layers
from geozones.cli.demo import demo
from geozones.config import load_config
from geozones.demonstration import AS_OF, Demonstration, make_demonstration
from geozones.demonstration.ground import area_ha
from geozones.demonstration.register import check_digit, invent_holder_id
from geozones.errors import DiskFullError, UsageError
from geozones.lifecycle import plot_states
from geozones.tables import ALLOCATIONS, CONTRACTS

LAYERS = Path(__file__).resolve().parent.parent / "layers"
CRS = "EPSG:32642"
LEFT_OUT = {"connectable", "valid_to", "voltage_kv", "pressure_mpa", "diameter_mm"}


@pytest.fixture(scope="module")
def made() -> Demonstration:
    """Make the demonstration once for this file."""
    return make_demonstration()


@pytest.fixture(scope="module")
def states(made: Demonstration) -> pd.DataFrame:
    """Give the states of its plots on its day."""
    return plot_states(made.tables["plots"], made.tables["register"], as_of=AS_OF)


def test_sixteen_zones_have_the_published_totals(made: Demonstration) -> None:
    zones = made.tables["zones"]
    assert zones["kind"].value_counts().to_dict() == {"regional": 14, "private": 2}
    assert round(zones.loc[zones["kind"] == "regional", "area_ha"].sum(), 6) == 1700.0
    assert (zones["register_date"] < dt.date(2025, 2, 1)).all()
    assert (zones["decision_date"] > dt.date(2024, 2, 10)).sum() == 5
    assert zones["name_ru"].str.endswith("(демо)").all()


@pytest.mark.parametrize(
    ("zone_id", "hectares"),
    [
        ("zhetysai", 59),
        ("otyrar", 85),
        ("arys", 30),
        ("karamurt", 523.9),
        ("shardara-2", 46.1),
        ("shayan", 60),
    ],
)
def test_published_hectares_are_marked(made: Demonstration, zone_id: str, hectares: float) -> None:
    zone = made.tables["zones"].set_index("zone_id").loc[zone_id]
    assert zone["area_ha"] == hectares
    assert zone["area_source"] == "published"


def test_other_hectares_are_marked_as_invented(made: Demonstration) -> None:
    assert made.tables["zones"]["area_source"].value_counts().to_dict() == {"published": 6, "invented": 10}


def test_projects_have_the_published_totals(made: Demonstration) -> None:
    register = made.tables["register"]
    projects = register[register["project"].notna()]
    assert len(projects) == projects["project"].nunique() == 82
    assert projects["investment_kzt"].sum() == 120_000_000_000
    assert set(projects["plot_id"].str.rsplit("-", n=1).str[0]) == set(made.tables["zones"]["zone_id"])


def test_eighteen_projects_were_approved_in_2024(made: Demonstration) -> None:
    council = pd.to_datetime(made.tables["register"]["council_date"])
    assert (council.dt.year == 2024).sum() == 18


def test_eleven_projects_are_past_their_start(states: pd.DataFrame) -> None:
    assert states["start_passed"].sum() == 11


def test_all_states_of_the_opening_table_are_there(states: pd.DataFrame) -> None:
    counts = states["state"].value_counts()
    assert {"free", "reserved", "contracted", "building", "operating"} == set(counts.index)
    assert counts.min() >= 15


def test_contracts_follow_council_and_register(made: Demonstration) -> None:
    register = made.tables["register"].dropna(subset=["contract_date"])
    zones = made.tables["zones"].set_index("zone_id")["register_date"]
    registered = register["plot_id"].str.rsplit("-", n=1).str[0].map(zones)
    assert (register["contract_date"] > registered).all()
    assert (register["contract_date"] > register["council_date"]).all()
    assert (register["contract_date"] < AS_OF).all()


def test_dates_of_a_project_stand_in_order(made: Demonstration) -> None:
    dates = made.tables["register"][["contract_date", "started_on", "commissioned_on"]].apply(pd.to_datetime)
    assert not (dates["started_on"] <= dates["contract_date"]).any()
    assert not (dates["commissioned_on"] <= dates["started_on"]).any()
    assert not (dates > pd.Timestamp(AS_OF)).any().any()


def test_participants_are_demonstration_ones(made: Demonstration) -> None:
    register = made.tables["register"]
    assert register["participant"].str.fullmatch(r"Демо-участник \d{3}").all()
    assert register["reserved_for"].dropna().str.fullmatch(r"Демо-участник \d{3}").all()


def test_no_holder_id_can_have_been_issued(made: Demonstration) -> None:
    ids = made.tables["register"]["holder_id"]
    assert ids.str.fullmatch(r"\d{12}").all()
    assert (ids.str[2:4] == "00").all()


@pytest.mark.parametrize("individual", [True, False])
def test_holder_ids_are_distinct_and_end_in_their_check_digit(individual: bool) -> None:
    ids = [invent_holder_id(number, individual=individual) for number in range(1, 400)]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 12 and check_digit(one[:11]) == int(one[11]) for one in ids)


def test_zones_and_plots_measure_what_they_declare(made: Demonstration) -> None:
    for key, tolerance in (("zones", 0.002), ("plots", 0.005)):
        table = made.tables[key]
        measured = table.geometry.map(area_ha)
        assert (np.abs(measured / table["area_ha"] - 1) < tolerance).all()


def test_plots_share_corners_and_no_land(made: Demonstration) -> None:
    shapes = made.tables["plots"].to_crs(CRS).geometry.array
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = pairs[:, pairs[0] < pairs[1]]
    assert len(left) > 300
    assert shapely.area(shapely.intersection(shapes[left], shapes[right])).max() < 0.01


def test_plots_lie_inside_their_zone(made: Demonstration) -> None:
    zones = made.tables["zones"].set_index("zone_id").geometry
    plots = made.tables["plots"]
    assert shapely.within(plots.geometry.array, zones.loc[plots["zone_id"]].array).all()


def test_a_zone_has_12_to_80_plots_of_several_sizes(made: Demonstration) -> None:
    by_zone = made.tables["plots"].groupby("zone_id")["area_ha"]
    assert by_zone.size().between(12, 80).all()
    assert made.tables["plots"]["area_ha"].between(0.3, 12).all()
    assert (by_zone.max() > 1.8 * by_zone.min()).all()


def test_new_zones_are_largely_undivided(made: Demonstration) -> None:
    divided = made.tables["plots"].groupby("zone_id")["area_ha"].sum()
    share = divided / made.tables["zones"].set_index("zone_id")["area_ha"]
    assert (share[["karamurt", "otyrar", "zhetysai", "arys", "shardara-2"]] < 0.5).all()
    assert (share < 0.9).all()


def test_each_zone_lies_in_its_district_and_on_nothing_else(made: Demonstration) -> None:
    tables = made.tables
    districts = tables["districts"].set_index("district_code").geometry
    zones = tables["zones"]
    assert shapely.within(zones.geometry.array, districts.loc[zones["district_code"]].array).all()
    for key in ("settlements", "roads", "railways", "rivers", "lakes", "restricted"):
        others = tables[key][~tables[key].iloc[:, 0].str.startswith("access-")].geometry
        hits = shapely.STRtree(others.array).query(zones.geometry.array, predicate="intersects")
        assert not hits.size, key


def test_districts_share_borders_without_gaps(made: Demonstration) -> None:
    districts = made.tables["districts"]
    whole = shapely.union_all(districts.geometry.array)
    assert len(districts) == 17
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 1  # Shymkent
    assert whole.area == pytest.approx(shapely.area(districts.geometry.array).sum(), rel=1e-12)


def test_every_centre_lies_in_its_district(made: Demonstration) -> None:
    from geozones.demonstration.places import DISTRICTS

    shapes = made.tables["districts"].set_index("district_code").geometry
    assert all(shapes[district.code].contains(shapely.Point(district.centre)) for district in DISTRICTS)


@pytest.mark.parametrize("key", [*sorted(CONTRACTS.keys() - {"inspections"}), "register"])
def test_tables_carry_contract_columns(made: Demonstration, key: str) -> None:
    contract = ALLOCATIONS if key == "register" else CONTRACTS[key]
    table = made.tables[key]
    missing = set(contract.column_names) - set(table.columns) - LEFT_OUT
    assert not missing
    assert table[contract.key].is_unique
    for column in contract.required:
        assert table[column].notna().all(), column


@pytest.mark.parametrize("key", ["zones", "parcels", "gas", "power", "water", "connection_points"])
def test_rows_stand_in_the_order_of_their_ids(made: Demonstration, key: str) -> None:
    ids = made.tables[key][CONTRACTS[key].key]
    assert ids.is_monotonic_increasing
    assert made.tables[key].geometry.is_valid.all()


def test_plots_stand_by_zone_and_number(made: Demonstration) -> None:
    plots = made.tables["plots"]
    keys = list(zip(plots["zone_id"], plots["number"].astype(int), strict=True))
    assert keys == sorted(keys)
    assert plots["cadastral_no"].str.fullmatch(r"19-\d{3}-\d{3}-\d{3}").all()
    assert pd.concat([plots["cadastral_no"], made.tables["parcels"]["cadastral_no"]]).is_unique


def test_networks_have_all_states_and_unknown_capacities(made: Demonstration) -> None:
    assert set(made.tables["gas"]["state"]) == {"existing", "building", "planned", "cancelled"}
    points = made.tables["connection_points"]
    assert 3 <= points["capacity_free"].isna().sum() < len(points) / 4
    assert points.loc[points["capacity_free"].notna(), "capacity_date"].notna().all()
    assert set(points["network"]) == {"gas", "power", "water"}


def test_water_covers_some_districts_only(made: Demonstration) -> None:
    layers = tomllib.loads(made.settings)["layers"]
    assert len(layers["water"]["provenance"]["coverage"]) == 12
    assert {layer["provenance"]["coverage"] for key, layer in layers.items() if key != "water"} == {"region"}


def test_settings_write_their_folders_out_a_key_a_line(made: Demonstration) -> None:
    assert '\nstate_dir = "../.geozones"\n' in made.settings
    assert '\n[maps]\nout = "../maps_out"\n' in made.settings


def test_the_same_call_gives_the_same_files(made: Demonstration) -> None:
    assert make_demonstration().as_files() == made.as_files()


def test_shipped_layers_equal_what_the_generator_writes(made: Demonstration) -> None:
    shipped = {file.name: file.read_text(encoding="utf-8") for file in LAYERS.iterdir()}
    files = made.as_files()
    assert sorted(shipped) == sorted(files)
    different = [name for name in files if files[name] != shipped[name]]
    assert not different, "run `geozones demo layers`"


def test_shipped_layers_are_small_and_a_feature_a_line(made: Demonstration) -> None:
    files = made.as_files()
    assert sum(len(text.encode()) for text in files.values()) < 3_000_000
    for key in ("zones", "plots"):
        assert len(files[f"{key}.geojson"].splitlines()) == len(made.tables[key]) + 2


def test_geojson_winds_outer_rings_counterclockwise(made: Demonstration) -> None:
    zones = json.loads(made.as_files()["zones.geojson"])["features"]
    assert all(shapely.is_ccw(shapely.LinearRing(zone["geometry"]["coordinates"][0])) for zone in zones)


@pytest.mark.parametrize("count", [None, 3, 20])
def test_the_checks_find_no_error(tmp_path: Path, count: int | None) -> None:
    demo(tmp_path / "layers", zones=count, quiet=True)
    config = load_config(tmp_path / "layers" / "geozones.toml", environ={})
    read = [layers.read_layer(spec) for spec in config.layers.values()]
    checked, issues = checks.check_region([checks.check_layer(layer, region=config.region) for layer in read])
    found = pd.concat([issues, *(layer.issues for layer in checked)])
    assert set(found["severity"]) <= {"info"}
    assert not any(len(layer.quarantine) for layer in checked)
    assert len(next(layer.table for layer in checked if layer.key == "zones")) == (count or 16)


def test_fewer_zones_are_the_first_of_the_sixteen(made: Demonstration) -> None:
    few = make_demonstration(zones=3)
    assert set(few.tables["zones"]["zone_id"]) == {"badam", "turkistan", "kentau"}
    lines = [made.as_files()[name].splitlines() for name in ("plots.geojson", "register.csv")]
    fewer = [few.as_files()[name].splitlines() for name in ("plots.geojson", "register.csv")]
    for some, every in zip(fewer, lines, strict=True):
        assert {line.rstrip(",") for line in some} <= {line.rstrip(",") for line in every}


def test_more_zones_leave_the_sixteen_as_they_are(made: Demonstration) -> None:
    more = make_demonstration(zones=20).tables["zones"]
    assert more["name_ru"].tolist()[-1] == "Зона 20 (демо)"
    assert set(made.tables["zones"]["zone_id"]) < set(more["zone_id"])
    shapes = more.geometry.array
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (pairs[0] == pairs[1]).all()


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_impossible_numbers_of_zones_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match="zone"):
        make_demonstration(zones=count)


def test_settings_of_another_region_are_not_overwritten(tmp_path: Path) -> None:
    settings = tmp_path / "geozones.toml"
    settings.write_text('[region]\nname = { en = "Real" }\n', encoding="utf-8")
    with pytest.raises(UsageError, match="another region"):
        demo(tmp_path, quiet=True)
    assert [file.name for file in tmp_path.iterdir()] == ["geozones.toml"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        demo(tmp_path / "taken", quiet=True)


def test_a_full_disk_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(DiskFullError, match="No space"):
        demo(tmp_path, quiet=True)


def test_the_command_writes_the_files_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo(tmp_path / "demo", zones=1)
    assert "17 files" in capsys.readouterr().out
    assert not list((tmp_path / "demo").glob(".*"))
