"""The report of one proposed site as PDF: verdict, map, three lists, parcels, requests, corners."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from geozones.i18n import N_, format_date, format_number, translate
from geozones.reports.site_letters import corner_rows
from geozones.reports.site_picture import draw_site_svg
from geozones.reports.typesetting import typeset
from geozones.screening import BODIES, PARTS, Screening, Wording, feature_names, verdict_words

_SIGNS = {"block": "✗", "warn": "!", "unknown": "?", "pass": "✓"}
_LISTS = (("Against", ("block", "warn")), ("To be checked", ("unknown",)), ("For", ("pass",)))
_MOST_CORNERS = 120
_WORDS = {
    "title": N_("Screening of a site proposed for an industrial zone"),
    "as_of": N_("State on {day}"),
    "measured": N_("Measured: {area} ha. Usable: {usable} ha."),
    "land": N_("Parcels under the site"),
    "requests": N_("What to ask, and whom"),
    "concept": N_("Concept: nine parts"),
    "corners": N_("Corners of the site"),
    "limits": N_("Preliminary: not a survey, and no technical conditions. Distances are straight lines."),
    "demonstration": N_("DEMO: boundaries, plots, participants, dates and networks are made up"),
}
_YES_NO = {"yes": N_("yes"), "no": N_("no")}


def write_pdf(screening: Screening, record: Mapping[str, Any], language: str) -> bytes:
    """Write the report of a site in one language; the same screening gives the same bytes."""
    template = (resources.files("geozones.reports") / "templates" / "site_report.typ").read_bytes()
    site_id = str(record["site_id"])
    return typeset(
        {
            "main": template,
            "report.json": json.dumps(_report(screening, record, language), ensure_ascii=False).encode(),
            "map.svg": draw_site_svg(screening, site_id).encode(),
        },
        "pdf",
    )


def _report(screening: Screening, record: Mapping[str, Any], language: str) -> dict[str, Any]:
    case = screening.case
    wording = case.once("wording", lambda: Wording(case.rules, case.as_of, feature_names(case.tables)))
    place = list(screening.sites["site_id"]).index(record["site_id"])
    corners = corner_rows(screening.sites.geometry.array[place], screening.sites.crs)
    crs = case.config.region.crs
    given = record["name"]
    verdict = verdict_words(record, language)
    return {
        "words": {
            key: translate(text, language) for key, text in _WORDS.items() if key not in ("as_of", "measured")
        }
        | {
            "as_of": translate(_WORDS["as_of"], language, day=format_date(case.as_of, language)),
            "measured": translate(
                _WORDS["measured"],
                language,
                area=_number(record["area_ha"], language),
                usable=_number(record["usable_ha"], language),
            ),
        },
        "language": language,
        "name": given.get(language) or given.get("ru") or record["site_id"],
        "demonstration": case.config.region.demonstration,
        "verdict": verdict[:1].upper() + verdict[1:],
        "verdict_key": record["verdict"],
        "lists": _lists(record, wording, language),
        "land_head": [translate(head, language) for head in ("Cadastral number", "Granted", "ha", "Purpose")],
        "land": [_parcel(parcel, language) for parcel in record["parcels"]],
        "requests": [translate(BODIES[request["body"]], language) for request in record["requests"]],
        "concept": _concept(record, language),
        "corners_head": [
            "№",
            "φ, WGS 84",
            "λ, WGS 84",
            f"N, {crs}",
            f"E, {crs}",
        ],
        "corners": [list(row) for row in corners[:_MOST_CORNERS]],
    }


def _words(screening: Screening, record: Mapping[str, Any], language: str) -> dict[str, str]:
    fields = {
        "as_of": {"day": format_date(screening.case.as_of, language)},
        "measured": {
            "area": _number(record["area_ha"], language),
            "usable": _number(record["usable_ha"], language),
        },
    }
    return {key: translate(text, language, **fields.get(key, {})) for key, text in _WORDS.items()}


def _lists(record: Mapping[str, Any], wording: Wording, language: str) -> list[dict[str, Any]]:
    return [
        {
            "name": translate(name, language),
            "lines": [
                [_SIGNS[finding["answer"]], wording.write(finding, language), wording.cite(finding, language)]
                for finding in record["findings"]
                if finding["answer"] in answers
            ],
        }
        for name, answers in _LISTS
    ]


def _parcel(parcel: Mapping[str, Any], language: str) -> list[str]:
    granted = translate(_YES_NO.get(str(parcel["granted"]), "unknown"), language)
    number = parcel["cadastral_no"] or parcel["parcel_id"]
    return [str(number), granted, _number(parcel["area_ha"], language), str(parcel["purpose"] or "–")]


def _concept(record: Mapping[str, Any], language: str) -> list[list[str]]:
    if record["concept"] is None:
        return []
    have = record["concept"]["have"]
    return [["✓" if part in have else "–", translate(words, language)] for part, words in PARTS.items()]


def _number(value: float | None, language: str) -> str:
    return "–" if value is None else format_number(round(value, 2), language)
