"""The sixteen zones of the demonstration: what is published about them, and what is invented.

Names, kinds and districts of the zones, and the hectares marked `published`,
are those of public texts; every other
value here is invented. The fourteen regional zones have 1,700 ha together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from geozones.demonstration.ground import Chance
from geozones.demonstration.places import LonLat

AS_OF = dt.date(2025, 2, 10)


@dataclass(frozen=True)
class Layout:
    """How a zone is laid out, in a frame whose u axis runs along the road and whose v axis leads away from it.

    `rows` reads from the road inwards: s, m, l, x are rows of plots (small to extra large), `|` is a street;
    two letters side by side stand back to back. `crossings` are the cross streets as shares of the length, the
    first one being the gate. `undivided` are boxes (u0, u1, v0, v1), in shares, without plots as yet. `cuts` are
    corners cut off: (corner, share of the length, share of the depth), corners counted from the left front one.
    """

    rows: str
    aspect: float = 1.4
    crossings: tuple[float, ...] = (0.5,)
    undivided: tuple[tuple[float, float, float, float], ...] = ()
    cuts: tuple[tuple[int, float, float], ...] = ()
    belt_m: float = 20.0
    street_m: float = 22.0
    skew: float = 0.0
    bend_m: float = 0.0
    turn_deg: float = 0.0
    gap_m: float = 180.0
    large_share: float = 0.3
    width: float = 1.15


@dataclass(frozen=True)
class Service:
    """One utility of a zone: how its feeder stands, and its connection point.

    The point stands `along_m` metres along the road (towards the start of the road when negative) and `aside_m`
    beside it. `free` None means that nobody has told the free capacity.
    """

    state: str
    along_m: float
    total: float
    free: float | None
    aside_m: float = 260.0
    point_class: str = ""
    point_state: str = "existing"


@dataclass(frozen=True)
class ZonePlan:
    """One zone: facts, place beside a road, layout, utilities, and its projects.

    `projects` has a letter each: o operating, b building, n start not yet due, p start date passed.
    """

    zone_id: str
    name_ru: str
    name_kk: str
    name_en: str
    kind: str
    status: str
    district_code: str
    area_ha: float
    area_source: str
    decision_date: dt.date
    register_date: dt.date
    road: str
    near: LonLat
    layout: Layout
    projects: str
    reserved: int = 0
    services: dict[str, Service] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Return the columns of the zones layer that the plan itself tells."""
        chance = Chance("zone", self.zone_id)
        return {
            "zone_id": self.zone_id,
            "name_ru": f"{self.name_ru} (демо)",
            "name_kk": f"{self.name_kk} (демо)",
            "name_en": f"{self.name_en} (demo)",
            "kind": self.kind,
            "status": self.status,
            "district_code": self.district_code,
            "area_ha": self.area_ha,
            "area_source": self.area_source,
            "decision_no": f"{chance.whole(11, 398)}-Д",
            "decision_date": self.decision_date,
            "register_date": self.register_date,
            "term_years": 25.0 if self.kind == "regional" else 20.0,
            "company": f"Управляющая компания «{self.name_ru}» (демо)",
            "greening_share": round(chance.between(0.06, 0.22), 2),
        }


def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _zone(zone_id: str, names: str, district: str, area_ha: float, dates: str, road: str, near: LonLat,
    projects: str,
          layout: Layout, *, reserved: int = 0, kind: str = "regional", status: str = "active",
          area_source: str = "invented", **services: Service) -> ZonePlan:  # fmt: skip
    ru, kk, en = names.split("/")
    decision, register = dates.split("/")
    return ZonePlan(zone_id, ru, kk, en, kind, status, district, area_ha, area_source, _date(decision),
        _date(register),
                    road, near, layout, projects, reserved, services)  # fmt: skip


_NEW: dict[str, Any] = {"status": "developing", "area_source": "published"}

ZONES = (
    _zone("badam", "Бадам/Бадам/Badam", "6146", 150.0, "2019-08-14/2019-10-02", "road-05", (69.165, 42.39),
        "oooooobbnnpp",
          Layout("l|mm|mm|l", 1.45, (0.32, 0.66), cuts=((2, 0.20, 0.34),), turn_deg=1.5, width=1.4), reserved=4,
          gas=Service("existing", 3400, 6000, 3000), power=Service("existing", 3100, 25000, 0,
              point_class="110/10"),
          water=Service("existing", 1800, 3000, 1100)),
    _zone("turkistan", "Туркестан/Түркістан/Turkistan", "6110", 160.0, "2019-09-20/2019-12-05", "road-01",
        (68.345, 43.262),
          "ooooobbnnpp", Layout("m|mm|ll|m", 1.7, (0.36, 0.72), bend_m=70, gap_m=260, width=1.45), reserved=4,
          gas=Service("existing", 2600, 8000, 3400), power=Service("existing", 2900, 40000, 12500,
              point_class="110/10"),
          water=Service("existing", 1500, 5000, 2100)),
    _zone("kentau", "Кентау/Кентау/Kentau", "6120", 133.6, "2019-11-05/2020-01-20", "road-07", (68.447, 43.486),
        "oooobnnpp",
          Layout("m|mm|mm|l", 1.25, (0.5,), cuts=((3, 0.30, 0.42),), turn_deg=-3, width=1.35), reserved=3,
          gas=Service("existing", -1700, 4000, 1500), power=Service("existing", 1500, 32000, 9000,
              point_class="110/35/10"),
          water=Service("existing", 1600, 2500, 900)),
    _zone("sozak", "Созак/Созақ/Sozak", "6156", 100.4, "2020-05-12/2020-07-30", "road-08", (69.085, 43.802),
        "oobp",
          Layout("l|mm|l", 1.6, (0.55,), undivided=((0.56, 1.0, 0.0, 1.0),), skew=0.12, width=0.9), reserved=1,
          power=Service("existing", -2400, 16000, 6200, point_class="110/10")),
    _zone("maktaaral", "Мактаарал/Мақтаарал/Maktaaral", "6144", 72.0, "2020-09-03/2020-11-16", "road-13", (68.518,
        40.762),
          "ooobnp", Layout("m|mm|m", 1.5, (0.45,), turn_deg=2), reserved=2,
          gas=Service("planned", -2500, 3000, 3000, point_state="planned"),
          power=Service("existing", -1900, 16000, 4100, point_class="35/10")),
    _zone("kazygurt", "Казыгурт/Қазығұрт/Kazygurt", "6140", 95.0, "2021-03-18/2021-05-24", "road-02", (69.425,
        41.838),
          "oobbnp", Layout("l|mm|mm", 1.3, (0.4,), cuts=((1, 0.26, 0.22),)), reserved=2,
          gas=Service("existing", 2100, 5000, 2600), power=Service("existing", 2700, 20000, 5500,
              point_class="110/10")),
    _zone("shayan", "Шаян/Шаян/Shayan", "6136", 60.0, "2022-06-09/2022-08-22", "road-09", (69.352, 42.972), "obn",
          Layout("m|mm|m", 1.2, (0.5,), undivided=((0.5, 1.0, 0.52, 1.0),), turn_deg=-2), reserved=1,
          area_source="published",
          gas=Service("planned", 2300, 2000, 2000, point_state="planned"),
          power=Service("existing", 2600, 10000, 2400, point_class="35/10"), water=Service("existing", 1900, 900,
              350)),
    _zone("tulkibas", "Тюлькубас/Түлкібас/Tulkibas", "6160", 80.0, "2020-03-11/2020-06-15", "road-03", (70.235,
        42.552),
          "ooobnp", Layout("m|mm|m", 1.8, (0.34, 0.7), bend_m=-45), reserved=2,
          gas=Service("existing", 1700, 4500, 1900), power=Service("existing", 2500, 25000, 7800,
              point_class="110/10"),
          water=Service("existing", -1600, 1600, 700)),
    _zone("shardara", "Шардара/Шардара/Shardara", "6164", 105.0, "2021-10-07/2021-12-20", "road-12", (68.075,
        41.292), "oobnp",
          Layout("l|mm|l", 1.5, (0.5,), cuts=((2, 0.4, 0.3),), skew=-0.1), reserved=2,
          power=Service("existing", 2800, 16000, 5200, point_class="110/10")),
    _zone("zhetysai", "Жетысай/Жетісай/Zhetysai", "6138", 59.0, "2024-03-14/2024-04-22", "road-14", (68.352,
        40.835), "bn",
          Layout("m|mm|m", 1.3, (0.52,), undivided=((0.53, 1.0, 0.0, 1.0),), width=1.0), **_NEW,
          gas=Service("building", 2200, 3000, 3000, point_state="building"),
          power=Service("existing", 2400, 10000, None, point_class="35/10")),
    _zone("otyrar", "Отырар/Отырар/Otyrar", "6148", 85.0, "2024-06-20/2024-08-05", "road-06", (68.352, 42.846),
        "n",
          Layout("l|mm|l", 1.5, (0.4,), undivided=((0.41, 1.0, 0.0, 1.0),), skew=0.08, width=0.9, large_share=0),
          **_NEW,
          power=Service("building", -3300, 16000, 16000, point_class="110/10", point_state="building")),
    _zone("arys", "Арыс/Арыс/Arys", "6116", 30.0, "2024-02-27/2024-04-08", "road-05", (68.878, 42.432), "bn",
          Layout("s|ss|s", 1.55, (0.55,), undivided=((0.56, 1.0, 0.0, 1.0),), belt_m=15, street_m=18,
          width=0.95), **_NEW,
          gas=Service("existing", 1400, 3500, 1300), power=Service("existing", 2000, 25000, None,
              point_class="110/10"),
          water=Service("existing", 1300, 1200, 500)),
    _zone("karamurt", "Карамурт/Қарамұрт/Karamurt", "6152", 523.9, "2024-04-25/2024-06-03", "road-16", (69.93,
        42.372), "bbnn",
          Layout("l|ll|ll|x|xx|x", 1.3, (0.3, 0.62), undivided=((0.0, 1.0, 0.56, 1.0), (0.62, 1.0, 0.3, 1.0)),
                 cuts=((2, 0.24, 0.2), (3, 0.12, 0.3)), belt_m=30, street_m=28, gap_m=320, width=1.35),
                 reserved=2, **_NEW,
          gas=Service("existing", -2600, 9000, 3000), power=Service("existing", -2900, 63000, None,
              point_class="110/10"),
          water=Service("planned", -2100, 4000, 4000, point_state="planned")),
    _zone("shardara-2", "Шардара-2/Шардара-2/Shardara-2", "6164", 46.1, "2024-09-12/2024-11-04", "road-11",
        (67.974, 41.338),
          "n", Layout("s|ss|m", 1.4, (0.5,), undivided=((0.51, 1.0, 0.0, 1.0),), width=0.95, large_share=0),
          **_NEW,
          power=Service("planned", 2600, 10000, 10000, point_class="35/10", point_state="planned")),
    _zone("mega-agat", "Мега-Агат/Мега-Агат/Mega-Agat", "6116", 48.5, "2022-11-17/2023-02-06", "road-18", (68.872,
        42.345),
          "ooobn", Layout("m|mm|m", 1.35, (0.5,), belt_m=16, street_m=20), kind="private", reserved=1,
          gas=Service("existing", -2200, 2500, 800), power=Service("existing", -2600, 16000, 3600,
              point_class="35/10"),
          water=Service("existing", -1500, 800, 260)),
    _zone("bokei", "Бөкей/Бөкей/Bökey", "6146", 62.0, "2023-02-21/2023-05-11", "road-01", (69.2, 42.672), "ooobb",
          Layout("m|mm|m", 1.6, (0.48,), cuts=((0, 0.16, 0.3),), belt_m=16), kind="private", reserved=2,
          gas=Service("existing", -1900, 3000, 1200), power=Service("existing", -2200, 16000, 5000,
              point_class="110/10")),
)  # fmt: skip
"""The zones in the order of the demonstration: `--zones N` takes the first N."""

EXTRA_LAYOUTS = (
    Layout("m|mm|m", 1.4, (0.5,)),
    Layout("l|mm|l", 1.5, (0.36, 0.7)),
    Layout("m|mm", 1.3, (0.45,), cuts=((2, 0.3, 0.3),)),
    Layout("m|mm|m", 1.6, (0.5,), undivided=((0.51, 1.0, 0.0, 1.0),), skew=0.1),
)
"""How the zones after the sixteenth are laid out, in turn."""
