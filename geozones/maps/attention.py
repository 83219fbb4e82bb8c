"""What needs attention: at most five lines, each a link to the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geozones.config import NETWORKS
from geozones.maps.content import PageContent
from geozones.maps.provenance import LayerLine
from geozones.maps.terms import NETWORK_WORDS
from geozones.maps.words import Words, hectares, join, names, t, tn
from geozones.maps.zone_lines import ZoneLine

MOST = 5


@dataclass(frozen=True)
class Matter:
    """One line: the words, the page and the place in it that holds the rows, and the view that shows them."""

    kind: str
    words: Words
    target: str
    view: dict[str, str] = field(default_factory=dict)
    is_loud: bool = False
    page: str = ""


def find_matters(content: PageContent, lines: list[ZoneLine], layers: list[LayerLine]) -> list[Matter]:
    """Collect what needs attention, the most pressing first."""
    found = [
        _start_passed(content),
        _without_network(lines),
        _old_layers(layers),
        _issues(content),
        _proposals(content),
    ]
    return [matter for matter in found if matter is not None][:MOST]


def _start_passed(content: PageContent) -> Matter | None:
    passed = int(content.region_figures.get("start_passed", 0))
    if not passed:
        return None
    area = float(content.region_figures["area_start_passed_ha"])
    words = tn(
        "{n} plot: start date passed, no confirmation of a start, {area} ha",
        "{n} plots: start date passed, no confirmation of a start, {area} ha",
        passed,
        area=hectares(area),
    )
    return Matter("passed", words, "plots", {"only": "passed"}, is_loud=True, page="queue.html")


def _without_network(lines: list[ZoneLine]) -> Matter | None:
    lacking = {
        network: sum(line.counted and line.answers.get(network) == "no" for line in lines) for network in NETWORKS
    }
    named = [
        t("{network} – {n}", network=t(NETWORK_WORDS[network]), n=count)
        for network, count in lacking.items()
        if count
    ]
    if not named:
        return None
    worst = max(lacking, key=lambda network: lacking[network])
    words = t("Zones that lack a network: {list}", list=join(named, ", "))
    return Matter("networks", words, "zones", {"only": f"no-{worst}"})


def _old_layers(layers: list[LayerLine]) -> Matter | None:
    old = [line for line in layers if line.is_old]
    if not old:
        return None
    words = tn(
        "{n} layer older than a year: {list}",
        "{n} layers older than a year: {list}",
        len(old),
        list=join([line.name for line in old], ", "),
    )
    return Matter("layers", words, "layers")


def _issues(content: PageContent) -> Matter | None:
    counts = content.issues["severity"].value_counts()
    errors, warnings = int(counts.get("error", 0)), int(counts.get("warning", 0))
    if not errors and not warnings:
        return None
    parts: list[Words] = []
    if errors:
        parts.append(tn("{n} error in the data", "{n} errors in the data", errors))
    if warnings:
        parts.append(tn("{n} warning about the data", "{n} warnings about the data", warnings))
    return Matter("issues", join(parts, ", "), "", page="issues.html")


def _proposals(content: PageContent) -> Matter | None:
    proposals: Any = content.tables.proposals
    if proposals is None or not len(proposals):
        return None
    rows = proposals.drop(columns="geometry").to_dict("records")
    words = tn(
        "{n} proposed site: {list}",
        "{n} proposed sites: {list}",
        len(rows),
        list=join([names(row, "site_id") for row in rows[:3]], ", "),
    )
    return Matter("proposals", words, "proposals")
