"""The contract of every table in the `data/` folder of a run: which columns, in which order, in which unit."""

from __future__ import annotations

from geozones.i18n import N_
from geozones.lifecycle import MAP_STATE_OF
from geozones.tables import (
    ALLOCATIONS,
    CONTRACTS,
    DERIVED,
    MAP_STATES,
    YES_NO_UNKNOWN,
    Column,
    TableContract,
)

MEASURED = Column("measured_ha", N_("area measured on the ground"), "number", unit="ha")
COUNTED_HA = Column(
    "counted_ha", N_("area that the figures count: by document, else measured"), "number", unit="ha"
)
VALID = Column("valid", N_("whether the plot exists on the day of the files"), "flag")
COUNTED = Column("counted", N_("whether the figures of the region count it"), "flag")
DEMONSTRATION = Column("demonstration", N_("notice of a demonstration"))

_STATE_COLUMNS = (
    Column("state", N_("state on the day of the files"), allowed=tuple(MAP_STATE_OF)),
    Column("map_state", N_("state that the map shows"), allowed=MAP_STATES),
    Column("start_passed", N_("start date passed, no confirmation of a start"), "flag"),
    Column("since", N_("date of the document that made the state"), "date"),
    *(
        ALLOCATIONS.column(name)
        for name in (
            "participant", "holder_kind", "contract_no", "contract_date", "start_due", "started_on",
            "commissioned_on", "project", "sector", "product", "investment_kzt", "invested_kzt", "jobs_planned",
            "jobs_actual", "reserved_for",
        )
    ),
)  # fmt: skip

_STATE_FIGURES = {
    "free": (N_("free plots"), N_("free area")),
    "reserved": (N_("reserved plots"), N_("reserved area")),
    "allocated": (N_("allocated plots"), N_("allocated area")),
    "releasing": (N_("plots being released"), N_("area being released")),
    "operating": (N_("operating plots"), N_("operating area")),
}

_USABLE_COLUMNS = (
    Column("usable_ha", N_("area that may be built on"), "number", unit="ha"),
    Column("usable_beyond_distances_ha", N_("the same beyond minimum distances too; empty where none was applied"),
           "number", unit="ha"),
    Column("usable_pieces", N_("pieces that strips leave"), "integer"),
    Column("usable_largest_ha", N_("largest piece"), "number", unit="ha"),
    Column("usable_narrowest_m", N_("narrowest width of the largest piece"), "number", unit="m"),
    Column("usable_verified", N_("whether the text of all rules that cut was read"), "flag"),
)  # fmt: skip

_HAZARD_MEANINGS = {
    "I": N_("hazard class I fits by the distance to housing"),
    "II": N_("hazard class II fits by the distance to housing"),
    "III": N_("hazard class III fits by the distance to housing"),
    "IV": N_("hazard class IV fits by the distance to housing"),
    "V": N_("hazard class V fits by the distance to housing"),
}

_HAZARD_COLUMNS = (
    *(Column(f"class_{name}", meaning, allowed=YES_NO_UNKNOWN) for name, meaning in _HAZARD_MEANINGS.items()),
    Column("housing_m", N_("metres to the nearest settlement within the widest zone"), "number", unit="m"),
    Column("housing_id", N_("that settlement")),
)

_ZONE_FIGURES = (
    COUNTED,
    MEASURED,
    COUNTED_HA,
    Column("plots", N_("plots in the zone"), "integer"),
    *(Column(f"plots_{state}", plots, "integer") for state, (plots, _) in _STATE_FIGURES.items()),
    *(Column(f"{state}_ha", area, "number", unit="ha") for state, (_, area) in _STATE_FIGURES.items()),
    Column("largest_free_ha", N_("largest free plot"), "number", unit="ha"),
    Column("not_divided_ha", N_("area not yet divided into plots"), "number", unit="ha"),
    Column("streets_ha", N_("streets and greenery"), "number", unit="ha"),
    Column("start_passed", N_("plots whose start date passed, no confirmation of a start"), "integer"),
    Column("start_passed_ha", N_("area whose start date passed, no confirmation of a start"), "number", unit="ha"),
    Column("projects", N_("projects in the zone"), "integer"),
    *(
        ALLOCATIONS.column(name)
        for name in ("investment_kzt", "invested_kzt", "jobs_planned", "jobs_actual")
    ),
)  # fmt: skip

PLOTS_FILE = TableContract(
    "plots", "polygon", "plot_id",
    (
        *CONTRACTS["plots"].columns, MEASURED, COUNTED_HA, VALID, COUNTED, *_STATE_COLUMNS, *_USABLE_COLUMNS,
        *_HAZARD_COLUMNS,
    ),
    N_("Plots with their state on the day of the files, without ids of holders (personal data)."),
)  # fmt: skip

ZONES_FILE = TableContract(
    "zones", "polygon", "zone_id",
    (*CONTRACTS["zones"].columns, *_ZONE_FIGURES, *_HAZARD_COLUMNS),
    N_("Zones with their hectares by state of plot; of the zones counted they sum to the figures of the region."),
)  # fmt: skip

SOURCES_FILE = TableContract(
    "provenance", "none", "layer",
    (
        Column("layer", N_("layer, by its key in the settings"), required=True),
        Column("role", N_("role of the layer"), required=True),
        Column("rows", N_("rows that passed the checks"), "integer", required=True),
        Column("file", N_("file that was read")),
        Column("source", N_("where the data comes from")),
        Column("date", N_("date of the data"), "date"),
        Column("precision", N_("how exact the data is"), allowed=("exact", "approximate", "made_up")),
        Column("accuracy_m", N_("how far off a line may be"), "number", unit="m"),
        Column("coverage", N_("what the layer is stated to cover: the region, or district codes")),
    ),
    N_("Where every layer comes from."),
)  # fmt: skip

METADATA_FILE = TableContract(
    "metadata", "none", "name",
    (
        Column("name", N_("what is said"), required=True),
        Column("value", N_("what it is"), required=True),
    ),
    N_("Region, day, coordinate system and notice of the file."),
)  # fmt: skip

SHARED_FINDINGS_FILE = TableContract(
    "findings_shared", "none", "plot_id",
    (
        Column("plot_id", N_("plot"), required=True),
        Column("like", N_("plot at which the findings that it shares with others stand"), required=True),
    ),
    N_("Where the findings of a plot stand that many plots of its zone share; written with a million findings."),
)  # fmt: skip

FINDINGS_STATED_ONCE_FILE = TableContract(
    "findings", "none", "",
    (
        *DERIVED["findings"].columns,
        Column("shared", N_("whether it holds for all plots that findings_shared.csv leads here"), "flag"),
    ),
    DERIVED["findings"].meaning,
)  # fmt: skip

FILES: dict[str, TableContract] = {
    "plots": PLOTS_FILE,
    "zones": ZONES_FILE,
    "plot_networks": DERIVED["plot_networks"],
    "zone_networks": DERIVED["zone_networks"],
    "findings": DERIVED["findings"],
    "findings_shared": SHARED_FINDINGS_FILE,
    "provision": DERIVED["provision"],
    "cut_pieces": DERIVED["cut_pieces"],
    "strips": DERIVED["strips"],
    "issues": DERIVED["issues"],
    "provenance": SOURCES_FILE,
    "metadata": METADATA_FILE,
}
"""The contract of every table that a run holds beside the layers themselves, by name."""
