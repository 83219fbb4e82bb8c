"""Write the settings file of the demonstration: `geozones.toml` beside its layers."""

from __future__ import annotations

from geozones.demonstration.grid_plan import WATER_DISTRICTS
from geozones.demonstration.zone_plan import AS_OF

SOURCE = "Демонстрация: вымышлено, опубликованные гектары и названия зон — из открытых текстов"
ACCURACY_M = {
    "zones": 0.1, "plots": 0.1, "proposals": 0.1, "parcels": 1.0, "gas": 5.0, "power": 5.0, "water": 5.0,
    "connection_points": 5.0, "districts": 100.0, "settlements": 20.0, "roads": 10.0, "railways": 10.0,
    "rivers": 20.0, "lakes": 50.0, "restricted": 20.0,
}  # fmt: skip
"""Stated accuracy of each layer, in the order of the settings."""

_HEAD = f"""\
# Demonstration region, made by `geozones demo`. Boundaries, plots, participants, dates and networks are made up.
language = "ru"
as_of = {AS_OF.isoformat()}
fatal = ["error"]
state_dir = "../.geozones"

[region]
name = {{ ru = "Туркестанская область", kk = "Түркістан облысы", en = "Turkestan Region" }}
crs = "EPSG:32642"
bounds = [65.5, 40.3, 71.5, 46.2]
demonstration = true
timezone = "Asia/Almaty"
"""

_PUBLISHED = """
[figures.published]
date = 2025-02-10
source = "Официальное сообщение о совещании, 10.02.2025"

[figures.published.values]
zones = 16
zones_regional = 14
zones_private = 2
zones_new = 5
area_regional_ha = 1700
projects = 82
investment_kzt = 120_000_000_000
"""

_TAIL = """
[proximity]
near_m = { gas = 2000, power = 3000, water = 2000 }

[ledger]
opening = "register.csv"

[maps]
out = "../maps_out"
keep = { runs = 14, days = 90 }
"""


def make_settings(*, is_whole: bool = True) -> str:
    """Give the text of `geozones.toml`: one key a line; file names relative to it.

    Published figures speak of the sixteen zones: of fewer or more (`is_whole` false) they are left out.
    """
    published = _PUBLISHED if is_whole else ""
    return _HEAD + "".join(_layer(role) for role in ACCURACY_M) + _TAIL + published


def _layer(role: str) -> str:
    codes = ", ".join(f'"{code}"' for code in WATER_DISTRICTS)
    coverage = f"[{codes}]" if role == "water" else '"region"'
    provenance = (
        f'source = "{SOURCE}", date = {AS_OF.isoformat()}, precision = "made_up", '
        f"accuracy_m = {ACCURACY_M[role]}, coverage = {coverage}"
    )
    return f'\n[layers.{role}]\nrole = "{role}"\nsource = "{role}.geojson"\nprovenance = {{ {provenance} }}\n'
