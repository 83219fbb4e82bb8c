"""What plot and zone passports have in common: the head with its code, legends, tables, sources."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import segno

from geozones.maps.content import PageContent
from geozones.maps.frame_page import watermark
from geozones.maps.passports.picture import Picture, draw_swatch, legend_text
from geozones.maps.provenance import LayerLine
from geozones.maps.stems import file_stem
from geozones.maps.summary.sources import Sources
from geozones.maps.words import Words, each_language, number, short, t

LONGEST = 90
"""Letters of a name on a passport; a longer one ends in an ellipsis, so that the sheet keeps its pages."""
_LONGEST_ID = 300
_MASK = 2


@dataclass(frozen=True)
class TableOfSheet:
    """A table: title, shares of its columns, heads, rows, and the note below it."""

    title: Words
    columns: list[float]
    heads: list[Words]
    rows: list[list[Words]]
    note: Words | None = None

    def of(self, language: str) -> dict[str, Any]:
        """Give the table in one language, for the template."""
        return {
            "title": self.title.of(language),
            "columns": self.columns,
            "heads": [head.of(language) for head in self.heads],
            "rows": [[cell.of(language) for cell in row] for row in self.rows],
            "note": "" if self.note is None else self.note.of(language),
        }


@dataclass(frozen=True)
class Sheet:
    """What a passport says, not yet in one language; the maps are drawn already."""

    key: str
    subject_id: str
    kind: Words
    title: Words
    subtitle: Words
    pictures: list[Picture]
    facts: list[tuple[Words, Words]]
    tables: list[TableOfSheet]
    roles: tuple[str, ...]
    more_facts: list[tuple[Words, Words]] = field(default_factory=list)


def clip(text: str) -> str:
    """Cut a text to what a sheet has room for."""
    clean = short(text)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1].rstrip() + "…"


def same_text(text: str) -> Words:
    """Take a text given once, cut to what a sheet has room for."""
    clean = clip(text)
    return Words(clean, clean, clean)


def read_words(written: str | list[str]) -> Words:
    """Read back what `Words.as_json` wrote."""
    return Words(*written) if isinstance(written, list) else Words(written, written, written)


def draw_code(key: str, subject_id: str, day: str) -> str:
    """Draw the code to scan as SVG: JSON of id and day, such as `{"plot": "badam-27", "as_of": …}`."""
    named = subject_id if len(subject_id) <= _LONGEST_ID else file_stem(subject_id)
    code = segno.make_qr(json.dumps({key: named, "as_of": day}, ensure_ascii=False), error="m", mask=_MASK)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=0, xmldecl=False, nl=False, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()


def lay_out(sheet: Sheet, content: PageContent, layers: list[LayerLine], language: str) -> dict[str, Any]:
    """Give everything that the template of a passport needs, in one language."""
    sources = Sources(content, layers)
    sources.mark(*sheet.roles)
    legend = dict.fromkeys(key for picture in sheet.pictures for key in picture.legend)
    day = content.as_of.isoformat()
    return {
        "language": language,
        "kind": sheet.kind.of(language),
        "title": sheet.title.of(language),
        "subtitle": sheet.subtitle.of(language),
        "state": t("State on {day}", day=content.as_of).of(language),
        "region": _region(content).of(language),
        "watermark": watermark().of(language) if content.region.demonstration else "",
        "code": draw_code(sheet.key, sheet.subject_id, day),
        "code_text": [clip(sheet.subject_id), day],
        "maps": [_map_data(picture, language) for picture in sheet.pictures],
        "legend": [[draw_swatch(key), t(legend_text(key)).of(language)] for key in legend],
        "facts": _pairs(sheet.facts, language),
        "more_facts": _pairs(sheet.more_facts, language),
        "tables": [table.of(language) for table in sheet.tables],
        "sources_title": t("Sources").of(language),
        "sources": [words.of(language) for _, words in sources.listed()],
        "limits": t(
            "Not a survey and no title to land. Straight distances; capacity is shared; encumbrances are those of "
            "the register."
        ).of(language),
    }


def _pairs(facts: Iterable[tuple[Words, Words]], language: str) -> list[list[str]]:
    return [[label.of(language), value.of(language)] for label, value in facts]


def _map_data(picture: Picture, language: str) -> dict[str, Any]:
    frame = picture.frame
    metres = frame.bar_m
    words = t("{n} km", n=number(metres / 1000)) if metres >= 1000 else t("{n} m", n=number(metres))
    return {
        "svg": picture.svg,
        "width": frame.width_mm,
        "scale": f"1 : {number(frame.scale, 0).of(language)}",
        "bar": frame.bar_mm,
        "bar_text": words.of(language),
    }


def _region(content: PageContent) -> Words:
    given: Mapping[Any, str] = content.region.name
    spare = given.get("ru") or next(iter(given.values()))
    return each_language(lambda language: clip(given.get(language, spare)))
