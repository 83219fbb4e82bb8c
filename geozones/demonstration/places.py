"""The map behind the zones: districts, settlements and courses, typed by hand.

District centres and well-known towns stand where they are in truth (rounded to 0.01°); the outline of the region,
the borders between districts, the footprints of settlements and every course of road, rail and river are made up.
"""

from __future__ import annotations

from typing import NamedTuple

LonLat = tuple[float, float]


class District(NamedTuple):
    """A district or city: KATO code, names, centre, and further points that belong to it.

    `radius_km` is given for cities, which are cut out of the districts around them.
    """

    code: str
    name_ru: str
    name_kk: str
    name_en: str
    centre: LonLat
    more: tuple[LonLat, ...] = ()
    radius_km: float | None = None


DISTRICTS = (
    District("6110", "Туркестан", "Түркістан", "Turkistan", (68.25175, 43.29733), radius_km=11.0),
    District("6116", "Арыс", "Арыс", "Arys", (68.80870, 42.43015), radius_km=15.0),
    District("6120", "Кентау", "Кентау", "Kentau", (68.50463, 43.51672), radius_km=7.5),
    District("6136", "Байдибекский", "Бәйдібек", "Baidibek", (69.38048, 43.03399), ((69.50, 42.85), (69.12,
        43.15))),
    District("6138", "Жетысайский", "Жетісай", "Zhetysai", (68.21623, 40.87426), ((68.32, 40.78), (68.36,
        40.90))),
    District("6139", "Келесский", "Келес", "Keles", (68.54378, 41.33087), ((68.62, 41.23), (68.93, 41.33))),
    District("6140", "Казыгуртский", "Қазығұрт", "Kazygurt", (69.38390, 41.75640), ((69.70, 41.88), (69.30,
        42.02), (69.48, 42.14))),
    District("6144", "Мактааральский", "Мақтаарал", "Maktaaral", (68.54510, 40.66338), ((68.53, 40.84),)),
    District("6146", "Ордабасинский", "Ордабасы", "Ordabasy", (69.25836, 42.59998),
             ((69.27, 42.39), (69.05, 42.75), (69.02, 42.35))),
    District("6148", "Отрарский", "Отырар", "Otyrar", (67.49818, 42.51631),
             ((68.37, 42.78), (68.15, 42.62), (66.90, 42.20), (67.76, 43.00), (68.20, 42.30))),
    District("6152", "Сайрамский", "Сайрам", "Sairam", (69.82709, 42.42193), ((69.97, 42.33), (69.77, 42.53))),
    District("6154", "Сарыагашский", "Сарыағаш", "Saryagash", (69.16791, 41.46042),
             ((69.36, 41.52), (69.02, 41.62), (69.05, 41.85))),
    District("6155", "Сауранский", "Сауран", "Sauran", (68.34863, 43.48615),
             ((68.02, 43.40), (68.52, 43.17), (68.00, 43.62))),
    District("6156", "Созакский", "Созақ", "Sozak", (69.17856, 43.76453),
             ((68.55, 44.00), (67.95, 44.15), (68.45, 44.90), (68.20, 45.60), (69.30, 44.60))),
    District("6158", "Толебийский", "Төле би", "Tole bi", (69.88582, 42.18152), ((70.20, 42.14), (69.72, 42.10))),
    District("6160", "Тюлькубасский", "Түлкібас", "Tulkibas", (70.34960, 42.53340), ((70.05, 42.56), (70.55,
        42.32))),
    District("6164", "Шардаринский", "Шардара", "Shardara", (67.96991, 41.25832),
             ((67.99, 41.80), (67.20, 41.60), (68.35, 41.70))),
)  # fmt: skip

SHYMKENT = (69.60, 42.32)
SHYMKENT_RADIUS_KM = 13.5

OUTLINE: tuple[LonLat, ...] = (
    (67.20, 45.95), (69.05, 45.95), (69.35, 45.55), (69.60, 44.90), (69.80, 44.20), (69.68, 43.75), (69.50,
        43.42),
    (69.72, 43.22), (70.00, 43.18), (70.20, 42.92), (70.28, 42.76), (70.70, 42.52), (70.90, 42.28), (70.66,
        42.05),
    (70.42, 42.02), (70.02, 41.78), (69.60, 41.56), (69.48, 41.44), (69.22, 41.33), (69.02, 41.18), (68.86,
        41.10),
    (68.72, 41.02), (68.70, 40.80), (68.66, 40.60), (68.48, 40.57), (68.20, 40.68), (67.98, 40.84), (67.98,
        41.02),
    (67.78, 41.13), (66.75, 41.17), (66.52, 41.84), (66.02, 41.96), (66.04, 42.34), (67.10, 42.88), (67.74,
        43.22),
    (67.64, 43.46), (67.84, 43.78), (67.92, 44.02), (67.52, 44.36), (67.46, 45.08), (67.18, 45.36), (67.34,
        45.70),
)  # fmt: skip
"""Outline of the region, sketched by hand for the demonstration."""


class Settlement(NamedTuple):
    """A settlement: key, names, kind, rounded population, place."""

    key: str
    name_ru: str
    name_kk: str
    name_en: str
    kind: str
    population: int
    place: LonLat


SETTLEMENTS = (
    Settlement("shymkent", "Шымкент", "Шымкент", "Shymkent", "city", 1_220_000, (69.60, 42.32)),
    Settlement("turkistan", "Туркестан", "Түркістан", "Turkistan", "city", 228_000, (68.25, 43.30)),
    Settlement("kentau", "Кентау", "Кентау", "Kentau", "city", 75_000, (68.50, 43.52)),
    Settlement("arys", "Арыс", "Арыс", "Arys", "city", 52_000, (68.81, 42.43)),
    Settlement("saryagash", "Сарыагаш", "Сарыағаш", "Saryagash", "town", 62_000, (69.17, 41.46)),
    Settlement("zhetysai", "Жетысай", "Жетісай", "Zhetysai", "town", 44_000, (68.32, 40.78)),
    Settlement("lenger", "Ленгер", "Леңгір", "Lenger", "town", 34_000, (69.89, 42.18)),
    Settlement("shardara", "Шардара", "Шардара", "Shardara", "town", 32_000, (67.97, 41.26)),
    Settlement("aksukent", "Аксукент", "Ақсукент", "Aksukent", "village", 34_000, (69.83, 42.42)),
    Settlement("kazygurt", "Казыгурт", "Қазығұрт", "Kazygurt", "village", 27_000, (69.39, 41.76)),
    Settlement("turar", "Турар Рыскулов", "Тұрар Рысқұлов", "Turar Ryskulov", "village", 25_000, (70.35, 42.53)),
    Settlement("abai", "Абай", "Абай", "Abai", "village", 24_000, (68.95, 41.35)),
    Settlement("atakent", "Атакент", "Атакент", "Atakent", "village", 20_000, (68.51, 40.84)),
    Settlement("sholakkorgan", "Шолаккорган", "Шолаққорған", "Sholakkorgan", "village", 19_000, (69.18, 43.77)),
    Settlement("temirlan", "Темирлан", "Темірлан", "Temirlan", "village", 18_000, (69.26, 42.60)),
    Settlement("myrzakent", "Мырзакент", "Мырзакент", "Myrzakent", "village", 17_000, (68.55, 40.67)),
    Settlement("asykata", "Асыката", "Асықата", "Asykata", "village", 14_000, (68.37, 40.90)),
    Settlement("shauildir", "Шаульдер", "Шәуілдір", "Shauildir", "village", 10_000, (68.37, 42.78)),
    Settlement("shayan", "Шаян", "Шаян", "Shayan", "village", 10_000, (69.38, 43.03)),
    Settlement("karabulak", "Карабулак", "Қарабұлақ", "Karabulak", "village", 40_000, (69.77, 42.53)),
    Settlement("karamurt", "Карамурт", "Қарамұрт", "Karamurt", "village", 16_000, (69.97, 42.31)),
    Settlement("sastobe", "Састобе", "Састөбе", "Sastobe", "village", 7_000, (70.00, 42.55)),
    Settlement("badam", "Бадам", "Бадам", "Badam", "village", 8_000, (69.25, 42.39)),
    Settlement("shornak", "Шорнак", "Шорнақ", "Shornak", "village", 4_300, (68.02, 43.40)),
    Settlement("ikan", "Иканг", "Иқан", "Ikan", "village", 9_000, (68.53, 43.18)),
    Settlement("achisai", "Ачисай", "Ащысай", "Achisai", "village", 2_500, (68.91, 43.55)),
    Settlement("bayaldyr", "Баялдыр", "Байылдыр", "Bayaldyr", "village", 3_000, (68.47, 43.57)),
    Settlement("sozak", "Созак", "Созақ", "Sozak", "village", 4_600, (68.47, 44.14)),
    Settlement("taukent", "Таукент", "Таукент", "Taukent", "village", 7_000, (68.76, 43.86)),
    Settlement("kozmoldak", "Козмолдак", "Қозмолдақ", "Kozmoldak", "village", 1_400, (68.57, 43.95)),
    Settlement("kyzemshek", "Кыземшек", "Қыземшек", "Kyzemshek", "village", 3_500, (68.92, 45.27)),
    Settlement("zhuantobe", "Жуантобе", "Жуантөбе", "Zhuantobe", "village", 2_000, (68.83, 44.76)),
    Settlement("tasty", "Тасты", "Тасты", "Tasty", "village", 1_200, (69.17, 44.80)),
    Settlement("koksarai", "Коксарай", "Көксарай", "Koksarai", "village", 2_800, (68.15, 42.66)),
    Settlement("baltakol", "Балтаколь", "Балтакөл", "Baltakol", "village", 2_400, (67.80, 43.10)),
    Settlement("timur", "Тимур", "Темір", "Timur", "village", 3_000, (68.44, 42.83)),
    Settlement("derbisek", "Дербисек", "Дербісек", "Derbisek", "village", 9_000, (69.35, 41.56)),
    Settlement("zhibek-zholy", "Жибек Жолы", "Жібек Жолы", "Zhibek Zholy", "village", 15_000, (69.37, 41.48)),
    Settlement("tselinnoye", "Целинное", "Целинное", "Tselinnoye", "village", 2_000, (67.99, 41.80)),
    Settlement("montaitas", "Монтайтас", "Монтайтас", "Montaitas", "village", 1_500, (68.97, 42.08)),
    Settlement("togys", "Тогыс", "Тоғыс", "Togys", "village", 3_000, (69.81, 42.22)),
    Settlement("birlik-keles", "Бирлик", "Бірлік", "Birlik", "village", 2_500, (68.62, 41.23)),
    Settlement("karatas", "Каратас", "Қаратас", "Karatas", "village", 2_000, (69.74, 42.83)),
)  # fmt: skip

SMALL_NAMES = (
    ("Акбулак", "Ақбұлақ", "Akbulak"), ("Бирлик", "Бірлік", "Birlik"), ("Достык", "Достық", "Dostyk"),
    ("Жанаконыс", "Жаңақоныс", "Zhanakonys"), ("Коктобе", "Көктөбе", "Koktobe"), ("Карасу", "Қарасу", "Karasu"),
    ("Майбулак", "Майбұлақ", "Maibulak"), ("Ынтымак", "Ынтымақ", "Yntymak"), ("Кокарал", "Көкарал", "Kokaral"),
    ("Тасарык", "Тасарық", "Tasaryk"), ("Жанаталап", "Жаңаталап", "Zhanatalap"), ("Енбек", "Еңбек", "Enbek"),
    ("Кызылжар", "Қызылжар", "Kyzylzhar"), ("Ушкын", "Ұшқын", "Ushkyn"), ("Актобе", "Ақтөбе", "Aktobe"),
    ("Бостандык", "Бостандық", "Bostandyk"), ("Тегистик", "Тегістік", "Tegistik"), ("Аксай", "Ақсай", "Aksai"),
    ("Сарыозек", "Сарыөзек", "Saryozek"), ("Жулдыз", "Жұлдыз", "Zhuldyz"), ("Караоткель", "Қараөткел",
        "Karaotkel"),
)  # fmt: skip
"""Names for the small demonstration villages along the roads; they stand at no real place."""


class Course(NamedTuple):
    """A road, railway or river: key, names, class, and the points that it passes."""

    key: str
    name_ru: str
    name_kk: str
    name_en: str
    kind: str
    points: tuple[LonLat, ...]


def _road(key: str, ru: str, kk: str, en: str, kind: str, *points: LonLat) -> Course:
    return Course(key, f"{ru} (демо)", f"{kk} (демо)", f"{en} (demo)", kind, points)


_SHY, _TUR, _KEN, _ARY = (69.60, 42.32), (68.25, 43.30), (68.50, 43.52), (68.81, 42.43)
_SAR, _ZHE, _LEN, _SHA = (69.17, 41.46), (68.32, 40.78), (69.89, 42.18), (67.97, 41.26)
_KAZ, _TEM, _SHO, _SHL, _SYN = (69.39, 41.76), (69.26, 42.60), (69.18, 43.77), (68.37, 42.78), (69.38, 43.03)
_BIR, _ATA, _MYR, _ABA, _BAD = (68.62, 41.23), (68.51, 40.84), (68.55, 40.67), (68.95, 41.35), (69.25, 42.39)

ROADS = (
    _road("road-01", "Шымкент — Туркестан — запад", "Шымкент — Түркістан — батыс", "Shymkent — Turkistan — west",
          "republican", _SHY, (69.42, 42.47), _TEM, (69.05, 42.80), (68.80, 43.02), (68.53, 43.18), _TUR,
          (68.02, 43.40), (67.74, 43.56)),
    _road("road-02", "Шымкент — Казыгурт — Жибек Жолы", "Шымкент — Қазығұрт — Жібек Жолы",
          "Shymkent — Kazygurt — Zhibek Zholy", "republican", _SHY, (69.52, 42.10), _KAZ, (69.35, 41.56), (69.37,
              41.48)),
    _road("road-03", "Шымкент — Турар Рыскулов — восток", "Шымкент — Тұрар Рысқұлов — шығыс",
          "Shymkent — Turar Ryskulov — east", "republican", _SHY, (69.83, 42.42), (70.00, 42.55), (70.35, 42.53),
          (70.66, 42.50)),
    _road("road-04", "Шымкент — Ленгер", "Шымкент — Леңгір", "Shymkent — Lenger", "regional", _SHY, (69.81,
        42.22), _LEN,
          (70.12, 42.16)),
    _road("road-05", "Шымкент — Бадам — Арыс", "Шымкент — Бадам — Арыс", "Shymkent — Badam — Arys", "regional",
          _SHY, _BAD, _ARY),
    _road("road-06", "Арыс — Шаульдер — Туркестан", "Арыс — Шәуілдір — Түркістан", "Arys — Shauildir — Turkistan",
          "regional", _ARY, (68.61, 42.61), _SHL, (68.33, 43.04), _TUR),
    _road("road-07", "Туркестан — Кентау — Шолаккорган", "Түркістан — Кентау — Шолаққорған",
          "Turkistan — Kentau — Sholakkorgan", "regional", _TUR, _KEN, (68.91, 43.55), _SHO),
    _road("road-08", "Шолаккорган — Таукент — Созак", "Шолаққорған — Таукент — Созақ",
        "Sholakkorgan — Taukent — Sozak",
          "regional", _SHO, (68.76, 43.86), (68.57, 43.95), (68.47, 44.14)),
    _road("road-09", "Темирлан — Шаян — Шолаккорган", "Темірлан — Шаян — Шолаққорған",
        "Temirlan — Shayan — Sholakkorgan",
          "regional", _TEM, (69.33, 42.82), _SYN, (69.40, 43.35), _SHO),
    _road("road-10", "Шолаккорган — Кыземшек", "Шолаққорған — Қыземшек", "Sholakkorgan — Kyzemshek", "district",
        _SHO,
          (69.17, 44.30), (68.83, 44.76), (68.92, 45.27)),
    _road("road-11", "Арыс — Целинное — Шардара", "Арыс — Целинное — Шардара", "Arys — Tselinnoye — Shardara",
        "district",
          _ARY, (68.40, 42.08), (67.99, 41.80), _SHA),
    _road("road-12", "Дербисек — Сарыагаш — Шардара", "Дербісек — Сарыағаш — Шардара",
          "Derbisek — Saryagash — Shardara", "regional", (69.35, 41.56), _SAR, _ABA, _BIR, (68.30, 41.30), _SHA),
    _road("road-13", "Бирлик — Атакент — Мырзакент", "Бірлік — Атакент — Мырзакент",
        "Birlik — Atakent — Myrzakent",
          "regional", _BIR, (68.58, 41.02), _ATA, _MYR),
    _road("road-14", "Атакент — Асыката — Жетысай — Мырзакент", "Атакент — Асықата — Жетісай — Мырзакент",
          "Atakent — Asykata — Zhetysai — Myrzakent", "district", _ATA, (68.37, 40.90), _ZHE, _MYR),
    _road("road-15", "Шымкент — Карабулак — Каратас", "Шымкент — Қарабұлақ — Қаратас",
        "Shymkent — Karabulak — Karatas",
          "district", _SHY, (69.77, 42.53), (69.74, 42.83), _SYN),
    _road("road-16", "Аксукент — Карамурт — Ленгер", "Ақсукент — Қарамұрт — Леңгір",
        "Aksukent — Karamurt — Lenger",
          "district", (69.83, 42.42), (69.97, 42.31), _LEN),
    _road("road-17", "Шаульдер — Коксарай — Балтаколь", "Шәуілдір — Көксарай — Балтакөл",
          "Shauildir — Koksarai — Baltakol", "district", _SHL, (68.15, 42.66), (67.95, 42.92), (67.80, 43.10)),
    _road("road-18", "Арыс — Монтайтас — Дарбаза", "Арыс — Монтайтас — Дарбаза", "Arys — Montaitas — Darbaza",
          "district", _ARY, (68.97, 42.08), (69.04, 41.80), _SAR),
)  # fmt: skip

RAILWAYS = (
    _road("rail-01", "Арыс — Шымкент — восток", "Арыс — Шымкент — шығыс", "Arys — Shymkent — east", "main",
          (68.80, 42.42), (69.05, 42.38), (69.25, 42.375), (69.61, 42.30), (69.74, 42.34), (69.82, 42.44), (70.00,
              42.565),
          (70.28, 42.49), (70.64, 42.47)),
    _road("rail-02", "Арыс — Туркестан — запад", "Арыс — Түркістан — батыс", "Arys — Turkistan — west", "main",
          (68.80, 42.42), (68.61, 42.595), (68.44, 42.84), (68.31, 43.04), (68.21, 43.29), (67.92, 43.46), (67.76,
              43.60)),
    _road("rail-03", "Арыс — Сарыагаш", "Арыс — Сарыағаш", "Arys — Saryagash", "main", (68.80, 42.42), (68.97,
        42.10),
          (68.99, 41.86), (69.09, 41.57), (69.16, 41.47)),
    _road("rail-04", "Шымкент — Ленгер", "Шымкент — Леңгір", "Shymkent — Lenger", "branch", (69.61, 42.30),
        (69.73, 42.26),
          (69.88, 42.19)),
    _road("rail-05", "Туркестан — Кентау", "Түркістан — Кентау", "Turkistan — Kentau", "branch", (68.21, 43.29),
          (68.36, 43.42), (68.52, 43.51)),
)  # fmt: skip

RIVERS = (
    Course("river-01", "Сырдарья (демо)", "Сырдария (демо)", "Syr Darya (demo)", "river",
           ((67.95, 41.26), (67.88, 41.45), (67.93, 41.70), (67.90, 41.95), (68.02, 42.25), (68.08, 42.50),
               (68.17, 42.73),
            (67.98, 42.90), (67.82, 43.06), (67.72, 43.24))),
    Course("river-02", "Арысь (демо)", "Арыс (демо)", "Arys (demo)", "river",
           ((70.52, 42.46), (70.25, 42.56), (70.02, 42.59), (69.70, 42.61), (69.42, 42.57), (69.20, 42.56),
               (69.00, 42.49),
            (68.84, 42.465), (68.60, 42.53), (68.40, 42.68), (68.17, 42.73))),
    Course("river-03", "Бадам (демо)", "Бадам (демо)", "Badam (demo)", "river",
           ((70.15, 42.08), (69.93, 42.16), (69.72, 42.22), (69.56, 42.30), (69.40, 42.36), (69.22, 42.42),
               (69.05, 42.48))),
    Course("river-04", "Келес (демо)", "Келес (демо)", "Keles (demo)", "river",
           ((69.92, 41.96), (69.62, 41.84), (69.44, 41.73), (69.30, 41.60), (69.12, 41.48), (68.98, 41.40),
               (68.80, 41.22),
            (68.70, 41.08))),
    Course("river-05", "Боген (демо)", "Бөген (демо)", "Bogen (demo)", "river",
           ((69.62, 43.00), (69.40, 42.96), (69.18, 42.84), (68.98, 42.72), (68.78, 42.62), (68.62, 42.56))),
    Course("river-06", "Шу (демо)", "Шу (демо)", "Shu (demo)", "seasonal",
           ((69.58, 44.95), (69.20, 44.98), (68.75, 45.06), (68.30, 45.02), (67.90, 45.08), (67.52, 45.02))),
    Course("river-07", "Аксу (демо)", "Ақсу (демо)", "Aksu (demo)", "river",
           ((70.42, 42.26), (70.15, 42.36), (69.95, 42.44), (69.80, 42.48), (69.62, 42.58))),
    Course("canal-01", "Канал 1 (демо)", "1-арна (демо)", "Canal 1 (demo)", "canal",
           ((68.62, 40.98), (68.45, 40.93), (68.28, 40.86), (68.16, 40.82))),
)  # fmt: skip

LAKES = (
    ("lake-01", "Шардаринское водохранилище (демо)", "Шардара су қоймасы (демо)", "Shardara reservoir (demo)",
     ((67.93, 41.235), (68.02, 41.215), (68.10, 41.20), (68.22, 41.17), (68.33, 41.13), (68.40, 41.07), (68.33,
         41.04),
      (68.22, 41.08), (68.12, 41.09), (68.06, 41.04), (68.00, 41.05), (67.98, 41.12), (67.92, 41.18))),
    ("lake-02", "Бугуньское водохранилище (демо)", "Бөген су қоймасы (демо)", "Bogen reservoir (demo)",
     ((69.06, 42.745), (69.10, 42.755), (69.13, 42.79), (69.11, 42.815), (69.07, 42.80), (69.04, 42.77))),
    ("lake-03", "Коксарайский контррегулятор (демо)", "Көксарай су реттегіші (демо)", "Koksarai basin (demo)",
     ((67.84, 42.40), (67.96, 42.38), (68.02, 42.44), (68.00, 42.53), (67.90, 42.56), (67.82, 42.50))),
    ("lake-04", "Кызылколь (демо)", "Қызылкөл (демо)", "Kyzylkol (demo)",
     ((69.46, 43.72), (69.52, 43.73), (69.55, 43.76), (69.50, 43.78), (69.45, 43.75))),
)  # fmt: skip
