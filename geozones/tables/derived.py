"""The contract of every table that GeoZones derives."""

from __future__ import annotations

from geozones.config import NETWORKS
from geozones.tables.contract import Column, Dtype, TableContract
from geozones.tables.roles import YES_NO_UNKNOWN, id_column, number_column

NETWORK_STATES = ("existing", "planned")
"""The two kinds of lines and points that plot_networks answers for; a row each, in this order."""

ANSWER_WORDS = ("no", "unknown", "yes")
"""Answers in the order of their codes: the lesser of two is their `and`, the greater their `or`."""


def _answer(name: str, meaning: str, dtype: Dtype = "text") -> Column:
    return Column(name, meaning, dtype, allowed=YES_NO_UNKNOWN)


def _subject_networks(name: str, key: str) -> TableContract:
    return TableContract(
        name, "none", "",
        (
            Column(key, "subject", "word", required=True),
            Column("network", "network", "word", required=True, allowed=NETWORKS),
            Column("state", "existing lines, or building and planned ones", "word", required=True,
                   allowed=NETWORK_STATES),
            Column("line_id", "nearest line", "word"),
            number_column("distance_m", "straight distance to it, from the boundary, on the ground", "m"),
            Column("point_id", "nearest connection point", "word"),
            number_column("point_distance_m", "straight distance to it, from the boundary, on the ground", "m"),
            _answer("near", "connection point or connectable line within the metres of the settings", "word"),
            _answer("capable", "free capacity of the connection point covers the need", "word"),
            _answer("allowed", "no rule of that network forbids the use", "word"),
        ),
        "Metres from the boundary to each network, and three answers.",
    )  # fmt: skip


_CUTTING = (
    id_column("rule_id", "rule"),
    Column("check", "question that the rule answers"),
    Column("kind", "kind of rule"),
    Column("feature_layer", "layer of the feature that decides"),
    Column("feature_id", "feature that decides"),
    number_column("strip_m", "width of the strip from the stored object", "m"),
)
_COUNTED = Column("counted", "whether it is cut off the usable area", "flag")
_BASIS = (
    Column("basis", "act and article"),
    Column("verified", "whether the text of the rule was read", "flag"),
)

DERIVED: dict[str, TableContract] = {
    "plot_networks": _subject_networks("plot_networks", "plot_id"),
    "zone_networks": _subject_networks("zone_networks", "zone_id"),
    "findings": TableContract(
        "findings", "none", "",
        (
            Column("subject", "what the finding is about", required=True, allowed=("zone", "plot", "site")),
            id_column("subject_id", "id of the subject"),
            id_column("rule_id", "rule"),
            Column("answer", "answer", required=True, allowed=("pass", "warn", "block", "unknown")),
            Column("measure", "what was measured", "number"),
            Column("unit", "unit of the measure"),
            Column("feature_layer", "layer of the feature that decides"),
            Column("feature_id", "feature that decides"),
            Column("basis", "act and article"),
            Column("verified", "whether the text of the rule was read", "flag"),
            Column("check", "question that the rule answers"),
            Column("reason", "why the answer is unknown"),
            number_column("share", "share of the land that is covered", "0..1", maximum=1),
        ),
        "One result of one rule on one zone, plot or site.",
    ),
    "cut_pieces": TableContract(
        "cut_pieces", "polygon", "",
        (
            id_column("plot_id", "subject"),
            *_CUTTING,
            number_column("cut_m2", "area that is cut off", "m²"),
            _COUNTED,
            *_BASIS,
        ),
        "What strips, rings and protected land cut off the plots, a row a plot, rule and object.",
    ),
    "strips": TableContract(
        "strips", "polygon", "",
        (*_CUTTING, _COUNTED, *_BASIS),
        "Strips, rings and sanitary zones around the zones, a row a rule and object.",
    ),
    "provision": TableContract(
        "provision", "none", "",
        (
            id_column("zone_id", "subject"),
            Column("network", "network", required=True, allowed=NETWORKS),
            Column("unit", "unit of the measure"),
            number_column("needed", "needed by plots that do not operate yet"),
            Column("plots_without_need", "plots that state no need", "integer"),
            number_column("provided", "free capacity of the connection point"),
            number_column("planned", "free capacity that is being built or planned"),
            number_column("missing", "what is missing"),
            Column("point_id", "nearest connection point"),
            Column("shared_by", "zones that share the capacity", "integer"),
            _answer("answer", "all that is needed is there"),
        ),
        "What every zone needs of each network, what is there for it, and what is missing.",
    ),
    "issues": TableContract(
        "issues", "any", "",
        (
            Column("layer", "layer, by its key in the settings"),
            Column("feature_key", "key of the feature"),
            Column("row", "row in the source, from 0", "integer"),
            id_column("rule", "rule of the check"),
            Column("severity", "severity", required=True, allowed=("info", "warning", "error")),
            Column("message", "what is wrong and what to do", required=True),
            Column("action", "what was done", required=True, allowed=("none", "repaired", "quarantined")),
            number_column("area_before_ha", "area before a repair", "ha"),
            number_column("area_after_ha", "area after a repair", "ha"),
        ),
        "What is wrong with the data: a row each.",
    ),
}  # fmt: skip
"""The contract of every derived table, by name."""
