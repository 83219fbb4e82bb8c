"""QGIS styles inside the GeoPackage: well-formed, in three languages, over columns and values that exist."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from report_content import make_content

from geozones.i18n import LANGUAGES
from geozones.reports import FILES, write_data
from geozones.reports.styles import STYLED_LAYERS, draw_style, label_column, rules_of
from geozones.tables import CONTRACTS, MAP_STATES


@pytest.mark.parametrize("layer", STYLED_LAYERS)
def test_rules_name_existing_columns_and_allowed_values(layer: str) -> None:
    contract = FILES.get(layer) or CONTRACTS[layer]
    for rule in rules_of(layer):
        assert set(re.findall(r'"(\w+)"', rule.expression)) <= set(contract.column_names)
        for column, value in re.findall(r'"(\w+)" (?:=|<>) \'(\w+)\'', rule.expression):
            assert value in contract.column(column).allowed
    for language in LANGUAGES:
        assert label_column(layer, language) in {"", *contract.column_names}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layer", STYLED_LAYERS)
def test_a_style_is_well_formed_and_every_rule_has_its_symbol(layer: str, language: str) -> None:
    style = ElementTree.fromstring(draw_style(layer, language))
    rules = style.findall("renderer-v2/rules/rule")
    symbols = {symbol.get("name") for symbol in style.findall("renderer-v2/symbols/symbol")}
    assert {rule.get("symbol") for rule in rules} == symbols
    assert all(rule.get("label") for rule in rules)
    assert "http" not in draw_style(layer, language)


def test_every_state_of_the_map_has_a_colour() -> None:
    expressions = " ".join(rule.expression for rule in rules_of("plots"))
    assert all(f"'{state}'" in expressions for state in MAP_STATES)


def test_planned_lines_are_dashed_and_existing_ones_are_not() -> None:
    style = ElementTree.fromstring(draw_style("power", "en"))
    rules = {rule.get("label"): rule.get("symbol") for rule in style.findall("renderer-v2/rules/rule")}
    symbols = {symbol.get("name"): symbol for symbol in style.findall("renderer-v2/symbols/symbol")}
    dashed = {
        label: symbols[name].find("layer/prop[@k='customdash']") is not None for label, name in rules.items()
    }
    assert (dashed["Planned"], dashed["Existing"]) == (True, False)


def test_the_style_of_the_language_is_the_default(tmp_path: Path) -> None:
    write_data(tmp_path, make_content(language="kk"))
    with closing(sqlite3.connect(tmp_path / "geozones.gpkg")) as connection:
        rows = connection.execute(
            "SELECT f_table_name, styleName, f_geometry_column, update_time FROM layer_styles WHERE useAsDefault"
        ).fetchall()
        stored = connection.execute("SELECT count(*) FROM layer_styles").fetchone()[0]
    assert {row[0] for row in rows} == {"zones", "plots", "power", "issues"}
    assert {row[1:] for row in rows} == {("Қаз", "geom", "2025-02-10T00:00:00.000Z")}
    assert stored == 3 * len(rows)
