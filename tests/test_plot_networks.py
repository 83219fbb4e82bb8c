"""Networks at the plots of a page: whichever plots it takes, they say what the rows of plot_networks say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_content import make_content

from geozones.config import NETWORKS
from geozones.maps import PageContent, public_content
from geozones.maps.plot_networks import PlotNetworks
from geozones.maps.values import LETTERS

CONTENT = make_content()
PLOTS = len(CONTENT.tables.plots)
some_rows = st.lists(st.integers(0, PLOTS - 1), max_size=2 * PLOTS).map(lambda rows: np.array(rows, dtype=np.intp))


def rows_of(content: PageContent, network: str, state: str, rows: Any) -> list[dict[Any, Any]]:
    table: Any = content.plot_networks
    chosen = table[(table["network"] == network) & (table["state"] == state)].set_index("plot_id")
    chosen.index = chosen.index.astype("str")
    return chosen.loc[content.tables.plots["plot_id"].iloc[rows].tolist()].to_dict("records") if len(rows) else []


@settings(deadline=None, max_examples=25)
@given(rows=some_rows)
def test_answers_and_metres_are_those_of_the_plots_asked_for(rows: Any) -> None:
    networks = PlotNetworks(CONTENT)
    for network, found in networks.of(rows).items():
        for state in ("existing", "planned"):
            wanted = rows_of(CONTENT, network, state, rows)
            for answer in ("near", "capable", "allowed"):
                assert found[state][answer] == "".join(LETTERS.get(row[answer], "u") for row in wanted)
            free = [None if pd.isna(row["capacity_free"]) else row["capacity_free"] for row in wanted]
            assert found[state]["free"] == free
            sources = [None if place is None else found["points"][place] for place in found[state]["sourcePoint"]]
            assert [source is None for source in sources] == [pd.isna(row["capable_point_id"]) for row in wanted]
        assert found["metres"] == networks.far(network)[rows].tolist()  # type: ignore[arg-type]


@settings(deadline=None, max_examples=25)
@given(rows=some_rows)
def test_a_page_of_some_plots_names_what_a_page_of_each_names(rows: Any) -> None:
    networks = PlotNetworks(CONTENT)
    for network in NETWORKS:
        together = networks.of(rows)[network]
        for place, row in enumerate(rows.tolist()):
            alone = networks.of(np.array([row]))[network]
            for state in ("existing", "planned"):
                for list_name, column in (("lines", "line"), ("points", "point"), ("lines", "sourceLine")):
                    here, there = together[state][column][place], alone[state][column][0]
                    assert (here is None) == (there is None)
                    assert here is None or together[list_name][here] == alone[list_name][there]
            assert together["existing"]["link"][place] == alone["existing"]["link"][0]


@pytest.mark.parametrize("content", [CONTENT, public_content(CONTENT)], ids=["internal", "public"])
def test_values_of_all_plots_are_those_of_their_rows(content: PageContent) -> None:
    networks, backwards = PlotNetworks(content), np.arange(PLOTS)[::-1]
    for network in NETWORKS:
        far = networks.far(network)[backwards].tolist()
        assert far == networks.far(network)[np.arange(PLOTS)].tolist()[::-1]
        letters = [LETTERS.get(row["near"], "u") for row in rows_of(content, network, "existing", backwards)]
        assert networks.letters(network, "near") == "".join(letters)[::-1]
        if content.is_public:
            assert networks.of(backwards)[network]["klass"] == far
