"""Sites from anything: what is read, what is refused and why; the inbox; ranking; the commands."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import jsonschema
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from site_cases import make_region, make_site, screen_case

from geozones.cli.app import run
from geozones.config import RegionConfig, load_config
from geozones.errors import InputError, Message
from geozones.i18n import translate
from geozones.layers.sites import read_sites
from geozones.reports.inbox import Inbox
from geozones.reports.proposals import read_inbox
from geozones.rules import load_rules
from geozones.screening import rank_sites
from geozones.screening.score import SEED

ROOT = Path(__file__).resolve().parent.parent
REGION = RegionConfig(name={"ru": "Область"}, crs="EPSG:32642", bounds=(65.5, 40.3, 71.5, 46.2))
RING = [(69.985, 42.1795), (69.995, 42.1795), (69.995, 42.1895), (69.985, 42.1895)]
"""(lon, lat) of a site of about 92 ha."""
DAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def words(messages: Any) -> str:
    return " | ".join(render(message) for message in messages)


def render(value: Any) -> str:
    if isinstance(value, Message):
        return translate(value.template, "en", **{name: render(each) for name, each in value.params.items()})
    return str(value)


def write_geojson(path: Path, *rings: Any, crs: str = "EPSG:4326", **columns: Any) -> Path:
    table = gpd.GeoDataFrame(
        columns,
        geometry=[shapely.Polygon(ring) for ring in rings],
        crs=crs,
    )
    table.to_file(path)
    return path


def in_metres(code: str, *, northing_first: bool = False) -> list[tuple[float, float]]:
    ring = gpd.GeoSeries(shapely.points(RING), crs=4326).to_crs(code)
    pairs = zip(ring.x, ring.y, strict=True)
    return [(y, x) if northing_first else (x, y) for x, y in pairs]


def as_text(pairs: Any, *, decimals: int = 6, separator: str = " ") -> str:
    return "\n".join(separator.join(f"{value:.{decimals}f}" for value in pair) for pair in pairs)


# ---- what is read ----


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp", "kml", "fgb"])
def test_vector_files_are_read(tmp_path: Path, suffix: str) -> None:
    path = write_geojson(tmp_path / f"site.{suffix}", RING, name=["Участок"])
    assert_is_the_site(read_sites(path, region=REGION))


def assert_is_the_site(found: Any, *, within_m: float = 1.0) -> None:
    assert words(found.refused) == ""
    assert len(found.table) == 1
    expected = gpd.GeoSeries([shapely.Polygon(RING)], crs=4326).to_crs(32642)
    assert found.table.geometry.iloc[0].hausdorff_distance(expected.iloc[0]) < within_m


@pytest.mark.parametrize(
    "text",
    [
        as_text([(lat, lon) for lon, lat in RING]),
        as_text(RING, separator="; ").replace(".", ","),
        as_text([(n, lat, lon) for n, (lon, lat) in enumerate(RING, 1)], separator="\t"),
        "POLYGON ((" + ", ".join(f"{lon} {lat}" for lon, lat in RING) + f", {RING[0][0]} {RING[0][1]}))",
        as_text(in_metres("EPSG:32642"), decimals=2) + "\nUTM 42",
    ],
)
def test_pasted_text_is_read(text: str) -> None:
    assert_is_the_site(read_sites(text, region=REGION))


def test_gauss_krueger_with_northing_first_is_read_and_said() -> None:
    found = read_sites(as_text(in_metres("EPSG:28412", northing_first=True), decimals=2), region=REGION)
    assert_is_the_site(found, within_m=8.0)
    assert "EPSG:28412" in words(found.notes)


def test_a_spreadsheet_with_decimal_commas_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["№", "Широта", "Долгота"])
    for number, (lon, lat) in enumerate(RING, 1):
        sheet.append([number, str(lat).replace(".", ","), str(lon).replace(".", ",")])
    book.save(tmp_path / "site.xlsx")
    assert_is_the_site(read_sites(tmp_path / "site.xlsx", region=REGION))


def test_several_sites_of_one_name_get_ids_of_their_own(tmp_path: Path) -> None:
    east = [(lon + 0.05, lat) for lon, lat in RING]
    path = write_geojson(tmp_path / "two.geojson", RING, east, name=["Площадка", "Площадка"])
    assert list(read_sites(path, region=REGION).table["site_id"]) == ["Площадка", "Площадка-2"]


def test_swapped_axes_are_swapped_back_and_said(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "swapped.geojson", [(lat, lon) for lon, lat in RING])
    found = read_sites(path, region=REGION)
    assert_is_the_site(found)
    assert "swapped" in words(found.notes)


# ---- what is refused, with the reason ----


def grown(ring: Any, factor: float) -> list[tuple[float, float]]:
    return [(69.99 + (lon - 69.99) * factor, 42.1845 + (lat - 42.1845) * factor) for lon, lat in ring]


@pytest.mark.parametrize(
    ("ring", "said"),
    [
        ([RING[0], RING[2], RING[1], RING[3]], "crosses itself: side 1–2 and side 3–4"),
        ([(lon + 20, lat) for lon, lat in RING], "outside the region"),
        (grown(RING, 0.002), "less than 0.1 ha"),
        (grown(RING, 100), "more than 20000 ha"),
    ],
)
def test_outlines_that_cannot_be_screened_are_refused(tmp_path: Path, ring: Any, said: str) -> None:
    found = read_sites(write_geojson(tmp_path / "site.geojson", ring, name=["А"]), region=REGION)
    assert len(found.table) == 0
    assert said in words(found.refused)


def test_thousands_of_vertices_are_read_and_too_many_refused(tmp_path: Path) -> None:
    def circle(corners: int) -> Any:
        angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        return np.column_stack([69.99 + 0.006 * np.cos(angles), 42.18 + 0.005 * np.sin(angles)])

    found = read_sites(write_geojson(tmp_path / "many.geojson", circle(20_000)), region=REGION)
    assert len(found.table) == 1
    found = read_sites(write_geojson(tmp_path / "more.geojson", circle(100_001)), region=REGION)
    assert "corners" in words(found.refused)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("42.1795 69.985\n42.1895\n42.1895 69.995\n42.17 69.99", "2"),
        ("42.1795 69.985\n42.1895 69.98x\n42.1895 69.995\n42.17 69.99", "2"),
        ("POLYGON ((69 42, 70 42", "WKT"),
        ("no coordinates at all", "42.1795"),
        ("4671234.1 580826.1\n4671234.1 12580826.1\n4672234.1 581826.1", "2"),
        ("42°70' 69°59'06\"\n42°10'46\" 69°59'42\"\n42°11'22\" 69°59'42\"", "Line 1.*less than 60"),
        ("42.1795 69.985\n42.1795 69.995\n69.995 42.1895\n42.1895 69.985", "Line 3.*swapped"),
        ("42.1795 69.985\n42.1795 69.995\n12.1895 69.995\n42.1895 69.985", "Line 3.*far outside"),
        ("LINESTRING (69 42, 70 42, 70 43)", "a LINESTRING; a site is a POLYGON"),
        ("", "There are no coordinates"),
        (" \n\t\n", "There are no coordinates"),
    ],
)
def test_errors_name_line_and_reason(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_sites(text, region=REGION)
    assert re.search(said, words(error.value.messages))


def test_another_zone_is_read_where_it_is_named_and_asked_for_where_not() -> None:
    neighbour = as_text(in_metres("EPSG:28413", northing_first=True), decimals=2)
    assert_is_the_site(read_sites(neighbour, region=REGION), within_m=8.0)
    eastern = as_text(in_metres("EPSG:32643"), decimals=2)
    assert_is_the_site(read_sites("UTM zone 43N\n" + eastern, region=REGION))
    with pytest.raises(InputError) as error:
        read_sites(eastern, region=REGION)
    assert re.search("EPSG:32642.*EPSG:32643.*--crs", words(error.value.messages))


def test_wkt_with_swapped_axes_is_swapped_back_and_said() -> None:
    corners = ", ".join(f"{lat} {lon}" for lon, lat in [*RING, RING[0]])
    found = read_sites(f"POLYGON (({corners}))", region=REGION)
    assert_is_the_site(found)
    assert "swapped" in words(found.notes)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\x00\x01\x02", b'{"type": "FeatureCollection", "features": []}', b"PK\x03\x04broken", b"<kml>"],
)
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "site.geojson"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_sites(path, region=REGION)
    assert "site.geojson" in words(error.value.messages)


@pytest.mark.parametrize(
    "form",
    [
        "not a table", 7, None, [], {"parts": "text"}, {"parts": {"goals": 5}}, {"need_power_kw": "many"},
        {"parts": {"goals": "</script><img src=x onerror=1>\u202e\x00" + "ж" * 30_000}, "applicant": {"a": 1}},
    ],
)  # fmt: skip
def test_a_proposal_edited_by_hand_is_read_with_care(tmp_path: Path, form: Any) -> None:
    path = write_geojson(tmp_path / "site.geojson", RING, name_ru=["Участок"])
    content = json.loads(path.read_text("utf-8"))
    content["features"][0]["properties"] |= {"form": form, "kind": "imperial", "district_code": 6148}
    path.write_text(json.dumps(content), "utf-8")
    found = read_sites(path, region=REGION)
    site = found.table.iloc[0]
    known = found.forms[site["site_id"]]
    assert pd.isna(site["kind"])
    assert site["district_code"] == "6148"
    if known is not None:
        assert all(len(text) <= 20_000 and "\u202e" not in text for text in known.parts.values())
        assert known.needs == {}


def test_an_empty_form_lacks_all_nine_parts(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "site.geojson", RING, name_ru=["Участок"])
    content = json.loads(path.read_text("utf-8"))
    content["features"][0]["properties"]["form"] = {"parts": {}, "applicant": ""}
    path.write_text(json.dumps(content), "utf-8")
    found = read_sites(path, region=REGION)
    form = found.forms[found.table["site_id"].iloc[0]]
    assert form is not None
    assert len(form.missing) == 9


# ---- the inbox ----


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    inbox, path = Inbox(tmp_path / "inbox"), write_geojson(tmp_path / "a.geojson", RING)
    first, is_new = inbox.add(path, at=DAY)
    again, is_new_again = inbox.add(shutil.copy(path, tmp_path / "b.geojson"), at=DAY)
    assert (is_new, is_new_again) == (True, False)
    assert first.id == again.id
    assert len(first.id) == 12
    assert len(inbox.entries()) == 1


def test_a_withdrawn_file_stays_with_its_reason_and_comes_back(tmp_path: Path) -> None:
    inbox, path = Inbox(tmp_path / "inbox"), write_geojson(tmp_path / "a.geojson", RING)
    entry, _ = inbox.add(path, at=DAY)
    inbox.withdraw(entry.id, reason="moved", at=DAY)
    assert [each.withdrawn for each in inbox.entries()] == ["moved"]
    assert inbox.waiting() == []
    inbox.add(path, at=DAY)
    assert [each.id for each in inbox.waiting()] == [entry.id]


def test_two_proposals_of_one_name_are_both_screened_under_ids_of_their_own(region: Path, tmp_path: Path) -> None:
    config = load_config(region, environ={})
    settings = config.proposals.model_copy(update={"inbox": str(tmp_path / "inbox")})
    config = config.model_copy(update={"proposals": settings})
    east = [(lon + 0.05, lat) for lon, lat in RING]
    entries = [
        Inbox(tmp_path / "inbox").add(write_geojson(tmp_path / file, ring, name_ru=["Моя"]), at=DAY)[0]
        for file, ring in (("a.geojson", RING), ("b.geojson", east))
    ]
    found = read_inbox(config, sorted(entries, key=lambda entry: entry.id))
    assert len(set(found.sites["site_id"])) == 2
    assert set(found.sites["origin"]) == {entry.id for entry in entries}
    assert set(found.forms) == set(found.sites["site_id"])


# ---- ranking and cost ----


def test_weights_sum_to_one_and_the_order_is_that_of_the_score() -> None:
    found = screen_case(three_sites(), make_region())
    ranking = rank_sites(found.case, found.criteria, found.scores)
    assert sum(found.case.config.screening.weights.values()) == pytest.approx(1.0)
    assert ranking["rank"].tolist() == [1, 2, 3]
    values = found.scores.set_index("site_id").loc[ranking["site_id"], "value"].to_numpy()
    assert (np.diff(values) <= 0).all()


def three_sites() -> Any:
    rows = [make_site(site_id=name, bottom_m=bottom) for name, bottom in (("a", 0), ("b", -4000), ("c", -9000))]
    return pd.concat(rows, ignore_index=True)


def test_stability_is_the_share_of_seeded_draws_that_keep_the_place() -> None:
    found = screen_case(three_sites(), make_region())
    ranking = rank_sites(found.case, found.criteria, found.scores).set_index("site_id")
    weights = np.array([found.case.config.screening.weights[name] for name in found.criteria.columns])
    drawn = weights * np.random.default_rng(SEED).uniform(0.8, 1.2, (1000, len(weights)))
    kept = np.zeros(3)
    for row in drawn / drawn.sum(axis=1, keepdims=True):
        score = found.criteria.fillna(0.5).to_numpy() @ row
        order = found.sites["site_id"].to_numpy()[np.argsort(-score, kind="stable")]
        kept += [ranking.loc[site, "rank"] == place for place, site in enumerate(order, 1)]
    expected = dict(zip(ranking.sort_values("rank").index, kept / 1000, strict=True))
    assert ranking["stability"].to_dict() == pytest.approx(expected)


def test_a_block_caps_the_score_and_unknowns_widen_it() -> None:
    known = screen_case(make_site(), make_region()).scores.iloc[0]
    wide = screen_case(make_site(), make_region(water=None, connection_points=None)).scores.iloc[0]
    assert known["low"] == known["high"] == known["value"]
    assert wide["low"] < known["value"] <= wide["high"] + 1e-9
    blocked = screen_case(make_site(district_code="B"), make_region()).scores.iloc[0]
    assert blocked["high"] <= 0.25
    assert blocked["capped_by"] == "site.district"


COSTS = """
[[group]]
basis = { act = "Price list of 2026", article = "1" }
edition = "2026-01-01"
valid_from = 2026-01-01
status = "V"
verified = true
rule = [
  { id = "cost.gas.distribution.low", object = "a metre of line", class = "low", value = 20000, unit = "KZT/m" },
  { id = "cost.gas.distribution.high", object = "a metre of line", class = "high", value = 50000, unit = "KZT/m" },
]
"""


def test_a_cost_is_a_range_and_without_unit_costs_unknown(tmp_path: Path) -> None:
    (tmp_path / "costs.toml").write_text(COSTS, "utf-8")
    found = screen_case(make_site(), make_region(), rules=load_rules([tmp_path / "costs.toml"]))
    costs = found.costs.set_index("network")
    gas = costs.loc["gas"]
    assert gas["low_kzt"] == pytest.approx(gas["connect_m"] * 1.3 * 20_000)
    assert gas["high_kzt"] == pytest.approx(gas["connect_m"] * 1.3 * 50_000)
    assert costs.loc[["power", "water"], ["low_kzt", "high_kzt"]].isna().all(axis=None)


# ---- the commands ----


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    return Path(shutil.copytree(ROOT / "layers", folder / "layers")) / "geozones.toml"


def call(capsys: Any, *arguments: Any) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_screen_writes_pages_and_ends_with_the_code_of_a_block(region: Path, tmp_path: Path, capsys: Any) -> None:
    code, out, _ = call(capsys, "screen", "tole-bi", "-c", region, "--json", "-o", tmp_path / "out")
    records = json.loads(out)
    assert code == 6
    jsonschema.validate(records, json.loads((ROOT / "docs" / "screening.schema.json").read_text("utf-8")))
    assert [record["verdict"] for record in records] == ["blocked"]
    assert (tmp_path / "out" / "proposals" / "tole-bi.html").exists()
    assert (tmp_path / "out" / "proposals" / "letters" / "tole-bi-architecture.docx").exists()


def test_a_name_that_is_nothing_is_answered_with_the_proposals_there_are(region: Path, capsys: Any) -> None:
    code, out, err = call(capsys, "screen", "tole-by", "-c", region, "--lang", "en")
    assert (code, out) == (4, "")
    assert "tole-by is no file" in err
    assert "tole-bi, " in err


def test_rank_orders_the_proposals_of_the_layer(region: Path, capsys: Any) -> None:
    code, out, _ = call(capsys, "rank", "-c", region, "--json")
    assert code == 0
    assert [record["rank"] for record in json.loads(out)] == [1, 2, 3]


def test_proposals_are_added_listed_and_withdrawn(region: Path, tmp_path: Path, capsys: Any) -> None:
    path = write_geojson(tmp_path / "mine.geojson", RING, name_ru=["Моя"])
    code, out, _ = call(capsys, "proposals", "add", path, "-c", region, "--json")
    added = json.loads(out)
    assert (code, added["new"]) == (0, True)
    (region.parent.parent / ".geozones" / "inbox" / "broken.geojson").write_text("{", "utf-8")
    _, out, _ = call(capsys, "proposals", "list", "-c", region, "--json")
    assert {row["file"]: row["state"] for row in json.loads(out)} == {
        "mine.geojson": "waiting",
        "broken.geojson": "refused",
    }
    code, _, _ = call(capsys, "proposals", "withdraw", added["id"], "--reason", "moved", "-c", region)
    _, out, _ = call(capsys, "proposals", "list", "-c", region, "--json")
    states = {row["file"]: (row["state"], row["withdrawn"]) for row in json.loads(out)}
    assert states["mine.geojson"] == ("withdrawn", "moved")
    code, _, err = call(capsys, "proposals", "withdraw", "000000000000", "--reason", "x", "-c", region)
    assert code in (2, 4)
    assert "000000000000" in err


def test_a_damaged_file_is_not_taken_in(region: Path, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "bad.geojson").write_text("{", "utf-8")
    code, _, err = call(capsys, "proposals", "add", tmp_path / "bad.geojson", "-c", region)
    assert code == 4
    assert "bad.geojson" in err
