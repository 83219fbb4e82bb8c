"""Contracts: every one makes an empty table that its own schema takes, and refuses what it forbids."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from geozones.config import ROLES, LayerSpec
from geozones.errors import ConfigError
from geozones.tables import (
    ALLOCATIONS,
    CONTRACTS,
    DERIVED,
    TableContract,
    empty_table,
    require_known_columns,
    schema_of,
)

ALL = [*CONTRACTS.values(), *DERIVED.values(), ALLOCATIONS]


def test_every_role_has_a_contract() -> None:
    assert tuple(sorted(CONTRACTS)) == tuple(sorted(ROLES))


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.name)
def test_an_empty_table_keeps_its_contract(contract: TableContract) -> None:
    table = empty_table(contract, crs="EPSG:32642")
    schema_of(contract).validate(table, lazy=True)
    assert tuple(table.columns[: len(contract.columns)]) == contract.column_names


def test_a_schema_names_every_failure_at_once() -> None:
    contract = ALLOCATIONS
    table = pd.DataFrame({column: [None, None] for column in contract.column_names})
    table = table.astype(empty_table(contract).dtypes.to_dict())
    table["plot_id"] = ["a", "a"]
    table["holder_kind"] = ["robot", "company"]
    table["investment_kzt"] = [-1.0, 1.0]
    with pytest.raises(SchemaErrors) as caught:
        schema_of(contract).validate(table, lazy=True)
    assert set(caught.value.failure_cases["column"]) == {"plot_id", "holder_kind", "investment_kzt"}


def test_settings_for_a_column_that_the_role_lacks_are_refused() -> None:
    spec = LayerSpec(key="gas", role="gas", source="gas.geojson", defaults={"colour": "red"})
    with pytest.raises(ConfigError, match=r"layers\.gas\.defaults names the column colour"):
        require_known_columns([spec])
