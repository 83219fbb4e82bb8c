"""The contract of every role that a layer can have, and of the opening balance of the ledger."""

from __future__ import annotations

from geozones.config import NETWORKS
from geozones.tables.contract import Column, GeometryKind, TableContract

YES_NO_UNKNOWN = ("yes", "no", "unknown")
LINE_STATES = ("existing", "building", "planned", "cancelled", "unknown")
MAP_STATES = ("free", "reserved", "allocated", "releasing", "operating")
HAZARD_CLASSES = ("I", "II", "III", "IV", "V")
CAPACITY_UNITS = {"power": "kW", "gas": "m³/h", "water": "m³/day"}
NEED_COLUMNS = {"power": "need_power_kw", "gas": "need_gas_m3h", "water": "need_water_m3d"}


def id_column(name: str, meaning: str) -> Column:
    return Column(name, meaning, required=True)


def number_column(name: str, meaning: str, unit: str = "", *, maximum: float | None = None) -> Column:
    return Column(name, meaning, "number", unit=unit, minimum=0, maximum=maximum)


def date_column(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, meaning, "date", required=required)


def _names(*, required: bool) -> tuple[Column, ...]:
    return (
        Column("name_ru", "name in Russian", required=required),
        Column("name_kk", "name in Kazakh"),
        Column("name_en", "name in English"),
    )


_ZONES = TableContract(
    "zones", "polygon", "zone_id",
    (
        id_column("zone_id", "id of the zone"),
        *_names(required=True),
        Column("kind", "kind of zone (Law 242-VI, art. 26)", required=True,
               allowed=("republican", "regional", "small", "private")),
        Column("status", "stage of the zone", required=True, allowed=("planned", "developing", "active")),
        Column("district_code", "district of the decision (KATO code)"),
        number_column("area_ha", "area by the decision", "ha"),
        Column("area_source", "where the area comes from", allowed=("published", "decision", "invented")),
        Column("decision_no", "number of the decision that created the zone"),
        date_column("decision_date", "date of that decision"),
        date_column("register_date", "date of entry in the unified register"),
        number_column("term_years", "term of the zone", "years"),
        Column("company", "management company"),
        number_column("greening_share", "share of greenery", "0..1", maximum=1),
    ),
    "Boundaries of industrial zones.",
)  # fmt: skip

_PLOTS = TableContract(
    "plots", "polygon", "plot_id",
    (
        id_column("plot_id", "id of the plot"),
        id_column("zone_id", "zone that the plot belongs to"),
        Column("number", "number of the plot in its zone"),
        Column("cadastral_no", "cadastral number"),
        number_column("area_ha", "documentary area", "ha"),
        Column("hazard_class", "hazard class that the plot is meant for", allowed=HAZARD_CLASSES),
        number_column("need_power_kw", "power needed", "kW"),
        number_column("need_gas_m3h", "gas needed", "m³/h"),
        number_column("need_water_m3d", "water needed", "m³/day"),
        number_column("price_kzt", "price", "KZT"),
        date_column("valid_from", "first day of the plot"),
        date_column("valid_to", "day from which the plot is no more (half-open)"),
    ),
    "Plots: the piece of a zone that one participant gets. Ended plots stay in the layer.",
)  # fmt: skip

ALLOCATIONS = TableContract(
    "allocations", "none", "plot_id",
    (
        id_column("plot_id", "plot"),
        Column("participant", "name of the participant"),
        Column("holder_id", "BIN of a company, or IIN of a sole entrepreneur (personal data)"),
        Column("holder_kind", "who the holder is", allowed=("company", "individual")),
        Column("contract_no", "number of the contract"),
        date_column("contract_date", "date of the contract"),
        date_column("start_due", "day by which the work must have started"),
        date_column("started_on", "day on which the work started"),
        date_column("commissioned_on", "day on which the object was put into use"),
        Column("council_decision", "number of the decision of the Regional Coordination Council"),
        date_column("council_date", "date of that decision"),
        Column("project", "name of the project"),
        Column("sector", "sector of the project"),
        Column("product", "what it makes"),
        number_column("investment_kzt", "investment declared", "KZT"),
        number_column("invested_kzt", "investment made", "KZT"),
        number_column("jobs_planned", "jobs planned"),
        number_column("jobs_actual", "jobs there are"),
        Column("reserved_for", "participant for whose later stages the plot is reserved (art. 33(3))"),
    ),
    "Opening balance of the ledger: who holds which plot. A row without `reserved_for` needs `participant` "
    "and, unless only approved by the council, `contract_date`.",
)  # fmt: skip

_PARCELS = TableContract(
    "parcels", "polygon", "parcel_id",
    (
        id_column("parcel_id", "id of the parcel"),
        Column("cadastral_no", "cadastral number"),
        Column("granted", "whether the land is granted to anyone", required=True, allowed=YES_NO_UNKNOWN),
        Column("right", "kind of right"),
        Column("purpose", "purpose of use"),
        Column("category", "land category"),
        Column("irrigated", "whether it is irrigated", allowed=YES_NO_UNKNOWN),
        Column("encumbrance", "encumbrance, in words"),
    ),
    "Cadastral parcels: granted and other land.",
)  # fmt: skip

_LINE_CLASSES = {
    "gas": ("trunk", "distribution"),
    "power": ("overhead", "cable"),
    "water": ("main", "distribution"),
}


def _network(network: str) -> TableContract:
    return TableContract(
        network, "line", "line_id",
        (
            id_column("line_id", "id of the line"),
            Column("name", "name"),
            Column("class", "class of the line", required=True, allowed=_LINE_CLASSES[network]),
            Column("state", "state of the line", required=True, allowed=LINE_STATES),
            number_column("voltage_kv", "voltage", "kV"),
            number_column("pressure_mpa", "pressure", "MPa"),
            number_column("diameter_mm", "diameter", "mm"),
            Column("connectable", "whether a plot can be connected to it (default by class: power from 220 kV "
                   "and trunk gas cannot)", allowed=YES_NO_UNKNOWN),
            number_column("capacity_free", "free capacity", CAPACITY_UNITS[network]),
            Column("owner", "owner of the line"),
        ),
        f"Lines of the {network} network.",
    )  # fmt: skip


_CONNECTION_POINTS = TableContract(
    "connection_points", "point", "point_id",
    (
        id_column("point_id", "id of the substation, gas station or intake"),
        Column("network", "network", required=True, allowed=NETWORKS),
        Column("name", "name"),
        Column("class", "class, in words"),
        Column("state", "state", required=True, allowed=LINE_STATES),
        number_column("capacity_total", "capacity", "kW, m³/h or m³/day"),
        number_column("capacity_free", "free capacity, shared by all plots near it", "kW, m³/h or m³/day"),
        date_column("capacity_date", "date of the capacity"),
        Column("owner", "owner"),
    ),
    "Substations, gas stations and water intakes: where a plot can be connected.",
)  # fmt: skip

_PROPOSALS = TableContract(
    "proposals", "polygon", "site_id",
    (
        id_column("site_id", "id of the proposed site"),
        *_names(required=True),
        Column("district_code", "district that proposes it (KATO code)"),
        Column("kind", "kind of zone asked for", allowed=("regional", "private")),
    ),
    "Sites proposed for new zones; never counted in zones.",
)  # fmt: skip

_DISTRICTS = TableContract(
    "districts", "polygon", "district_code",
    (
        id_column("district_code", "KATO code"),
        *_names(required=True),
        Column("kind", "kind of district", allowed=("district", "city")),
    ),
    "Districts and cities of the region.",
)  # fmt: skip

_SETTLEMENTS = TableContract(
    "settlements", "point_or_polygon", "settlement_id",
    (
        id_column("settlement_id", "id of the settlement"),
        *_names(required=False),
        Column("kind", "kind of settlement", allowed=("city", "town", "village")),
        number_column("population", "people"),
    ),
    "Settlements, as points or outlines.",
)  # fmt: skip

RESTRICTION_KINDS = (
    "heritage", "nature", "forest", "military", "water_protection", "flood", "mudflow", "subsoil", "burial",
    "border", "pasture", "irrigated", "other",
)  # fmt: skip


def _background(name: str, geometry: GeometryKind, meaning: str) -> TableContract:
    columns = (id_column("id", "id"), *_names(required=False), Column("class", "class, in words"))
    return TableContract(name, geometry, "id", columns, meaning)


_RESTRICTED = TableContract(
    "restricted", "polygon", "id",
    (
        id_column("id", "id of the area"),
        Column("kind", "kind of restriction", allowed=RESTRICTION_KINDS),
        *_names(required=False),
    ),
    "Areas where building is restricted.",
)  # fmt: skip

_INSPECTIONS = TableContract(
    "inspections", "any", "",
    (
        id_column("subject_id", "plot or zone inspected"),
        date_column("date", "day of the inspection", required=True),
        Column("started", "whether work was seen", allowed=YES_NO_UNKNOWN),
        Column("stage", "stage of the work, in words"),
        Column("tidiness", "how orderly the plot was", allowed=("good", "fair", "poor")),
        number_column("greening_share", "share of greenery", "0..1", maximum=1),
        Column("note", "note"),
        Column("photo", "file name of the photo"),
    ),
    "What was seen on the ground, as a table or as points.",
)  # fmt: skip

CONTRACTS: dict[str, TableContract] = {
    contract.name: contract
    for contract in (
        _ZONES, _PLOTS, _PARCELS, _network("gas"), _network("power"), _network("water"), _CONNECTION_POINTS,
        _PROPOSALS, _DISTRICTS, _SETTLEMENTS,
        _background("roads", "line", "Roads."), _background("railways", "line", "Railways."),
        _background("rivers", "line", "Rivers and canals."), _background("lakes", "polygon", "Lakes."),
        _RESTRICTED, _INSPECTIONS,
    )
}  # fmt: skip
"""The contract of every role of a layer, by role."""
