"""The made-up networks between towns: which roads they follow, and where stations stand. All of it is invented."""

from __future__ import annotations

from typing import NamedTuple

from geozones.demonstration.places import LonLat


class Link(NamedTuple):
    """A line between two places beside a road, `aside_m` to the left of it; `size` is kV or mm."""

    road: str
    start: LonLat
    end: LonLat
    size: float
    aside_m: float
    state: str = "existing"
    line_class: str = ""


class Transit(NamedTuple):
    """A line of its own course: key, name, points, kV or mm, state, number of parallel pipes."""

    key: str
    name: str
    points: tuple[LonLat, ...]
    size: float
    state: str = "existing"
    parallel: int = 1


class Station(NamedTuple):
    """A town's station: town key, offset from its middle in km, class, capacity, free capacity (None unknown)."""

    town: str
    east_km: float
    north_km: float
    station_class: str
    total: float
    free: float | None


_SHY, _TUR, _KEN, _ARY = (69.60, 42.32), (68.25, 43.30), (68.50, 43.52), (68.81, 42.43)
_SAR, _ZHE, _LEN, _SHA = (69.17, 41.46), (68.32, 40.78), (69.89, 42.18), (67.97, 41.26)
_KAZ, _TEM, _SHO, _SHL, _SYN = (69.39, 41.76), (69.26, 42.60), (69.18, 43.77), (68.37, 42.78), (69.38, 43.03)
_BIR, _ATA, _MYR, _ABA, _BAD = (68.62, 41.23), (68.51, 40.84), (68.55, 40.67), (68.95, 41.35), (69.25, 42.39)
_TRR, _AKS, _KRB, _KRM = (70.35, 42.53), (69.83, 42.42), (69.77, 42.53), (69.97, 42.31)

POWER_TRANSITS = (
    Transit("p500-1", "Транзит 500 кВ запад — восток",
            ((67.72, 43.66), (68.10, 43.20), (68.62, 42.90), (69.12, 42.68), (69.52, 42.50), (69.95, 42.64),
                (70.62, 42.60)),
            500),
    Transit("p500-2", "Транзит 500 кВ на юг", ((69.52, 42.50), (69.36, 42.26), (69.22, 41.92), (69.26, 41.46)),
        500),
    Transit("p500-3", "Транзит 500 кВ на север", ((68.62, 42.90), (68.70, 43.60), (68.60, 44.40), (68.40, 45.80)),
        500,
            "planned"),
    Transit("p220-1", "ВЛ-220 кВ Шымкент — Туркестан",
            ((69.46, 42.42), (69.10, 42.62), (68.72, 42.98), (68.36, 43.22)), 220),
    Transit("p220-2", "ВЛ-220 кВ Шымкент — Кентау", ((69.46, 42.42), (69.06, 42.86), (68.78, 43.30), (68.60,
        43.50)), 220),
    Transit("p220-3", "ВЛ-220 кВ Шымкент — Шардара",
            ((69.46, 42.42), (69.16, 42.10), (68.70, 41.86), (68.20, 41.52), (67.98, 41.29)), 220),
    Transit("p220-4", "ВЛ-220 кВ Шымкент — восток", ((69.70, 42.38), (70.02, 42.50), (70.60, 42.56)), 220),
)  # fmt: skip

POWER_LINKS = (
    Link("road-01", (69.42, 42.47), _TEM, 110, 430), Link("road-01", _TEM, (68.53, 43.18), 110, 430),
    Link("road-01", (68.53, 43.18), _TUR, 110, 430), Link("road-01", _TUR, (68.02, 43.40), 35, 300),
    Link("road-02", (69.56, 42.21), _KAZ, 110, -420), Link("road-02", _KAZ, (69.35, 41.56), 110, -420),
    Link("road-03", (69.72, 42.37), _AKS, 110, 450), Link("road-03", _AKS, _TRR, 110, -450),
    Link("road-04", (69.70, 42.27), _LEN, 110, -400), Link("road-04", _LEN, (70.12, 42.16), 35, -260),
    Link("road-05", (69.46, 42.35), _BAD, 110, -430), Link("road-05", _BAD, _ARY, 110, -800),
    Link("road-06", _ARY, _SHL, 110, 420),
    Link("road-07", _TUR, _KEN, 110, -450), Link("road-07", _KEN, (68.91, 43.55), 110, 450),
    Link("road-07", (68.91, 43.55), _SHO, 110, 450), Link("road-08", _SHO, (68.76, 43.86), 110, 400),
    Link("road-08", (68.76, 43.86), (68.47, 44.14), 35, 260), Link("road-09", _TEM, _SYN, 110, -420),
    Link("road-09", _SYN, _SHO, 110, -420, "planned"), Link("road-10", _SHO, (68.83, 44.76), 110, 380),
    Link("road-10", (68.83, 44.76), (68.92, 45.27), 35, 380), Link("road-11", _ARY, (67.99, 41.80), 35, 300,
        "cancelled"),
    Link("road-11", (67.99, 41.80), _SHA, 35, 900), Link("road-12", (69.35, 41.56), _SAR, 110, 420),
    Link("road-12", _SAR, _ABA, 110, 420), Link("road-12", _ABA, _BIR, 110, 420), Link("road-12", _BIR, _SHA, 110,
        420),
    Link("road-13", _BIR, _ATA, 110, 430), Link("road-13", _ATA, _MYR, 110, 430), Link("road-14", _ATA, _ZHE, 35,
        300),
    Link("road-15", (69.66, 42.40), _KRB, 35, 280), Link("road-15", _KRB, (69.74, 42.83), 35, 280),
    Link("road-16", _AKS, _KRM, 110, -380), Link("road-17", _SHL, (68.15, 42.66), 35, 260),
    Link("road-18", _ARY, (68.97, 42.08), 110, -420), Link("road-18", (68.97, 42.08), _SAR, 110, 420, "building"),
)  # fmt: skip

GAS_TRANSITS = (
    Transit("mg-1", "Магистральный газопровод юг — восток",
            ((69.30, 41.47), (69.52, 41.74), (69.62, 41.98), (69.74, 42.14), (70.04, 42.36), (70.20, 42.47),
                (70.66, 42.45)),
            1067, parallel=3),
    Transit("mg-2", "Магистральный газопровод запад — Шымкент",
            ((67.70, 43.54), (68.02, 43.28), (68.42, 43.06), (68.92, 42.80), (69.30, 42.50), (69.46, 42.40)),
            1020),
    Transit("mg-3", "Магистральный газопровод Шымкент — юг",
            ((69.46, 42.40), (69.38, 42.20), (69.30, 41.90), (69.28, 41.60), (69.30, 41.47)), 720, "cancelled"),
    Transit("mg-4", "Магистральный газопровод на Созак", ((68.42, 43.06), (68.86, 43.40), (69.12, 43.70)), 530,
        "planned"),
)  # fmt: skip

GAS_LINKS = (
    Link("road-01", (69.42, 42.47), _TEM, 325, -90), Link("road-01", _TEM, (69.05, 42.80), 219, -90),
    Link("road-01", _TUR, (68.02, 43.40), 219, -90), Link("road-01", (68.53, 43.18), _TUR, 219, -90),
    Link("road-02", (69.56, 42.21), _KAZ, 325, 90), Link("road-02", _KAZ, (69.35, 41.56), 219, 90),
    Link("road-03", (69.72, 42.37), _AKS, 325, -90), Link("road-03", _AKS, _TRR, 273, -90),
    Link("road-04", (69.70, 42.27), _LEN, 273, 90), Link("road-05", (69.46, 42.35), _BAD, 325, 90),
    Link("road-05", _BAD, _ARY, 273, 90), Link("road-06", _ARY, _SHL, 219, -90, "cancelled"),
    Link("road-07", _TUR, _KEN, 325, -90), Link("road-09", (69.33, 42.82), _SYN, 219, 90, "planned"),
    Link("road-12", (69.35, 41.56), _SAR, 219, -90), Link("road-12", _SAR, _ABA, 219, -90),
    Link("road-12", _ABA, _BIR, 219, -90, "building"), Link("road-13", _BIR, _ATA, 219, 90, "building"),
    Link("road-13", _ATA, _MYR, 159, 90, "planned"), Link("road-14", _ATA, _ZHE, 159, -90, "building"),
    Link("road-15", (69.66, 42.40), _KRB, 219, -90), Link("road-16", _AKS, _KRM, 219, 90),
    Link("road-18", _ARY, (68.90, 42.24), 159, -90),
)  # fmt: skip

WATER_LINKS = (
    Link("road-01", (69.42, 42.47), _TEM, 400, 55), Link("road-02", (69.56, 42.21), _KAZ, 400, -55, "planned"),
    Link("road-03", _AKS, (70.00, 42.55), 500, 55), Link("road-03", (70.00, 42.55), _TRR, 300, 55),
    Link("road-04", (69.70, 42.27), _LEN, 500, -55), Link("road-05", (69.46, 42.35), _BAD, 400, -55),
    Link("road-05", _BAD, _ARY, 300, -55), Link("road-09", _TEM, (69.33, 42.82), 300, -55, "building"),
    Link("road-09", (69.33, 42.82), _SYN, 300, -55), Link("road-12", (69.35, 41.56), _SAR, 300, 55),
    Link("road-15", (69.66, 42.40), _KRB, 250, 55), Link("road-16", _AKS, (69.90, 42.40), 250, -55),
)  # fmt: skip

POWER_STATIONS = (
    Station("turkistan", 7.2, -1.2, "220/110/35 кВ", 250_000, 61_000), Station("kentau", 4.6, 1.4,
        "220/110/35 кВ", 160_000, 38_000),
    Station("temirlan", -2.8, 1.0, "110/35/10 кВ", 40_000, 9_500), Station("arys", 3.9, 1.6, "110/35/10 кВ",
        63_000, 14_000),
    Station("badam", -2.4, 1.2, "110/10 кВ", 25_000, 3_200), Station("aksukent", 3.0, 1.9, "110/35/10 кВ", 63_000,
        None),
    Station("lenger", -3.1, 1.6, "110/35/10 кВ", 40_000, 8_700), Station("kazygurt", 2.6, 1.5, "110/35/10 кВ",
        40_000, 7_400),
    Station("turar", 2.9, 1.2, "110/35/10 кВ", 40_000, 11_200), Station("saryagash", -3.8, 1.9, "110/35/10 кВ",
        80_000, 16_500),
    Station("abai", -2.9, 1.4, "110/35/10 кВ", 40_000, None), Station("shardara", -2.8, 1.6, "220/110/10 кВ",
        125_000, 30_000),
    Station("atakent", 2.4, 1.4, "110/35/10 кВ", 40_000, 6_100), Station("zhetysai", -3.4, 1.1, "35/10 кВ",
        16_000, 0),
    Station("sholakkorgan", 2.2, -1.7, "110/35/10 кВ", 25_000, 8_000), Station("shayan", 1.9, 1.4, "110/35/10 кВ",
        25_000, 5_300),
    Station("shauildir", 1.9, -1.2, "110/35/10 кВ", 16_000, 0), Station("taukent", 1.6, 1.0, "110/35 кВ", 40_000,
        None),
    Station("karabulak", 3.0, -1.4, "35/10 кВ", 16_000, 2_500), Station("myrzakent", 2.0, -1.4, "110/10 кВ",
        16_000, 1_900),
)  # fmt: skip

GAS_STATIONS = (
    Station("turkistan", -7.0, 1.4, "ГРС", 90_000, 22_000), Station("temirlan", 2.4, -1.3, "ГРС", 25_000, 7_500),
    Station("arys", 3.6, 2.6, "ГРС", 30_000, 9_000), Station("aksukent", -2.2, -3.3, "ГРС", 60_000, 12_000),
    Station("lenger", -1.0, 3.4, "ГРС", 40_000, None), Station("kazygurt", 2.4, -2.0, "ГРС", 30_000, 8_800),
    Station("turar", -1.9, -3.0, "ГРС", 30_000, 10_400), Station("saryagash", 4.2, 1.6, "ГРС", 45_000, 6_000),
)  # fmt: skip

WATER_STATIONS = (
    Station("turkistan", 3.5, 6.2, "подземный водозабор", 60_000, 9_000), Station("arys", -2.6, 3.0,
        "подземный водозабор", 18_000, 3_400),
    Station("aksukent", 2.2, -2.8, "подземный водозабор", 35_000, None), Station("lenger", 3.3, -0.8, "водозабор",
        20_000, 5_200),
    Station("turar", 2.3, -1.7, "подземный водозабор", 12_000, 2_600), Station("shayan", -1.6, 1.8, "водозабор",
        6_000, 800),
    Station("temirlan", 1.8, 2.6, "подземный водозабор", 14_000, 3_900), Station("saryagash", -2.4, -3.6,
        "водозабор", 24_000, 0),
    Station("kentau", 1.2, 4.2, "шахтный водозабор", 30_000, 7_700),
)  # fmt: skip

WATER_DISTRICTS = ("6110", "6116", "6120", "6136", "6138", "6140", "6146", "6148", "6152", "6154", "6158", "6160")
"""Districts that the water layer is stated to cover: the other five are data gaps."""
