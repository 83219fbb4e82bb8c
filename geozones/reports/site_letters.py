"""Letters of request about a proposed site: Kazakh first, Russian beside it, with coordinates and a map."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from docx.document import Document
from docx.shared import Mm

from geozones.config import NETWORKS
from geozones.crs import WGS84, convert_geometries
from geozones.i18n import N_, format_number, translate
from geozones.reports.letters.document import add_row, add_signature, start_document, to_bytes
from geozones.reports.site_picture import draw_site_picture
from geozones.rules import cite
from geozones.screening import BODIES, QUESTIONS, Request, Screening

COLUMNS = ("kk", "ru")
"""Languages of a letter: the left column and the right one."""
MOST_CORNERS = 200
"""A longer outline has its corners in the file of the site, and the letter says so."""

TITLE = N_("Request for information about a site proposed for an industrial zone")
OPENING = N_(
    "The site “{site}” ({district}, {area} ha) is proposed for a {kind} industrial zone. By Law 242-VI of "
    "03.04.2019 on special economic and industrial zones the proposal has to show what lies on the land."
)
ASK = N_("Please tell us about the site by the coordinates annexed: {question}.")
GROUNDS = N_("The answer is needed by: {acts}.")
FORM = N_(
    "Please name the date and the accuracy of your data, and send outlines in a vector format where you have them."
)
ANNEX = N_("Annex: coordinates of the corners and a map, {n} sheet.")
DEMONSTRATION = N_("DEMONSTRATION: the site and the data around it are made up; this letter is not to be sent.")
ANNEX_TITLE = N_("Annex. Corners of the site “{site}”")
TOO_MANY = N_("The outline has {n} corners; they stand in the file {file}.")
_HEADS = ("№", "φ, WGS 84", "λ, WGS 84", "X (N), {crs}", "Y (E), {crs}")
_KINDS = {"regional": N_("regional"), "private": N_("private")}
_NO_DISTRICT = N_("district unknown")


@dataclass(frozen=True)
class _Site:
    """What the letters about one site share."""

    record: Mapping[str, Any]
    shape: Any
    stem: str
    picture: bytes


def write_letters(
    screening: Screening, records: Mapping[str, Mapping[str, Any]], stems: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Write the letter of every request of a screening.

    Parameters
    ----------
    screening
        What the screening says.
    records
        `screening.as_records`, by site.
    stems
        File name of every site, without ending.

    Yields
    ------
    File name, `<stem>-<body>.docx`, and the bytes of a document that Word and LibreOffice edit; number, date and
    signatory are blank. The same screening gives the same bytes.
    """
    shapes = dict(zip(screening.sites["site_id"], screening.sites.geometry.array, strict=True))
    known: dict[str, _Site] = {}
    for request in screening.requests:
        site_id = request.site_id
        if site_id not in known:
            picture = draw_site_picture(screening, site_id)
            known[site_id] = _Site(records[site_id], shapes[site_id], stems[site_id], picture)
        yield f"{stems[site_id]}-{request.body}.docx", _write_letter(request, known[site_id], screening)


def _write_letter(request: Request, site: _Site, screening: Screening) -> bytes:
    document, table = start_document()
    region = screening.case.config.region
    add_row(table, [_text(BODIES[request.body], column) for column in COLUMNS], bold=True)
    add_row(table, [_text(TITLE, column) for column in COLUMNS], bold=True, centred=True, space_mm=6)
    if region.demonstration:
        add_row(table, [_text(DEMONSTRATION, column) for column in COLUMNS], bold=True)
    for row in zip(*(_paragraphs(request, site, screening, column) for column in COLUMNS), strict=True):
        add_row(table, row)
    add_signature(table)
    _add_annex(document, site, screening)
    return to_bytes(document)


def _paragraphs(request: Request, site: _Site, screening: Screening, language: str) -> list[str]:
    record, case = site.record, screening.case
    near_m = max((float(case.config.proximity.near_m.get(network, 0)) for network in NETWORKS), default=0.0)
    question = _text(QUESTIONS[request.body], language, near=f"{format_number(near_m / 1000, language)} км")
    opening = _text(
        OPENING,
        language,
        site=_site_name(record, language),
        district=_district(screening, record["district_code"], language),
        area=format_number(round(record["area_ha"] or 0.0, 2), language),
        kind=_text(_KINDS.get(str(record["kind"]), _KINDS["regional"]), language),
    )
    acts = _acts(request, screening, language)
    grounds = _text(GROUNDS, language, acts=acts) if acts else ""
    return [
        opening,
        _text(ASK, language, question=question),
        *([grounds] if grounds else []),
        _text(FORM, language),
        _text(ANNEX, language, n=1),
    ]


def _acts(request: Request, screening: Screening, language: str) -> str:
    """Name the acts of the open questions, each once; choices of this system are none."""
    rules = {rule.id: rule for rule in screening.case.rules.rows} | {
        rule.check: rule for rule in screening.case.rules.rows if rule.check
    }
    found = [rules[name] for name in request.rules if name in rules and rules[name].article != "article not read"]
    acts = [cite(rule, language) for rule in found if not rule.act.startswith("Choice of this system")]
    return "; ".join(dict.fromkeys(acts))


def _district(screening: Screening, code: Any, language: str) -> str:
    districts: Any = screening.case.tables.districts
    if code is None or districts is None:
        return _text(_NO_DISTRICT, language)
    of_code = np.flatnonzero((districts["district_code"] == code).to_numpy(dtype=bool, na_value=False))
    if not len(of_code):
        return str(code)
    columns = [column for column in (f"name_{language}", "name_ru") if column in districts.columns]
    names = [districts[column].iat[of_code[0]] for column in columns]
    return next((name for name in names if isinstance(name, str) and name), str(names[-1]))


def _site_name(record: Mapping[str, Any], language: str) -> str:
    given = record["name"]
    return str(given.get(language) or given.get("ru") or record["site_id"])


def _text(text: str, language: str, **params: Any) -> str:
    return translate(text, language, **params)


def _add_annex(document: Document, site: _Site, screening: Screening) -> None:
    """Add the sheet with the map and the corners, in degrees and in metres of the working CRS."""
    document.add_page_break()  # type: ignore[no-untyped-call]
    for language in COLUMNS:
        document.add_paragraph(_text(ANNEX_TITLE, language, site=_site_name(site.record, language)))
    document.add_picture(io.BytesIO(site.picture), width=Mm(170))
    rows = corner_rows(site.shape, screening.sites.crs)
    if len(rows) > MOST_CORNERS:
        for language in COLUMNS:
            document.add_paragraph(_text(TOO_MANY, language, n=len(rows), file=f"{site.stem}.json"))
        return
    table = document.add_table(rows=1, cols=len(_HEADS))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, _HEADS, strict=True):
        cell.text = head.format(crs=screening.case.config.region.crs)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def corner_rows(shape: Any, crs: Any) -> list[tuple[str, ...]]:
    """List the corners of an outline: number, latitude and longitude (WGS 84), northing and easting.

    Rings follow each other; the closing corner of each is left out.
    """
    degrees, _ = convert_geometries(np.array([shape], dtype=object), crs, WGS84)
    rows: list[tuple[str, ...]] = []
    rings = zip(_rings(shape), _rings(degrees[0]), strict=True)
    for plane, geographic in rings:
        for (x, y), (lon, lat) in zip(plane[:-1], geographic[:-1], strict=True):
            rows.append((str(len(rows) + 1), f"{lat:.6f}", f"{lon:.6f}", f"{y:.2f}", f"{x:.2f}"))
    return rows


def _rings(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shape)
    return [shapely.get_coordinates(ring) for part in parts for ring in (part.exterior, *part.interiors)]
