"""Guesses at what unknown tables are: by names, columns and words in Russian, Kazakh and English."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from builders import make_line, make_square
from hypothesis import given, settings
from hypothesis import strategies as st

from geozones.crs import convert_geometries, parse_crs
from geozones.drafting import FileFacts, TableFacts, draft_settings, look_at_table, match_places, write_settings
from geozones.drafting.columns import find_place, plan_columns
from geozones.drafting.spelling import find_stem, plain
from geozones.drafting.subjects import find_subject
from geozones.i18n import LANGUAGES
from geozones.tables import CONTRACTS

UTM, LON_LAT = "EPSG:32642", "EPSG:4326"
SHAPES = {
    "polygon": [make_square(150 * n, 0, 100) for n in range(4)],
    "line": [make_line((0, 50 * n), (900, 50 * n)) for n in range(4)],
    "point": [shapely.centroid(make_square(150 * n, 0, 100)) for n in range(4)],
}


def table_of(
    source: str, kind: str, *, crs: str | None = LON_LAT, stated: bool = True, **columns: Any
) -> TableFacts:
    """Make the facts of a table of four rows; a single value stands in each of them."""
    cells = pd.DataFrame(columns, index=range(4))
    shapes = None
    if kind != "none":
        shapes, _ = convert_geometries(np.array(SHAPES[kind]), parse_crs(UTM), parse_crs(crs or UTM))
    return look_at_table(source, None, cells, shapes, crs if stated else None, {})


def plan_of(role: str, table: TableFacts) -> Any:
    return plan_columns(table, CONTRACTS[role], made_keys=frozenset({"gas", "power", "connection_points"}))


@pytest.mark.parametrize(
    ("source", "kind", "columns", "topic"),
    [
        ("Границы зон.geojson", "polygon", {"Название": list("абвг")}, "zones"),
        ("Индустриялық аймақтар.gpkg", "polygon", {"Атауы": list("абвг")}, "zones"),
        ("uchastki.shp", "polygon", {"KAD_NOMER": list("1234")}, "plots"),
        ("телімдер.kml", "polygon", {"Name": list("1234")}, "plots"),
        ("Земли_кадастр.tab", "polygon", {"Целевое назначение": "сад"}, "parcels"),
        ("gas_lines.geojson", "line", {"diameter": 159}, "gas"),
        ("Газопроводы ОТГ.dxf", "line", {"Layer": "0"}, "gas"),
        ("ВЛ-110.geojson", "line", {"Напряжение": 110}, "power"),
        ("Электр желілері.geojson", "line", {"Кернеуі": 110}, "power"),
        ("vodoprovod.geojson", "line", {"diam": 200}, "water"),
        (
            "Подстанции.xlsx",
            "none",
            {"Наименование": list("абвг"), "Свободная мощность, кВт": 5},
            "connection_points",
        ),
        ("ПС и ГРС.geojson", "point", {"мощность": 5}, "connection_points"),
        ("Аудандар.geojson", "polygon", {"Аудан": list("абвг")}, "districts"),
        ("Елді мекендер.geojson", "point", {"халық саны": 5}, "settlements"),
        ("Автодороги.geojson", "line", {"name": "М-32"}, "roads"),
        ("реестр участников.xlsx", "none", {"Участник": list("абвг"), "Договор №": list("1234")}, "register"),
        ("hydroposts.geojson", "point", {"name": list("абвг")}, "gauges"),
        ("ЖД станции.geojson", "point", {"name": list("абвг")}, "stations"),
    ],
)
def test_a_table_is_known_by_its_names(source: str, kind: str, columns: dict[str, Any], topic: str) -> None:
    subject = find_subject(table_of(source, kind, **columns))
    assert subject is not None
    assert subject.topic.name == topic


def test_a_table_without_clues_is_nothing() -> None:
    assert find_subject(table_of("layer1.geojson", "polygon", a=[1, 2, 3, 4])) is None


def test_lines_are_no_zones_whatever_their_name() -> None:
    subject = find_subject(table_of("зоны.geojson", "line", a=[1, 2, 3, 4]))
    assert subject is None or subject.topic.name != "zones"


def test_more_clues_make_a_guess_surer() -> None:
    poor = find_subject(table_of("газ.geojson", "line", a=1))
    rich = find_subject(table_of("газ.geojson", "line", диаметр=159, давление=0.6))
    assert (poor.confidence, rich.confidence) == ("likely", "sure")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("role", "source", "words", "column"),
    [
        ("zones", "Название", ["Бадам", "Арыс", "Сайрам", "Созақ"], "name_ru"),
        ("zones", "Вид зоны", ["Региональная", "Частная", "Частная", "Частная"], "kind"),
        ("plots", "Кадастровый номер", ["19-1", "19-2", "19-3", "19-4"], "cadastral_no"),
        ("plots", "PLOSH_GA", ["1,5", "2", "3", "4"], "area_ha"),
        ("plots", "Ауданы, га", [1.5, 2, 3, 4], "area_ha"),
        ("gas", "Диаметр, мм", [159, 219, 159, 325], "diameter_mm"),
        ("power", "Кернеуі", ["110 кВ", "35 кВ", "10 кВ", "10 кВ"], "voltage_kv"),
        ("power", "Владелец", ["ОЖТ", "ОЖТ", "KEGOC", "KEGOC"], "owner"),
    ],
)
def test_a_column_is_known_by_its_name(role: str, source: str, words: list[Any], column: str) -> None:
    kind = {"polygon": "polygon", "line": "line"}[CONTRACTS[role].geometry]
    assert plan_of(role, table_of("x", kind, **{source: words})).source_of(column) == source


@pytest.mark.parametrize(
    ("role", "source", "column"),
    [("plots", "Площадь, м²", "area_ha"), ("connection_points", "Свободная мощность, МВт", "capacity_free")],
)
def test_a_column_in_another_unit_is_named_not_taken(role: str, source: str, column: str) -> None:
    kind = "point" if role == "connection_points" else "polygon"
    plan = plan_of(role, table_of("x", kind, **{source: [1, 2, 3, 4]}))
    assert plan.source_of(column) is None
    assert [note.params["source"] for note in plan.notes] == [source]


def test_words_become_values_of_the_contract_and_strange_ones_are_asked_for() -> None:
    states = ["действующий", "проектируемый", "салынуда", "зюзя"]
    plan = plan_of("gas", table_of("газ", "line", Состояние=states))
    assert plan.values["state"] == {"действующий": "existing", "проектируемый": "planned", "салынуда": "building"}
    assert plan.strange["state"] == ("зюзя",)


def test_a_column_whose_content_contradicts_is_not_taken() -> None:
    plan = plan_of("plots", table_of("x", "polygon", Площадь=["большая", "малая", "малая", "нет"]))
    assert plan.source_of("area_ha") is None


def test_a_key_never_repeats() -> None:
    plan = plan_of(
        "plots", table_of("x", "polygon", plot_id=[1, 1, 2, 3], kad_nomer=["19-1", "19-2", "19-3", "19-4"])
    )
    assert plan.source_of("plot_id") == "kad_nomer"


def test_what_nothing_fills_is_asked_for_or_gets_what_promises_least() -> None:
    plan = plan_of("gas", table_of("линии", "line", a=1))
    assert plan.defaults == {"class": ("trunk", "unsure"), "state": ("unknown", "unsure")}
    assert plan_of("plots", table_of("x", "polygon", a=1)).asked == ("plot_id", "zone_id")


@pytest.mark.parametrize(
    ("word", "code"),
    [("Sayramskiy", "6152"), ("Сайрамский район", "6152"), ("Төле би ауданы", "6158"), ("Suzakskiy", "6156"),
     ("г. Шымкент", "79"), ("6152", None), ("Актау", None)],
)  # fmt: skip
def test_districts_are_known_in_any_spelling(word: str, code: str | None) -> None:
    place = find_place(word)
    assert (place.code if place else None) == code


def test_columns_of_a_place_are_known_in_any_language() -> None:
    assert match_places(("Бойлық", "Ендік", "Атауы")) == {"lon": "Бойлық", "lat": "Ендік"}


def zones_and_plots(**plots: Any) -> list[FileFacts]:
    zones = table_of("zones.geojson", "polygon", Код=list("abcd"), Название=["Арыс", "Бадам", "Созак", "Отырар"])
    return [
        FileFacts("zones.geojson", (zones,)),
        FileFacts("plots.shp", (table_of("plots.shp", "polygon", **plots),)),
    ]


def test_a_missing_crs_is_found_by_where_it_puts_the_layer() -> None:
    files = zones_and_plots(crs="EPSG:28412", stated=False, zone_id=list("abcd"), plot_id=list("1234"))
    plots = next(layer for layer in draft_settings(files).used if layer.role == "plots")
    assert plots.crs is not None
    assert "EPSG:28412" in {plots.crs.crs, *(guess.crs for guess in plots.other_crs)}


@pytest.mark.parametrize(("name", "crs"), [("участки QazTRF-23.shp", "EPSG:10946"), ("участки.shp", "EPSG:28412")])
def test_a_datum_in_the_name_of_a_file_decides_between_those_that_fit(name: str, crs: str) -> None:
    zones, _ = zones_and_plots()
    plots = table_of(name, "polygon", crs="EPSG:10946", stated=False, zone_id=list("abcd"), plot_id=list("1234"))
    draft = draft_settings([zones, FileFacts(name, (plots,))])
    found = next(layer for layer in draft.used if layer.role == "plots")
    assert found.crs is not None
    assert found.crs.crs == crs


def test_zones_get_the_key_by_which_the_plots_name_them() -> None:
    for named, column in ((list("abcd"), "Код"), (["Арыс", "Бадам", "Созак", "Отырар"], "Название")):
        draft = draft_settings(zones_and_plots(Зона=named, plot_id=list("1234")))
        assert next(layer for layer in draft.used if layer.role == "zones").plan.source_of("zone_id") == column


def test_plots_get_the_key_by_which_the_register_names_them() -> None:
    files = zones_and_plots(Зона=list("abcd"), UCHASTOK=list("1234"), KAD_NOMER=["19-1", "19-2", "19-3", "19-4"])
    columns = {"plot_id": list("1234"), "participant": "ТОО", "contract_date": "2024-01-01"}
    alone = next(layer for layer in draft_settings(files).used if layer.role == "plots")
    register = table_of("register.csv", "none", **columns)
    draft = draft_settings([*files, FileFacts("register.csv", (register,))])
    plots = next(layer for layer in draft.used if layer.role == "plots")
    assert (alone.plan.source_of("plot_id"), plots.plan.source_of("plot_id")) == ("KAD_NOMER", "UCHASTOK")


def test_every_table_of_a_folder_stands_in_the_draft() -> None:
    odd = table_of("слой1.geojson", "point", a=[1, 2, 3, 4])
    twice = [table_of(f"реки {n}.geojson", "line", name=list("абвг")) for n in (1, 2)]
    draft = draft_settings([FileFacts("x", (odd, *twice))])
    assert [(layer.key, layer.is_used) for layer in draft.layers] == [("rivers", True), ("rivers_2", False)]
    assert [source for source, _ in draft.unused] == ["слой1.geojson"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_toml_in_every_language_and_asks_for_the_zones(language: str) -> None:
    odd = table_of("слой1.geojson", "point", a=[1, 2, 3, 4])
    text = write_settings(draft_settings([FileFacts("x", (odd,))]), language=language, state_dir=".s", out="m")
    assert tomllib.loads(text)["maps"] == {"out": "m"}
    assert 'role = "zones"' in text.replace("\n# ", " ")


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None)
@given(names, st.lists(names, min_size=1, max_size=3, unique=True), names)
def test_whatever_names_hold_the_draft_is_toml(source: str, columns: list[str], word: str) -> None:
    table = table_of(f"{source} zones", "polygon", **dict.fromkeys(columns, word))
    draft = draft_settings([FileFacts(source, (table,))])
    settings = tomllib.loads(write_settings(draft, language="en", state_dir=".s", out="m"))
    named = [layer["source"] for layer in settings.get("layers", {}).values()]
    assert named == [layer.table.source for layer in draft.used]
    assert settings["maps"]["out"] == "m"


@given(st.text(max_size=30))
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert find_stem(plain(text), ("",)) is not None
