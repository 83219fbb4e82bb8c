"""How columns are called in files that people send: contract column → names, in Russian, Kazakh, English, Latin.

Names are in plain spelling (`spelling.plain`): the whole name first, then stems (which end with `*`). Shapefiles
cut names to ten characters, so short forms stand here too.
"""

from __future__ import annotations

_NAME_RU = ("name ru", "название", "наименование", "name rus", "наимен*", "назван*", "nazvanie", "naimenov*",
            "naimen*", "имя", "name", "title", "label", "text", "атауы", "атау*")  # fmt: skip
_NAME_KK = ("name kk", "name kz", "name kaz", "атауы", "атау*", "название на казахском", "назван каз*",
            "наимен каз*",
            "nazv kaz*", "қазақша*")  # fmt: skip
_NAME_EN = ("name en", "name eng", "nameascii", "english name", "название на английском", "name alt", "int name")
_AREA = ("area ha", "площадь га", "площадь", "площ га", "площ*", "ploshad*", "plosh*", "s ga", "га", "area",
         "ауданы га",
         "көлемі га", "ауданы", "көлемі", "hectares", "ha")  # fmt: skip
_CADASTRAL = ("cadastral no", "кадастровый номер", "кадастр номер", "кад номер", "кадастров*", "кадастр*",
              "кад no",
              "kadastr*", "kad nomer", "kad nom*", "kad no", "cadastr*", "cad num", "cad no*", "cadnum*",
              "kadnum*",
              "кадастрлық*", "кадастрлық нөмір*")  # fmt: skip
_DISTRICT = ("district code", "като", "kato", "код района", "код като", "район", "district", "rayon", "raion",
             "аудан",
             "аудан коды", "ауданы")  # fmt: skip
_STATE = ("state", "status", "состояние", "состоян*", "статус", "sost*", "sostoyan*", "күйі", "жай күйі",
          "мәртебесі",
          "этап", "condition")  # fmt: skip
_OWNER = ("owner", "владелец", "владел*", "собственник", "баланс*", "vladelec", "vladel*", "operator", "оператор",
          "иесі", "меншік иесі", "эксплуат*")  # fmt: skip
_FREE = ("capacity free", "свободная мощность", "свободн*", "резерв*", "svobod*", "free capacity", "free",
         "бос қуат*",
         "бос*")  # fmt: skip
_ID = ("id", "код", "code", "fid", "objectid", "gid", "osm id", "uid", "ид", "идентификатор", "kod", "коды", "no",
       "номер", "nomer", "нөмірі", "ogc fid")  # fmt: skip

COLUMN_WORDS: dict[str, tuple[str, ...]] = {
    "name_ru": _NAME_RU,
    "name_kk": _NAME_KK,
    "name_en": _NAME_EN,
    "name": ("name", *_NAME_RU, "ref", "диспетчерское*", "route name"),
    "kind": ("kind", "вид", "вид зоны", "тип", "тип зоны", "type", "place", "түрі", "вид*", "тип*", "tip",
             "vid", "typ"),
    "status": ("status", "статус", "состояние", "стадия", "этап", "мәртебесі", "сатысы", "stage"),
    "district_code": _DISTRICT,
    "area_ha": _AREA,
    "decision_no": ("decision no", "номер решения", "no решения", "решение no", "номер постановления",
                    "шешім нөмірі",
                    "nomer resh*", "решени*", "постановл*"),
    "decision_date": ("decision date", "дата решения", "дата постановления", "шешім күні", "data resh*"),
    "register_date": ("register date", "дата реестра", "дата включения*", "тізілім күні", "дата внесения*"),
    "term_years": ("term years", "срок", "срок лет", "мерзімі*", "срок*", "srok*"),
    "company": ("company", "управляющая компания", "управляющ*", "ук", "басқарушы*", "upravl*"),
    "greening_share": ("greening share", "озелен*", "көгал*", "greening"),
    "zones.zone_id": ("zone id", "код зоны", "id зоны", *_ID),
    "plots.plot_id": ("plot id", "id участка", "код участка", "телім коды", *_ID),
    "parcels.parcel_id": ("parcel id", "id участка", *_ID),
    "districts.name_ru": (*_NAME_RU, "район", "наименование района", "district"),
    "districts.name_kk": (*_NAME_KK, "аудан", "ауданы"),
    "zone_id": ("zone id", "код зоны", "id зоны", "зона", "zone", "zona", "наименование зоны", "название зоны",
                "индустриальная зона", "аймақ", "аймақ коды", "индустриялық аймақ", "зон*", "zon*"),
    "plot_id": ("plot id", "id участка", "код участка", "участок id", "plot", "телім коды", "uchastok id",
                "id uch*"),
    "number": ("number", "номер участка", "no участка", "номер", "участок", "номер по плану", "nomer uch*",
               "nomer",
               "uchastok", "uch no", "no", "телім нөмірі", "телім", "нөмірі", "no п п", "plot no", "num", "лот"),
    "cadastral_no": _CADASTRAL,
    "hazard_class": ("hazard class", "класс опасности", "класс*", "klass*", "қауіптілік*", "сзз*"),
    "need_power_kw": ("need power kw", "потребность квт", "электро*", "мощность квт", "нужно электр*", "квт", "kw",
                      "power kw", "электр қуаты*"),
    "need_gas_m3h": ("need gas m3h", "потребность газ*", "газ м3 ч*", "газ", "gas m3h", "газ м3 сағ*"),
    "need_water_m3d": ("need water m3d", "потребность вод*", "вода м3 сут*", "вода", "water m3d", "су м3 тәул*"),
    "price_kzt": ("price kzt", "цена", "стоимость", "цена тенге", "price", "бағасы", "құны", "cena", "stoim*"),
    "valid_from": ("valid from", "действует с", "дата создания", "бастап*"),
    "valid_to": ("valid to", "действует до", "дата прекращения", "дейін*"),
    "parcel_id": ("parcel id", "id участка", "id"),
    "granted": ("granted", "предоставлен", "предоставлен*", "выделен*", "берілген*", "predost*"),
    "right": ("right", "право", "вид права", "вид прав*", "право*", "pravo*", "құқық*", "құқығы"),
    "purpose": ("purpose", "целевое назначение", "целев*", "назначение", "назначен*", "celev*", "naznach*",
                "мақсаты", "нысаналы*"),
    "category": ("category", "категория земель", "категор*", "kateg*", "санаты", "жер санаты"),
    "irrigated": ("irrigated", "орошаем*", "орошение", "oroshaem*", "суармалы*"),
    "encumbrance": ("encumbrance", "обременен*", "obrem*", "ауыртпалық*"),
    "line_id": ("line id", "l id", *_ID),
    "point_id": ("point id", "v id", *_ID),
    "class": ("class", "класс", "тип", "вид", "type", "категория", "klass", "typ", "tip", "түрі", "featurecla",
              "substation type", "waterway", "highway", "railway"),
    "state": _STATE,
    "voltage_kv": ("voltage kv", "напряжение кв", "напряжение", "напряж*", "napr*", "u кв", "кв", "kv",
                   "voltage max v",
                   "voltage", "voltage*", "кернеуі", "кернеу*", "класс напряжения"),
    "pressure_mpa": ("pressure mpa", "давление мпа", "давлен*", "davl*", "pressure*", "мпа", "қысымы", "қысым*"),
    "diameter_mm": ("diameter mm", "диаметр мм", "диаметр", "диам*", "diam*", "ду", "d мм", "диаметрі"),
    "connectable": ("connectable", "подключение возможно", "возможность подключ*", "қосылуға*"),
    "capacity_free": _FREE,
    "capacity_total": ("capacity total", "мощность", "установленная мощность", "производительность", "мощн*",
                       "moshn*",
                       "capacity", "қуаты", "қуат*", "жалпы қуат*"),
    "capacity_date": ("capacity date", "дата", "на дату", "по состоянию на", "күні", "date"),
    "owner": _OWNER,
    "network": ("network", "сеть", "вид сети", "ресурс", "желі", "инфраструктура"),
    "site_id": ("site id", *_ID),
    "settlement_id": ("settlement id", *_ID, "geonameid"),
    "population": ("population", "население", "насел*", "численность*", "жителей", "pop max", "pop", "nasel*",
                   "халық саны", "халық*", "тұрғын*"),
    "id": _ID,
    "subject_id": ("subject id", "участок", "plot id", "объект", "зона", "телім"),
    "date": ("date", "дата", "дата осмотра", "күні"),
    "started": ("started", "начато", "работы начаты", "начат*", "басталды", "басталған*"),
    "stage": ("stage", "стадия", "этап", "сатысы"),
    "note": ("note", "примечание", "примеч*", "комментарий", "ескерту", "comment"),
    "photo": ("photo", "фото", "сурет*", "foto"),
    "lon": ("lon", "lng", "long", "longitude", "долгота", "бойлық", "dolgota"),
    "lat": ("lat", "latitude", "широта", "ендік", "shirota"),
    "x": ("x", "восток", "easting", "координата x"),
    "y": ("y", "север", "northing", "координата y"),
    "vertex": ("vertex", "номер точки", "no точки", "точка", "поворотная точка", "вершина", "нүкте",
               "бұрылыс нүктесі"),
    "district": ("district", "район", "аудан", "ауданы", "rayon"),
}  # fmt: skip
"""Names of columns by `role.column` or, for all roles, by contract column; `*` at the end makes a stem."""

FOREIGN_UNITS: dict[str, tuple[str, ...]] = {
    "ha": ("м2", "кв м", "m2", "sq m", "sqm", "км2", "km2", "шаршы м", "га м2"),
    "kW": ("мвт", "mw$", "ква", "kva$", "мва", "mva$"),
    "kV": (),
    "mm": ("см$", "cm$", "м$", "дюйм"),
    "MPa": ("кпа", "бар$", "атм", "кгс", "kpa"),
    "m³/h": ("млн", "сут", "тәул", "bcm", "mln"),
    "m³/day": ("час", "сағ", "л с", "m3 h", "мың"),
    "kW, m³/h or m³/day": ("мвт", "mw$", "ква", "kva$", "мва", "mva$", "млн", "мың"),
    "KZT": ("млн", "тыс", "usd", "млрд", "мың", "$"),
}
"""By the unit of a contract column: stems in the name of a source column that tell of another unit."""

LATIN_NAMES = ("shape name", "name", "nameascii", "title", "label")
"""Columns that name a thing in an unknown language: taken for required names where nothing better is there."""
