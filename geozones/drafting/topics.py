"""What a table may be about, and by which words and columns that shows, in Russian, Kazakh, English and in Latin.

A topic without a role is known, but is no layer of GeoZones; `reason` says so in the draft. Words are stems in
plain spelling (`spelling.plain`); `$` marks a whole word.
"""

from __future__ import annotations

from dataclasses import dataclass

from geozones.config import Role
from geozones.i18n import N_


@dataclass(frozen=True)
class Topic:
    """One topic.

    Parameters
    ----------
    name
        Its id; that of the role where it has one.
    shapes
        Kinds of shapes that its tables hold: `polygon`, `line`, `point`, or `none` for a table without places.
    words
        Stems in the name of the file, layer or folder.
    columns
        Stems in the names of columns; also whole names of contract columns.
    values
        Whole words in the cells of short lists, such as a kind or a state.
    role
        The role of its layers; None where GeoZones has none.
    reason
        Why a table of this topic is not taken.
    """

    name: str
    shapes: tuple[str, ...]
    words: tuple[str, ...]
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    role: Role | None = None
    reason: str = ""


TOPICS: tuple[Topic, ...] = (
    Topic(
        "zones", ("polygon",),
        ("индустриальн", "промзон", "иззона", "из$", "зон", "industrial", "zone", "zony", "zona", "индустрия",
         "аймақ", "аймак", "өнеркәсіп"),
        ("zone id", "zone kind", "decision no", "decision date", "register date", "term years", "greening",
         "управляющ", "вид зон", "решени", "номер решени", "басқарушы", "шешім"),
        ("региональная", "республиканская", "частная", "regional", "republican", "private", "өңірлік", "жеке"),
        role="zones",
    ),
    Topic(
        "plots", ("polygon",),
        ("участк", "участок", "plot", "uchast", "uchastk", "телім", "жер телім", "лот", "lots$"),
        ("plot id", "zone id", "hazard class", "need power", "need gas", "need water", "price kzt", "valid from",
         "номер участка", "класс опасн", "потребност", "зона", "телім", "аймақ", "қауіптілік"),
        role="plots",
    ),
    Topic(
        "parcels", ("polygon",),
        ("кадастр", "земл", "землеполь", "parcel", "cadastr", "kadastr", "zem$", "zemli", "zemleuch", "zu$",
         "земельн", "жер$", "жер учаск", "granted", "предоставленн"),
        ("parcel id", "granted", "right", "purpose", "category", "irrigated", "encumbrance", "кадастров", "cad",
         "kad", "право", "целевое", "назначени", "категори", "обременен", "мақсат", "санат", "құқық"),
        ("собственность", "аренда", "сельхозназначения", "жеке меншік"),
        role="parcels",
    ),
    Topic(
        "gas", ("line",),
        ("газ", "gas", "gaz", "газопров", "gazoprov", "pipeline", "газ құбыр"),
        ("pressure", "давлени", "davl", "қысым", "diameter", "диаметр", "diam", "substance"),
        ("gas", "газ", "trunk", "магистральный", "магистральный газопровод"),
        role="gas",
    ),
    Topic(
        "power", ("line",),
        ("электр", "лэп", "вл$", "кл$", "power", "elektr", "electr", "lep$", "vl$", "energ", "энерг", "grid",
         "электр желі", "жоғары кернеу"),
        ("voltage", "напряжен", "napr", "кернеу", "cables", "кв$", "kv$"),
        ("overhead", "cable", "вл", "кл", "line"),
        role="power",
    ),
    Topic(
        "water", ("line",),
        ("водопров", "водовод", "водоснабж", "vodoprov", "vodovod", "water main", "water pipe", "water", "vodo",
         "су құбыр", "сумен жабдық", "вода"),
        ("diameter", "диаметр", "diam", "материал труб", "құбыр"),
        ("main", "distribution", "водовод"),
        role="water",
    ),
    Topic(
        "connection_points", ("point", "none"),
        ("подстанц", "пс$", "грс$", "агрс$", "грп$", "водозабор", "скважин", "точки подключ", "мощност",
         "substation",
         "connection", "podstan", "grs$", "vodozab", "intake", "қосалқы станция", "қосылу нүкте", "газ тарату",
         "power node", "node", "қуат"),
        ("point id", "network", "capacity", "мощност", "свободн", "voltage", "напряжен", "трансформатор", "қуат",
         "бос қуат"),
        ("substation", "подстанция", "грс", "водозабор", "station", "пс"),
        role="connection_points",
    ),
    Topic(
        "proposals", ("polygon",),
        ("предложен", "площадк", "proposal", "site$", "sites$", "predloz", "ploshadk", "ұсыныс", "ұсынылған",
         "планируем", "проектируем"),
        ("site id", "предлагаем", "ұсын"),
        role="proposals",
    ),
    Topic(
        "districts", ("polygon",),
        ("район", "district", "rayon", "raion", "аудан", "admin2", "adm2", "муницип", "административн"),
        ("district code", "kato", "като", "shape name", "район", "аудан"),
        ("adm2", "район", "district", "ауданы"),
        role="districts",
    ),
    Topic(
        "settlements", ("point", "polygon"),
        ("населенн", "settlement", "village", "cities", "city", "towns", "populated", "naselenn", "snp$", "село",
         "сел$", "город", "gorod", "елді мекен", "ауыл", "қала"),
        ("settlement id", "population", "население", "pop max", "place", "халық", "тұрғын", "жителей"),
        ("village", "hamlet", "town", "city", "село", "город", "ауыл", "қала", "populated place"),
        role="settlements",
    ),
    Topic("roads", ("line",),
          ("дорог", "автодорог", "road", "dorog", "highway", "жол", "автомобиль жол", "трасс", "street", "улиц"),
          ("highway", "категория дорог", "surface", "покрыти"), ("motorway", "primary", "secondary", "trunk"),
          role="roads"),
    Topic("railways", ("line",),
          ("железн", "жд$", "ж д$", "railway", "rail$", "zheldor", "темір жол", "теміржол"),
          ("railway", "gauge", "колея"), ("rail",), role="railways"),
    Topic("rivers", ("line",),
          ("рек", "river", "reki", "reka", "өзен", "канал", "canal", "stream", "водоток", "гидрограф", "арық"),
          ("waterway", "river", "watershed"), ("river", "stream", "canal", "река"), role="rivers"),
    Topic("lakes", ("polygon",),
          ("озер", "lake", "ozer", "ozero", "көл", "водохранилищ", "reservoir", "водоем", "су қойма"),
          ("lake",), ("lake", "reservoir", "озеро", "alkaline lake"), role="lakes"),
    Topic(
        "restricted", ("polygon",),
        ("охран", "ограничен", "запрет", "оопт", "restrict", "protected", "heritage", "памятник", "историко",
         "заповедн", "лес", "forest", "скотомогильн", "военн", "затоплен", "сель", "ohran", "қорғау", "қорық",
         "шектеу", "орман", "ескерткіш", "мола"),
        ("kind", "режим", "охран"),
        ("heritage", "nature", "forest", "military", "flood", "памятник", "заповедник"),
        role="restricted",
    ),
    Topic(
        "inspections", ("point", "none"),
        ("осмотр", "обследован", "inspection", "osmotr", "тексеру", "қарап"),
        ("subject id", "started", "начато", "осмотр", "фото", "photo", "басталды"),
        role="inspections",
    ),
    Topic(
        "register", ("none",),
        ("реестр", "договор", "участник", "register", "reestr", "allocation", "contract", "тізілім", "шарт",
         "қатысушы"),
        ("plot id", "participant", "contract", "holder", "договор", "участник", "бин$", "council", "инвестиц",
         "қатысушы", "шарт", "бсн$"),
    ),
    Topic(
        "outline", ("polygon", "line"),
        ("outline", "boundary", "граница области", "контур", "granica oblasti", "облыс шекара", "region$"),
        ("iso 3166",),
        reason=N_("The outline of a region: it gives the bounds above and is no layer."),
    ),
    Topic(
        "regions", ("polygon",),
        ("admin1", "adm1", "област", "oblast", "облыстар", "provinces"),
        ("iso 3166", "admin level"),
        reason=N_("Regions of a country: GeoZones needs the districts of one region."),
    ),
    Topic(
        "oil", ("line",), ("нефт", "oil", "neft", "мұнай", "nefteprov"), ("substance",),
        ("liquids", "oil", "нефть"),
        reason=N_("Oil pipelines connect no plot. GeoZones has no role for them."),
    ),
    Topic(
        "plants", ("point", "polygon"),
        ("power plant", "plants", "электростанц", "тэц$", "тэс$", "грэс$", "elektrostan", "жэо$", "жэс$"),
        ("fuel", "technology", "топливо", "отын"),
        reason=N_("Power plants: a plot is connected to substations, gas stations and intakes, not to these."),
    ),
    Topic(
        "gauges", ("point",),
        ("гидропост", "hydropost", "gauge", "метеостанц", "gidropost", "су бекет"),
        ("danger level", "water temp", "уровень вод", "level mean"),
        reason=N_("Gauging stations of rivers: GeoZones has no role for them."),
    ),
    Topic(
        "basins", ("polygon",), ("basin", "бассейн", "bassein", "watershed", "алап", "су жинау"), ("basin",),
        reason=N_("River basins: GeoZones has no role for them; lakes are the nearest one."),
    ),
    Topic(
        "stations", ("point",),
        ("railway station", "жд станц", "ж д станц", "железнодорожн", "вокзал", "stations", "теміржол станц"),
        (), ("halt",),
        reason=N_("Railway stations: the role railways takes lines."),
    ),
    Topic(
        "water_places", ("point",),
        ("water object", "водные объект", "водн", "hydro", "су нысан", "родник", "spring"),
        ("waterway", "natural", "water"), ("river", "canal", "water", "reservoir"),
        reason=N_("Rivers and lakes as points: the roles rivers and lakes take lines and areas."),
    ),
)  # fmt: skip
"""Every topic; the best one wins, of equals the first."""

TOPICS_BY_NAME = {topic.name: topic for topic in TOPICS}
