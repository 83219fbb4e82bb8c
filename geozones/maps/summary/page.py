"""The summary for the akim: one page of figures, and the same as a sheet of one A4 by typst."""

from __future__ import annotations

from importlib import resources
from typing import Any

from geozones.i18n import LANGUAGES
from geozones.maps.atlas import Atlas
from geozones.maps.content import PageContent
from geozones.maps.frame_page import page_context, watermark
from geozones.maps.page import make_page_without_map
from geozones.maps.summary.gather import make_summary
from geozones.maps.summary.parts import Cell, Summary, Table
from geozones.maps.words import Words, each_language, short, t
from geozones.sheets import typeset

TREND_HEIGHT = 100
"""Height of the tallest bar of the trend, in per cent of the room for it."""


def draw_summary(atlas: Atlas) -> tuple[str, dict[str, bytes]]:
    """Draw the summary for the akim; internal only.

    Returns
    -------
    The page, and the sheets as PDF by language; the same content gives the same bytes.
    """
    content = atlas.content
    summary = make_summary(atlas, title=_title(content))
    context = page_context(content, atlas.layers, title=summary.title, home="") | {
        "summary": summary,
        "bars": _bars(summary),
        "sheets": [(language, f"summary-{language}.pdf") for language in LANGUAGES],
        "page_data": {"kind": "summary", "demonstration": content.region.demonstration},
    }
    page = make_page_without_map("summary.html", context).render()
    return page, {language: _draw_sheet(summary, content, language) for language in LANGUAGES}


def _title(content: PageContent) -> Words:
    given = content.region.name
    spare = given.get("ru") or next(iter(given.values()))
    region = each_language(lambda language: short(given.get(language, spare)))  # type: ignore[call-overload]
    return t("Summary for the akim · industrial zones, {region}", region=region)


def _bars(summary: Summary) -> list[dict[str, Any]]:
    """Give the trend as bars: label, count, hectares, and the height in per cent."""
    most = max((point.plots or 0 for point in summary.trend), default=0) or 1
    return [
        {
            "label": f"{point.day:%m.%y}" if point is not summary.trend[-1] else f"{point.day:%d.%m}.",
            "day": point.day,
            "plots": point.plots,
            "area_ha": point.area_ha,
            "height": round(TREND_HEIGHT * (point.plots or 0) / most, 1),
        }
        for point in summary.trend
    ]


def _draw_sheet(summary: Summary, content: PageContent, language: str) -> bytes:
    template = (resources.files("geozones.maps") / "templates" / "summary.typ").read_text(encoding="utf-8")
    return typeset(template, _sheet_data(summary, content, language), day=content.as_of)


def _sheet_data(summary: Summary, content: PageContent, language: str) -> dict[str, Any]:
    tables = {
        name: None if table is None else _table_data(table, language)
        for name in ("states", "published", "districts", "sectors", "networks", "ready")
        for table in [getattr(summary, name)]
    }
    return {
        "language": language,
        "title": summary.title.of(language),
        "state": t("State on {day}", day=content.as_of).of(language),
        "watermark": watermark().of(language) if content.region.demonstration else "",
        "tiles": [
            {
                "kind": tile.kind,
                "values": [[cell.words.of(language), unit.of(language)] for cell, unit in tile.values],
                "label": ", ".join(" ".join(cell.words.of(language) for cell in part) for part in tile.label),
                "marks": tile.marks,
            }
            for tile in summary.tiles
        ],
        "trend": {
            "title": summary.trend_title.of(language),
            "note": summary.trend_note.of(language),
            "marks": summary.trend_marks,
            "bars": [{name: bar[name] for name in ("label", "plots", "height")} for bar in _bars(summary)],
        },
        "tables": tables,
        "notes": [note.of(language) for note in summary.notes],
        "sources_title": t("Sources").of(language),
        "sources": [[str(place), words.of(language)] for place, words in summary.sources],
    }


def _table_data(table: Table, language: str) -> dict[str, Any]:
    def write(row: list[Cell]) -> list[dict[str, str]]:
        return [{"text": cell.words.of(language), "tone": cell.tone} for cell in row]

    return {
        "title": table.title.of(language),
        "marks": table.marks,
        "heads": [{"text": head.of(language), "number": is_number} for head, is_number in table.heads],
        "rows": [write(row) for row in table.rows],
        "total": write(table.total),
        "note": table.note.of(language) if table.note else "",
        "empty": table.empty.of(language) if table.empty else "",
    }
