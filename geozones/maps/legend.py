"""The legend of a map, which is also its filter: states with counts and hectares, networks, gaps in the data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from geozones.config import NETWORKS
from geozones.maps.content import PageContent
from geozones.maps.terms import NETWORK_NAMES, NETWORK_WORDS, STATE_NAMES, STATE_ORDER
from geozones.maps.words import Words, join, names, t, tn


@dataclass(frozen=True)
class LegendState:
    """One state in the legend, with its sums; the names of figures are empty where none carries them.

    `is_past` stands for a state that no plot has any more: it is shown with a day of the past.
    """

    kind: str
    name: Words
    count: int
    ha: float
    count_figure: str = ""
    ha_figure: str = ""
    is_past: bool = False


@dataclass(frozen=True)
class LegendNetwork:
    """One network in the legend; `gap` says where there is no data on it."""

    network: str
    name: Words
    is_absent: bool
    gap: Words | None
    gap_short: Words | None


def legend_states(
    figures: pd.DataFrame, region_figures: Mapping[str, float], *, past: Collection[str] = ()
) -> list[LegendState]:
    """Sum plots and hectares by state over zones; the free ones first, states without a plot left out.

    States named in `past` stay even without a plot.
    """
    found = []
    for state in reversed(STATE_ORDER):
        if f"plots_{state}" not in figures:
            continue
        count, ha = int(figures[f"plots_{state}"].sum()), float(figures[f"{state}_ha"].sum())
        is_past = not count and state != "free"
        if is_past and state not in past:
            continue
        count_figure, ha_figure = f"plots_{state}", f"area_{state}_ha"
        known = count_figure in region_figures and ha_figure in region_figures
        found.append(
            LegendState(
                state,
                t(STATE_NAMES[state]),
                count,
                ha,
                count_figure if known else "",
                ha_figure if known else "",
                is_past,
            )
        )
    return found


def legend_networks(content: PageContent, codes: set[str] | None = None) -> list[LegendNetwork]:
    """Describe the networks of a map, with the districts (of `codes`, or all) that have no data on each."""
    found = []
    for network in NETWORKS:
        is_absent = content.tables.of(network) is None
        gap = _gap_words(content, network, codes)
        found.append(LegendNetwork(network, t(NETWORK_NAMES[network]), is_absent, *gap))
    return found


def _gap_words(
    content: PageContent, network: str, codes: set[str] | None
) -> tuple[Words, Words] | tuple[None, None]:
    """Say where there is no data on a network: with all districts by name, and short."""
    rows = content.gap_rows.get(network, [])
    word = t(NETWORK_WORDS[network])
    if codes is not None:
        here = any(str(row["district_code"]) in codes for row in rows)
        words = t("no data on the district: {network}", network=word)
        return (words, words) if here else (None, None)
    if not rows:
        return None, None
    districts = content.tables.districts
    if districts is not None and len(rows) == len(districts):
        words = t("no data on the whole region: {network}", network=word)
        return words, words
    where = join([names(row, "district_code") for row in rows], ", ")
    count = tn("{n} district or city", "{n} districts and cities", len(rows))
    return (
        t("no data: {network} ({where})", network=word, where=where),
        t("no data: {network} ({where})", network=word, where=count),
    )
