"""The pages that compare proposed sites: side by side on a map and in a table; and how they are ranked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geozones.checks.issues import render_message
from geozones.errors import Message
from geozones.i18n import N_
from geozones.maps.backdrop import Backdrop
from geozones.maps.content import PageContent
from geozones.maps.facts import metres_words
from geozones.maps.frame_page import page_context
from geozones.maps.page import PageFigure, make_page_without_map
from geozones.maps.shapes import encode_points, encode_polygons, to_degrees
from geozones.maps.site_content import SiteContent, SiteRow, make_wording, site_rows
from geozones.maps.site_lines import verdict_line
from geozones.maps.site_map import draw_region_map
from geozones.maps.site_page import draw_site, site_name
from geozones.maps.terms import KIND_NAMES, NETWORK_NAMES, SIGNS
from geozones.maps.words import Words, each_language, number, short, t
from geozones.maps.zone_lines import district_words
from geozones.screening import VERDICTS

CRITERIA = {
    "usable": N_("usable share"),
    "power": N_("power"),
    "gas": N_("gas"),
    "water": N_("water"),
    "road": N_("road"),
    "railway": N_("railway"),
    "people": N_("people within 20 km"),
    "housing": N_("distance to housing"),
    "shape": N_("compactness"),
}
_UNITS = {"usable": "share", "shape": "number", "people": "number"}


def draw_site_pages(atlas: Backdrop, sites: SiteContent) -> Iterator[tuple[str, str]]:
    """Draw the comparison, the page on the ranking, and a page a site; names are those below `proposals/`."""
    rows = site_rows(sites)
    yield "index.html", draw_comparison(atlas, sites, rows)
    yield "ranking.html", draw_ranking(atlas, sites, rows)
    for row in rows:
        yield f"{row.stem}.html", draw_site(atlas, sites, row)


def draw_comparison(atlas: Backdrop, sites: SiteContent, rows: list[SiteRow]) -> str:
    """Draw the page that shows all sites side by side."""
    content = atlas.content
    context = page_context(content, atlas.layers, title=t("Proposed sites"), home="../")
    context |= {
        "rows": [_row(content, row) for row in by_verdict(rows)],
        "refused": [message_words(message) for message in sites.refused],
        "networks": [(network, t(NETWORK_NAMES[network])) for network in ("gas", "power", "water")],
    }
    shapes = sites.screening.sites.geometry.array
    figure = PageFigure("sites.html", context, assets="../assets/")
    bounds = draw_region_map(atlas, figure, shapes)
    figure.context["page_data"] = {
        "kind": "sites",
        "demonstration": content.region.demonstration,
        "bounds": bounds,
        "sites": _map_sites(sites, rows),
    }
    return figure.render()


def by_verdict(rows: list[SiteRow]) -> list[SiteRow]:
    """Sort sites by verdict, the best first, then by rank."""
    return sorted(rows, key=lambda row: (VERDICTS.index(row.record["verdict"]), row.rank))


def _map_sites(sites: SiteContent, rows: list[SiteRow]) -> list[dict[str, Any]]:
    table = sites.screening.sites
    shapes = to_degrees(np.asarray(table.geometry.array, dtype=object), table.crs)
    outlines, places = encode_polygons(shapes), encode_points(shapes)
    return [
        {
            "name": site_name(row.record).as_json(),
            "stem": row.stem,
            "verdict": row.record["verdict"],
            "words": verdict_line(row.record).as_json(),
            "shape": outlines[row.place],
            "at": places[row.place],
        }
        for row in rows
    ]


def _row(content: PageContent, row: SiteRow) -> dict[str, Any]:
    record = row.record
    near = {each["network"]: each for each in record["networks"] if each["state"] == "existing"}
    measures = {finding["rule_id"]: finding for finding in record["findings"]}
    people = record["people"]
    return {
        "name": site_name(record),
        "stem": row.stem,
        "district": district_words(content, record["district_code"]),
        "kind": t(KIND_NAMES.get(str(record["kind"]), str(record["kind"]))),
        "verdict": record["verdict"],
        "words": verdict_line(record),
        "ha": number(round(record["area_ha"] or 0, 1)),
        "usable": number(round(record["usable_ha"] or 0, 1)),
        "networks": {
            network: (each["near"], SIGNS[each["near"]], _far(each["connect_m"])) for network, each in near.items()
        },
        "road": _far(measures.get("site.road", {}).get("measure")),
        "people": None if people is None else number(people["rings"][-1]["people"] or 0),
        "requests": len(record["requests"]),
        "concept": None if record["concept"] is None else len(record["concept"]["have"]),
    }


def _far(metres: float | None) -> Words | None:
    return None if metres is None else metres_words(int(round(metres, -1 if metres < 1000 else -2)))


def draw_ranking(atlas: Backdrop, sites: SiteContent, rows: list[SiteRow]) -> str:
    """Draw the second page: criteria, weights, scores as intervals, and how stable the order is."""
    content, screening = atlas.content, sites.screening
    wording = make_wording(screening)
    weights = screening.case.config.screening.weights
    names = [str(name) for name in screening.criteria.columns]
    context = page_context(content, atlas.layers, title=t("How the proposed sites are ranked"), home="../")
    context |= {
        "criteria": [
            {
                "key": name,
                "name": t(CRITERIA[name]),
                "weight": number(round(100 * float(weights.get(name, 0.0)), 1)),  # type: ignore[call-overload]
                "knees": _knees(screening, name),
            }
            for name in names
        ],
        "weight_sum": number(round(100 * sum(weights.values()), 1)),
        "rows": [_ranked(screening, row, names, wording) for row in rows],
        "draws": number(screening.case.limit("score.draws")),
        "spread": number(100 * screening.case.limit("score.spread")),
        "cap": number(screening.case.limit("score.cap"), 2),
        "page_data": {"kind": "ranking", "demonstration": content.region.demonstration},
    }
    return make_page_without_map("ranking.html", context, assets="../assets/").render()


def _knees(screening: Any, name: str) -> Words:
    """Write where a criterion is 1, ½ and 0."""
    known = {rule.id for rule in screening.case.rules.rows}
    parts = [
        (mark, screening.case.limit(f"score.{name}.{part}"))
        for part, mark in (("best", "1"), ("half", "½"), ("worst", "0"))
        if f"score.{name}.{part}" in known
    ]
    return each_language(
        lambda language: "; ".join(f"{mark}: {_measure(name, value).of(language)}" for mark, value in parts)
    )


def _measure(name: str, value: float) -> Words:
    kind = _UNITS.get(name, "metres")
    if kind == "metres":
        return metres_words(int(round(value, -1)))
    return t("{share} %", share=round(100 * value, 1)) if kind == "share" else number(round(value, 2))


def _ranked(screening: Any, row: SiteRow, names: list[str], wording: Any) -> dict[str, Any]:
    score = row.record["score"]
    capped = next((each for each in row.record["findings"] if each["rule_id"] == score["capped_by"]), None)
    criteria, measures = screening.criteria.iloc[row.place], screening.measures.iloc[row.place]
    return {
        "rank": row.rank,
        "name": site_name(row.record),
        "stem": row.stem,
        "low": number(score["low"], 2),
        "high": number(score["high"], 2),
        "bar": (round(100 * score["low"], 1), round(100 * max(score["high"] - score["low"], 0.01), 1)),
        "capped": None
        if capped is None
        else each_language(lambda language: short(wording.write(capped, language))),
        "stability": number(round(100 * row.stability)),
        "cells": [
            (None, None)
            if np.isnan(float(criteria[name]))
            else (number(round(float(criteria[name]), 2), 2), _measure(name, float(measures[name])))
            for name in names
        ],
    }


def message_words(message: Message) -> Words:
    """Write a message in every language."""
    return each_language(lambda language: render_message(message, language))
