"""What the public content lacks, and what stays the same in it."""

from __future__ import annotations

import pandas as pd
import pytest
from page_content import PARTICIPANT, make_content, make_tables

from geozones.maps import PageContent, draw_doors, draw_pages, public_content
from geozones.maps.content import is_strategic, is_transit


@pytest.fixture(scope="module")
def content() -> PageContent:
    return make_content()


def lines(**columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"connectable": None, "voltage_kv": float("nan"), **columns}])


@pytest.mark.parametrize(
    ("network", "columns", "transit", "strategic"),
    [
        ("gas", {"class": "trunk"}, True, True),
        ("gas", {"class": "trunk", "connectable": "yes"}, False, True),
        ("gas", {"class": "distribution"}, False, False),
        ("power", {"class": "overhead", "voltage_kv": 220.0}, True, True),
        ("power", {"class": "overhead", "voltage_kv": 110.0}, False, False),
        ("power", {"class": "overhead"}, False, True),
        ("power", {"class": "cable"}, False, False),
        ("power", {"class": "cable", "connectable": "no"}, True, True),
        ("water", {"class": "main"}, False, True),
        ("water", {"class": "distribution"}, False, False),
    ],
)
def test_lines_that_connect_nothing_or_are_kept_back(
    network: str, columns: dict[str, object], transit: bool, strategic: bool
) -> None:
    line = lines(**columns)
    assert is_transit(line, network=network).tolist() == [transit]
    assert is_strategic(line, network=network).tolist() == [strategic]


def test_the_public_states_say_only_what_is_free_or_taken(content: PageContent) -> None:
    public = public_content(content)
    assert list(public.states.columns) == ["plot_id", "map_state"]
    assert "start_passed" not in public.zone_figures
    assert not {name for name in public.region_figures if "passed" in name or "jobs" in name or "invested" in name}


def test_plots_being_released_count_as_allocated(content: PageContent) -> None:
    states = content.states.copy()
    states.loc[states["plot_id"] == "badam-2", "map_state"] = "releasing"
    assert "releasing" not in set(public_content(make_content(states=states)).states["map_state"])


def test_the_public_sums_stay(content: PageContent) -> None:
    public = public_content(content).zone_figures
    before = content.zone_figures
    parts = ["allocated_ha", "operating_ha", "reserved_ha", "free_ha", "not_divided_ha", "streets_ha"]
    assert public[parts].sum().sum() == pytest.approx(before[[*parts, "releasing_ha"]].sum().sum())


def test_exact_distances_become_classes(content: PageContent) -> None:
    public = public_content(content).plot_networks
    assert set(public.columns) == {"plot_id", "network", "state", "near", "near_reason", "distance_class"}
    assert public["distance_class"].dropna().isin([0, 1, 2, 3]).all()


def test_a_trunk_line_gives_the_public_no_distance() -> None:
    tables = make_tables()
    only_trunk = make_content(tables=make_tables(gas=tables.gas[tables.gas["line_id"] == "g2"]))
    public = public_content(only_trunk).plot_networks
    assert public.loc[public["network"] == "gas", "distance_class"].isna().all()


def test_the_content_given_is_left_as_it_is(content: PageContent) -> None:
    before = content.states.copy(), content.zone_figures.copy(), len(content.tables.gas)
    public_content(content)
    pd.testing.assert_frame_equal(content.states, before[0])
    pd.testing.assert_frame_equal(content.zone_figures, before[1])
    assert len(content.tables.gas) == before[2]


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_the_same_content_gives_the_same_bytes(content: PageContent, audience: str) -> None:
    first, again = (dict(draw_pages(content, audience=audience)) for _ in range(2))
    assert first == again
    assert all(name.isascii() and len(name) < 100 for name in first)


def test_nobody_is_named_in_public(content: PageContent) -> None:
    files = dict(draw_pages(content, audience="public"))
    found = [
        (name, word)
        for name, file in files.items()
        for word in (PARTICIPANT, "ВЛ-500", "Тайный", "Т-1", "03.04.2024", "2024-04-03", "contract", "/srv/geo")
        if word in file.decode()
    ]
    assert found == []


def test_doors_lead_into_the_run() -> None:
    doors = draw_doors("20250210T000000Z-0a1b")
    assert set(doors) == {"index.html", "public.html"}
    assert b'href="runs/20250210T000000Z-0a1b/public/index.html"' in doors["public.html"]
