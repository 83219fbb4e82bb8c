"""What words of a source mean: contract column → contract value → stems, in Russian, Kazakh and English.

Stems are in plain spelling; the first contract value with a fitting stem wins, so the narrower ones stand first.
"""

from __future__ import annotations

_YES_NO = {
    "no": ("no$", "нет$", "жоқ", "false", "0$", "не предостав", "не выдел", "свободн", "не$", "бос"),
    "unknown": ("unknown", "неизвест", "нет данных", "белгісіз"),
    "yes": ("yes", "да$", "иә", "ия$", "true", "1$", "предостав", "выдел", "аренд", "собствен", "берілген"),
}
_KINDS = {
    "republican": ("республик", "republican"),
    "regional": ("регион", "областн", "өңірлік", "аймақтық", "regional", "облыстық"),
    "small": ("мал", "шағын", "small"),
    "private": ("частн", "жеке", "private"),
}

VALUE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "zones.kind": _KINDS,
    "proposals.kind": _KINDS,
    "zones.status": {
        "planned": ("планир", "проект", "жоспар", "plan", "propos", "перспектив"),
        "developing": ("развив", "строит", "дамы", "салын", "develop", "construct", "создан", "құрыл"),
        "active": ("действ", "функцион", "активн", "работа", "жұмыс", "active", "operat", "қолданыс"),
    },
    "hazard_class": {
        "III": ("iii$", "3$", "iii", "ііі"), "II": ("ii$", "2$", "іі"), "IV": ("iv$", "4$", "іv"),
        "V": ("v$", "5$"), "I": ("i$", "1$", "і$"),
    },
    "granted": _YES_NO,
    "irrigated": {"no": ("нет$", "no$", "богар", "неорош", "жоқ", "суарылмай"),
                  "yes": ("да$", "yes", "орош", "иә", "суармалы")},
    "connectable": _YES_NO,
    "started": _YES_NO,
    "state": {
        "cancelled": ("cancel", "shelved", "отмен", "ликвид", "демонт", "недейств", "выведен", "retired",
                      "mothball",
                      "тоқтат", "жойыл", "күшін"),
        "planned": ("план", "проект", "перспект", "propos", "plan", "announc", "pre", "жоспар", "жоба", "proekt"),
        "building": ("строит", "строящ", "construct", "building", "салын", "құрыл", "реконстр", "stroit"),
        "existing": ("сущ", "действ", "эксплуат", "operat", "exist", "in service", "in use", "active", "построен",
                     "қолдан", "бар$", "жұмыс", "sush", "deistv", "рабоч"),
        "unknown": ("неизвест", "unknown", "белгісіз", "нет данных"),
    },
    "gas.class": {
        "distribution": ("распред", "distrib", "низк", "средн", "тарату", "внутрипос", "уличн", "подвод",
                         "raspred"),
        "trunk": ("магистр", "trunk", "transmission", "отвод", "магистраль", "magistr", "international"),
    },
    "power.class": {
        "cable": ("кл$", "кж$", "кабел", "cable", "kabel", "кәбіл", "жерасты"),
        "overhead": ("вл$", "әж$", "влз", "возд", "overhead", "line$", "лэп", "әуе", "vl$", "minor line"),
    },
    "water.class": {
        "distribution": ("распред", "distrib", "уличн", "сет", "тарату", "внутр", "подвод"),
        "main": ("магистр", "водовод", "main", "магистраль", "группов", "magistr"),
    },
    "network": {
        "gas": ("газ", "gas", "грс", "gaz"),
        "water": ("вод", "су$", "water", "скваж", "vod"),
        "power": ("электр", "энерг", "свет", "power", "electr", "пс$", "подстанц", "жарық", "elektr"),
    },
    "districts.kind": {
        "city": ("город", "қала", "city", "г а", "г$", "қ$", "gorod"),
        "district": ("район", "аудан", "district", "rayon", "adm2"),
    },
    "settlements.kind": {
        "city": ("город", "қала", "city", "capital", "г$"),
        "town": ("поселок", "пгт", "town", "кент", "пос$", "п$"),
        "village": ("село", "сел", "аул", "ауыл", "village", "hamlet", "isolated", "деревн", "с$", "farm",
                    "разъезд", "станц", "populated place"),
    },
    "restricted.kind": {
        "heritage": ("памятник", "истори", "археолог", "heritage", "ескерткіш", "курган", "мәдени"),
        "nature": ("оопт", "заповед", "природн", "nature", "заказник", "қорық", "reserve"),
        "forest": ("лес", "forest", "орман"),
        "military": ("военн", "military", "полигон", "әскери"),
        "water_protection": ("водоохран", "water protection", "су қорғау", "водоохр"),
        "flood": ("затоп", "подтоп", "flood", "су басу", "паводк"),
        "mudflow": ("сель", "оползн", "mudflow", "сел қауп", "көшкін"),
        "subsoil": ("недр", "месторожд", "subsoil", "жер қойнау", "кен орн"),
        "burial": ("скотомог", "кладбищ", "захорон", "burial", "қорым", "зират", "мал қорым"),
        "border": ("погран", "border", "шекара"),
        "pasture": ("пастбищ", "pasture", "жайылым"),
        "irrigated": ("орош", "irrigat", "суармалы"),
    },
    "holder_kind": {
        "individual": ("ип$", "физ", "individual", "жк$", "крестьян"),
        "company": ("тоо", "ао$", "юр", "company", "жшс", "ақ$"),
    },
}  # fmt: skip
"""By `role.column` or, for columns that mean the same everywhere, by column."""

SAFE_DEFAULTS: dict[str, str] = {
    "zones.kind": "regional",
    "zones.status": "developing",
    "gas.class": "trunk",
    "gas.state": "unknown",
    "power.class": "overhead",
    "power.state": "unknown",
    "water.class": "main",
    "water.state": "unknown",
    "connection_points.state": "unknown",
    "parcels.granted": "unknown",
}
"""What stands in for a required column that no source column fills: what promises least, and is asked for."""


class Place:
    """A district or city as it is called in sources."""

    def __init__(self, code: str, ru: str, kk: str, *latin: str) -> None:
        self.code, self.ru, self.kk, self.latin = code, ru, kk, latin


PLACES = (
    Place("6110", "Туркестан", "Түркістан", "Turkistan", "Turkestan"),
    Place("6116", "Арыс", "Арыс", "Arys"),
    Place("6120", "Кентау", "Кентау", "Kentau"),
    Place("6136", "Байдибекский", "Бәйдібек", "Baidibek", "Baydibek"),
    Place("6138", "Жетысайский", "Жетісай", "Zhetysai", "Zhetisay", "Jetisay"),
    Place("6139", "Келесский", "Келес", "Keles"),
    Place("6140", "Казыгуртский", "Қазығұрт", "Kazygurt"),
    Place("6144", "Мактааральский", "Мақтаарал", "Maktaaral"),
    Place("6146", "Ордабасинский", "Ордабасы", "Ordabasy"),
    Place("6148", "Отрарский", "Отырар", "Otyrar", "Otrar"),
    Place("6152", "Сайрамский", "Сайрам", "Sairam", "Sayram"),
    Place("6154", "Сарыагашский", "Сарыағаш", "Saryagash"),
    Place("6155", "Сауранский", "Сауран", "Sauran"),
    Place("6156", "Созакский", "Созақ", "Sozak", "Suzak"),
    Place("6158", "Толебийский", "Төле би", "Tole bi", "Tolebi"),
    Place("6160", "Тюлькубасский", "Түлкібас", "Tulkibas", "Tyulkubas"),
    Place("6164", "Шардаринский", "Шардара", "Shardara", "Chardara"),
    Place("79", "Шымкент", "Шымкент", "Shymkent"),
)
"""Districts and cities of the Turkestan Region by KATO code; Shymkent, a region of its own, by two digits."""

CRS_WORDS: dict[str, tuple[str, ...]] = {
    "pulkovo1942": ("пулков", "ск42", "ск 42", "pulkovo", "sk42", "sk 42", "гаусс", "gauss", "1942"),
    "qaztrf23": ("qaztrf", "казтрф", "қазтрф", "trf 23", "trf23"),
    "wgs84": ("wgs", "utm", "вгс"),
}
"""Words in the name of a file that tell of a datum, by the family of the datum (`crs.datum_family`)."""

REGION_NAMES = {"ru": "Туркестанская область", "kk": "Түркістан облысы", "en": "Turkestan Region"}
REGION_BOUNDS = (65.5, 40.3, 71.5, 46.2)
"""The one region whose names and districts are known here; of any other the draft asks for the name."""
