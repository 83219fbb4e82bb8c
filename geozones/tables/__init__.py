"""The contract of every table: columns, dtype, unit, allowed values, kind of geometry, key.

One contract per role of a layer (`CONTRACTS`) and per derived table (`DERIVED`). Readers shape a table to its
contract, checks compare each row with it (`schema_of` gives it as a pandera schema), `docs/tables.md` lists it.
"""

from geozones.tables.contract import (
    GEOMETRY_TYPES,
    PANDAS_DTYPES,
    Column,
    TableContract,
    empty_table,
    schema_of,
)
from geozones.tables.derived import ANSWER_WORDS, DERIVED, NETWORK_STATES
from geozones.tables.findings import FINDING_ORDER, Findings, Runs, empty_findings, shape_findings
from geozones.tables.mapping import require_known_columns
from geozones.tables.region import LayerSource, RegionTables
from geozones.tables.roles import (
    ALLOCATIONS,
    CAPACITY_UNITS,
    CONTRACTS,
    HAZARD_CLASSES,
    LINE_STATES,
    MAP_STATES,
    NEED_COLUMNS,
    RESTRICTION_KINDS,
    YES_NO_UNKNOWN,
)
from geozones.tables.zonewise import Zonewise, all_at_once

__all__ = [
    "ALLOCATIONS",
    "ANSWER_WORDS",
    "CAPACITY_UNITS",
    "CONTRACTS",
    "DERIVED",
    "FINDING_ORDER",
    "GEOMETRY_TYPES",
    "HAZARD_CLASSES",
    "LINE_STATES",
    "MAP_STATES",
    "NEED_COLUMNS",
    "NETWORK_STATES",
    "PANDAS_DTYPES",
    "RESTRICTION_KINDS",
    "YES_NO_UNKNOWN",
    "Column",
    "Findings",
    "LayerSource",
    "RegionTables",
    "Runs",
    "TableContract",
    "Zonewise",
    "all_at_once",
    "empty_findings",
    "empty_table",
    "require_known_columns",
    "schema_of",
    "shape_findings",
]
