"""The check of proposed sites: six sites whose answers are checked by hand, and what must always hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import make_line, make_square, make_table
from hypothesis import given, settings
from hypothesis import strategies as st
from site_cases import (
    FULL_FORM,
    SIDE_M,
    all_rules,
    answers_of,
    make_box,
    make_config,
    make_parcel,
    make_region,
    make_site,
    point_at,
    screen_case,
)

from geozones.rules import load_rules
from geozones.screening import VERDICTS, Screening, as_records, screen
from geozones.tables import DERIVED, schema_of

GOLDEN = Path(__file__).resolve().parent / "golden" / "screening"

# ---- six sites by hand ----


def clear() -> Screening:
    return screen_case(make_site(), make_region())


def blocked_by_granted_land() -> Screening:
    """A parcel of 199.92 m in the plane, 200 m on the ground, along the whole side: 20 ha."""
    field = make_box(-3000, 0, -3000 + 199.92, SIDE_M)
    parcel = make_parcel("farm", field, granted="yes", right="lease", category="settlement", cadastral_no="19-1")
    return screen_case(make_site(), make_region(parcel))


def private_on_its_own_land() -> Screening:
    own = make_parcel("own", make_square(-3000, 0, SIDE_M), granted="yes", right="ownership", category="industry")
    return screen_case(make_site(kind="private"), make_region(own))


def cut_by_a_strip() -> Screening:
    """A trunk gas line right across: 50 m each side on the ground, 100 m × 1000 m = 10 ha."""
    line = make_line((-2500, -20_000), (-2500, 20_000))
    gas = make_table(
        "gas",
        [{"line_id": "trunk", "class": "trunk", "state": "existing", "connectable": "no", "diameter_mm": 500,
          "geometry": line},
         {"line_id": "g", "class": "distribution", "state": "existing", "connectable": "yes",
          "geometry": make_line((-29_000, 2000), (29_000, 2000))}],
    )  # fmt: skip
    return screen_case(make_site(), make_region(gas=gas))


def unknown_for_lack_of_coverage() -> Screening:
    return screen_case(make_site(), make_region(coverage={"parcels": ("B",)}))


def crossing_a_district_border() -> Screening:
    """299.88 of 999.6 m lie east of x = 0, in B: 30 ha of 100."""
    return screen_case(make_site(left_m=-699.72), make_region())


CASES: dict[str, Callable[[], Screening]] = {
    "clear": clear,
    "blocked_by_granted_land": blocked_by_granted_land,
    "private_on_its_own_land": private_on_its_own_land,
    "cut_by_a_strip": cut_by_a_strip,
    "unknown_for_lack_of_coverage": unknown_for_lack_of_coverage,
    "crossing_a_district_border": crossing_a_district_border,
}


def report_of(screening: Screening) -> dict[str, Any]:
    """Give what a reviewer checks of a report: verdict, hectares, answers that are not pass, requests."""
    record = as_records(screening)[0]
    return {
        **{name: record[name] for name in ("verdict", "blocks", "conditions", "layers_missing", "district_code")},
        **{name: round(record[name], 2) for name in ("area_ha", "usable_ha")},
        "findings": [
            {name: finding[name] for name in ("rule_id", "answer", "measure", "unit", "feature_id", "reason")}
            | {"measure": None if finding["measure"] is None else round(finding["measure"], 2)}
            for finding in record["findings"]
            if finding["answer"] != "pass"
        ],
        "requests": [request["body"] for request in record["requests"]],
    }


@pytest.mark.parametrize("case", CASES)
def test_golden_reports(case: str, update_golden: bool) -> None:
    file = GOLDEN / f"{case}.json"
    report = report_of(CASES[case]())
    if update_golden:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert report == json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("case", "verdict", "count"),
    [
        ("clear", "can", 0),
        ("blocked_by_granted_land", "blocked", 1),
        ("private_on_its_own_land", "can", 0),
        ("cut_by_a_strip", "conditions", 3),
        ("unknown_for_lack_of_coverage", "unknown", 1),
        ("crossing_a_district_border", "conditions", 1),
    ],
)
def test_verdicts_by_hand(case: str, verdict: str, count: int) -> None:
    site = CASES[case]().sites.iloc[0]
    counted = {"blocked": "blocks", "conditions": "conditions", "unknown": "layers_missing"}.get(verdict, "blocks")
    assert (site["verdict"], int(site[counted])) == (verdict, count)


def test_hectares_by_hand() -> None:
    granted = blocked_by_granted_land()
    assert granted.parcels.loc[granted.parcels["granted"] == "yes", "area_ha"].round(3).tolist() == [20.0]
    assert cut_by_a_strip().sites["usable_ha"].round(2).tolist() == [90.0]
    away = crossing_a_district_border().findings.set_index("rule_id").loc["site.district"]
    assert (away["answer"], round(float(away["measure"]), 3), away["feature_id"]) == ("warn", 30.0, "B")


def test_findings_keep_their_contract() -> None:
    for case in CASES.values():
        schema_of(DERIVED["findings"]).validate(case().findings, lazy=True)


# ---- single rules ----


@pytest.mark.parametrize(
    ("site", "parcel", "rule", "answer"),
    [
        ({}, {"granted": "unknown", "category": "reserve"}, "site.granted", "unknown"),
        ({}, {"granted": "yes"}, "site.granted", "block"),
        ({"kind": "private"}, {"granted": "yes"}, "site.granted", "pass"),
        ({"kind": "private"}, {"granted": "yes", "right": "lease"}, "site.title", "warn"),
        ({}, {"category": "agricultural"}, "site.category", "block"),
        ({"kind": "private"}, {"category": "agricultural"}, "site.category", "warn"),
        ({}, {"category": "земли сельскохозяйственного назначения"}, "site.category", "block"),
        ({}, {"irrigated": "yes"}, "site.irrigated", "warn"),
        ({}, {"irrigated": "unknown"}, "site.irrigated", "unknown"),
        ({}, {"encumbrance": "залог"}, "site.encumbrance", "warn"),
    ],
)
def test_land(site: dict[str, Any], parcel: dict[str, Any], rule: str, answer: str) -> None:
    under = make_parcel("under", make_square(-2800, 200, 300), **parcel)
    assert answers_of(screen_case(make_site(**site), make_region(under)))[rule] == answer


def test_touching_is_not_overlapping() -> None:
    beside = make_parcel("beside", make_square(-3000 + SIDE_M, 0, 500), granted="yes")
    assert answers_of(screen_case(make_site(), make_region(beside)))["site.granted"] == "pass"


@pytest.mark.parametrize(("gap_m", "answer"), [(-20, "block"), (-3, "unknown"), (3, "unknown"), (20, "pass")])
def test_an_overlap_within_the_accuracy_is_unknown(gap_m: float, answer: str) -> None:
    beside = make_parcel("beside", make_square(-3000 + SIDE_M + gap_m, 0, 500), granted="yes")
    region = make_region(beside)
    known = region.sources["parcels"]
    provenance = known.provenance.model_copy(update={"accuracy_m": 10.0})
    sources = region.sources | {"parcels": replace(known, provenance=provenance)}
    found = screen_case(make_site(), replace(region, sources=sources))
    assert answers_of(found)["site.granted"] == answer


def test_another_zone_blocks_and_another_proposal_warns() -> None:
    zone = {"zone_id": "N", "name_ru": "Н", "kind": "regional", "status": "planned",
            "geometry": make_square(-2900, 100, 200)}  # fmt: skip
    other = make_site(left_m=-2500, site_id="other")
    found = screen_case(make_site(), make_region(zones=make_table("zones", [zone]), proposals=other))
    answers = answers_of(found)
    assert (answers["site.zones"], answers["site.proposals"]) == ("block", "warn")


@pytest.mark.parametrize(
    ("left_m", "filed", "answer"), [(-3000, "A", "pass"), (-3000, "B", "block"), (-300, "A", "block"),
                                    (-300, "B", "warn"), (-3000, None, "pass"), (-300, None, "warn")]
)  # fmt: skip
def test_the_district_that_files(left_m: float, filed: str | None, answer: str) -> None:
    found = screen_case(make_site(left_m=left_m, district_code=filed), make_region())
    assert answers_of(found)["site.district"] == answer


def test_land_beyond_the_region_is_named() -> None:
    found = screen_case(make_site(left_m=29_500, district_code="B"), make_region())
    row = found.findings.set_index("rule_id").loc["site.district"]
    assert (row["answer"], round(float(row["measure"]), 1)) == ("warn", 50.0)


def test_networks_far_away_are_conditions_and_say_how_far() -> None:
    found = screen_case(make_site(bottom_m=-9000, left_m=-3000), make_region())
    rows = found.findings.set_index("rule_id").loc[["site.gas", "site.power", "site.water"]]
    assert rows["answer"].tolist() == ["warn"] * 3
    expected = (2000 + 9000 - SIDE_M) / 0.9996
    assert np.allclose(rows["measure"], expected, atol=0.5)


def test_need_against_capacity() -> None:
    needs = replace(FULL_FORM, needs={"power": 9000.0, "gas": 100.0})
    answers = answers_of(screen_case(make_site(), make_region(), form=needs))
    assert (answers["site.power_capacity"], answers["site.gas_capacity"]) == ("warn", "pass")
    assert "site.water_capacity" not in answers


def test_free_land_nearby_asks_why_a_new_zone() -> None:
    figures = pd.DataFrame({"free_ha": [150.0], "plots_free": [9]})
    zones = make_table("zones", [{"zone_id": "Z", "name_ru": "З", "kind": "regional", "status": "active",
                                  "geometry": make_square(-9000, 5000, 2000)}])  # fmt: skip
    found = screen_case(make_site(), make_region(zones=zones), zone_figures=figures)
    row = found.findings.set_index("rule_id").loc["site.need"]
    assert (row["answer"], row["measure"], row["feature_id"]) == ("warn", 150.0, "Z")
    assert found.free_zones["plots_free"].tolist() == [9.0]


def test_people_and_settlements_by_ring() -> None:
    site = screen_case(make_site(), make_region()).sites.iloc[0]
    assert [int(site[f"people_{ring}km"]) for ring in (5, 10, 20)] == [0, 10_000, 10_000]
    assert round(float(site["settlement_m"])) == round(5000 / 0.9996)


def test_hazard_classes_follow_housing() -> None:
    houses = make_table("settlements", [{"settlement_id": "near", "population": 6000,
                                         "geometry": make_square(-5400, 0, 2000)}])  # fmt: skip
    classes = screen_case(make_site(), make_region(settlements=houses)).hazard_classes.iloc[0]
    assert classes[["class_I", "class_II", "class_III", "class_V"]].tolist() == ["no", "no", "yes", "yes"]


def test_a_form_with_missing_parts_is_a_condition_and_no_form_is_open() -> None:
    some = replace(FULL_FORM, parts={"goals": "text"})
    row = screen_case(make_site(), make_region(), form=some).findings.set_index("rule_id").loc["site.concept"]
    assert (row["answer"], row["measure"]) == ("warn", 8.0)
    found = screen_case(make_site(), make_region(), form=None)
    assert (answers_of(found)["site.concept"], found.sites["verdict"].iloc[0]) == ("unknown", "can")


def test_no_sites_give_empty_tables() -> None:
    nothing = make_site().iloc[:0]
    found = screen_case(nothing, make_region())
    assert (len(found.sites), len(found.findings), len(found.scores), as_records(found)) == (0, 0, 0, [])


def test_it_answers_with_the_four_arguments_alone() -> None:
    found = screen(make_site(), make_region(), rules=load_rules(), as_of=pd.Timestamp("2026-11-23").date())
    assert found.sites["verdict"].iloc[0] in VERDICTS


# ---- what must always hold ----

metres = st.integers(-2500, 2500)


@settings(max_examples=12, deadline=None)
@given(away=st.integers(1, 9000), more=st.integers(1, 9000))
def test_moving_away_from_a_point_never_makes_it_nearer(away: int, more: int) -> None:
    tables = make_region(gas=None)
    lone = make_table("connection_points", [{"point_id": "P", "network": "gas", "state": "existing",
                                             "geometry": point_at(-1000, 500)}])  # fmt: skip
    site = make_site(left_m=-3000)
    near, far = (site.set_geometry(site.geometry.translate(-metres_west)) for metres_west in (away, away + more))
    found = [
        screen_case(sites, replace(tables, connection_points=lone)).networks["point_distance_m"].iloc[0]
        for sites in (near, far)
    ]
    assert found[0] <= found[1]


@settings(max_examples=15, deadline=None)
@given(x=metres, y=metres, side=st.integers(1, 3000), category=st.sampled_from(["reserve", "agricultural", None]))
def test_a_granted_parcel_never_improves_the_answer(x: int, y: int, side: int, category: str | None) -> None:
    parcel = make_parcel("more", make_square(-3000 + x, y, side), granted="yes", right="lease", category=category)
    before = screen_case(make_site(), make_region()).sites["verdict"].iloc[0]
    after = screen_case(make_site(), make_region(parcel)).sites["verdict"].iloc[0]
    assert VERDICTS.index(after) >= VERDICTS.index(before)


REMOVABLE = ("gas", "power", "water", "connection_points", "parcels", "proposals", "districts", "settlements",
             "roads", "railways", "rivers", "lakes", "restricted")  # fmt: skip


@pytest.mark.parametrize("role", REMOVABLE)
@pytest.mark.parametrize("case", ["clear", "far"])
def test_removing_a_layer_turns_answers_only_to_unknown(role: str, case: str) -> None:
    site = make_site(bottom_m=0 if case == "clear" else -9000)
    tables = make_region()
    before, after = (answers_of(screen_case(site, known)) for known in (tables, replace(tables, **{role: None})))
    changed = {check: after[check] for check in before if after.get(check) != before[check]}
    assert set(changed.values()) <= {"unknown"}
    assert changed


@pytest.mark.parametrize("role", REMOVABLE)
def test_every_unknown_answer_is_asked_of_someone(role: str) -> None:
    found = screen_case(make_site(), replace(make_region(), **{role: None}))
    asked = {rule for request in found.requests for rule in request.rules}
    unknown = found.findings.loc[found.findings["answer"] == "unknown", "rule_id"]
    assert set(unknown) - asked - {"site.concept"} == set()


@settings(max_examples=12, deadline=None)
@given(
    points=st.lists(st.tuples(metres, metres), min_size=2, max_size=5, unique=True),
    kv=st.sampled_from([10, 110, 500]),
)
def test_usable_and_cut_are_the_whole(points: list[tuple[int, int]], kv: int) -> None:
    line = make_line(*((-2500 + x, 500 + y) for x, y in points))
    power = make_table("power", [{"line_id": "L", "class": "overhead", "voltage_kv": kv, "state": "existing",
                                  "geometry": line}])  # fmt: skip
    usable = screen_case(make_site(), make_region(power=power)).usable.iloc[0]
    assert abs(usable["usable_ha"] + usable["cut_ha"] - usable["whole_ha"]) < 1e-6
    assert abs(usable["whole_ha"] - 100.0) < 1e-4


def test_the_order_of_sites_does_not_matter() -> None:
    sites = pd.concat([make_site(site_id=name, left_m=left) for name, left in (("a", -3000), ("b", -699.72))],
                      ignore_index=True)  # fmt: skip
    there, back = (screen_case(table, make_region()) for table in (sites, sites.iloc[::-1]))
    for name in ("a", "b"):
        assert answers_of(there, name) == answers_of(back, name)


def test_every_rule_of_a_finding_is_a_rule() -> None:
    known = (
        {rule.id for rule in all_rules().rows} | {rule.check for rule in all_rules().rows} | {"sanitary.housing"}
    )
    assert set(clear().findings["rule_id"]) <= known


def test_made_up_layers_count_only_in_a_demonstration() -> None:
    region = make_region(make_parcel("farm", make_square(-2900, 100, 300), granted="yes"))
    invented = {
        role: replace(source, provenance=source.provenance.model_copy(update={"precision": "made_up"}))
        for role, source in region.sources.items()
    }
    found = {
        flag: answers_of(
            screen_case(make_site(), replace(region, sources=invented), config=make_config(demonstration=flag))
        )["site.granted"]
        for flag in (True, False)
    }
    assert found == {True: "block", False: "unknown"}


@pytest.mark.parametrize("case", sorted(CASES))
def test_leaving_out_what_no_rule_reaches_changes_nothing(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import geozones.screening.outline

    quick = as_records(CASES[case]())
    monkeypatch.setattr(geozones.screening.outline, "FEW_SITES", 0)
    assert as_records(CASES[case]()) == quick
