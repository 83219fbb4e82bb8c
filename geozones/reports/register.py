"""The register workbook: plots, zones, networks and sources, in the words of a language."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from geozones.i18n import N_, format_date, format_number, translate
from geozones.reports.cells import make_harmless
from geozones.reports.columns import FILES, PLOTS_FILE, SOURCES_FILE, ZONES_FILE
from geozones.reports.content import Edition, ReportContent
from geozones.reports.csv_tables import DECIMALS
from geozones.reports.sources import list_sources
from geozones.reports.words import write_heading, write_notice, write_values
from geozones.tables import Column

TITLE_ROW, NOTICE_ROW, HEADING_ROW = 0, 1, 2
"""Rows of every sheet, from 0: title, notice of a demonstration (else empty), headings; the data follows."""

MOST_ROWS = 50_000
"""Rows of a sheet beyond which it only names the file that holds them: nobody reads so many, and spreadsheet
programs lose what lies beyond their last row (1,048,576) without a word."""

_LONGEST_CELL = 32_000
_WIDTHS = (9.0, 42.0)
_SPREADSHEET_EPOCH = pd.Timestamp("1899-12-30")
_NUMBER_FORMATS = {"ha": "#,##0.00", "0..1": "0.00", "MPa": "0.00", "m³/h": "#,##0.0", "m³/day": "#,##0.0"}
_DATE_FORMATS = {"kk": "dd.mm.yyyy", "ru": "dd.mm.yyyy", "en": "d mmm yyyy"}
_TOO_LONG = N_("{count} rows are too many for a sheet: they stand in the file {file}.")
_ZONE_NAME = Column("zone_name", N_("zone"))
_REGISTER = (
    "number", "cadastral_no", "area_ha", "measured_ha", "hazard_class", "state", "map_state", "start_passed",
    "since", "participant", "holder_kind", "contract_no", "contract_date", "start_due", "started_on",
    "commissioned_on", "reserved_for", "project", "sector", "product", "investment_kzt", "invested_kzt",
    "jobs_planned", "jobs_actual", "need_power_kw", "need_gas_m3h", "need_water_m3d", "price_kzt", "valid_from",
    "valid_to", "counted_ha", "counted", "plot_id", "zone_id",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet: name, table whose words its values take, columns, rows, and how many columns stay in view.

    `file` is the file of the same folder that holds the same rows, for a sheet that would be too long.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    fixed_columns: int
    file: str = ""

    @property
    def is_too_long(self) -> bool:
        """Whether the rows are left to the file."""
        return bool(self.file) and len(self.rows) > MOST_ROWS


def write_register(path: Path, content: ReportContent, *, zones: Any, plots: Any) -> None:
    """Write `register.xlsx`.

    Every cell is a number, a date or a plain text: no formula and no link can come from the data. Plots that do
    not exist on the day of the register are left out. A sheet of more than 50,000 rows names the CSV file that
    holds them instead.

    Parameters
    ----------
    zones, plots
        `join_zones` and `join_plots` of the content.
    """
    edition = content.edition
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, options) as workbook:
        workbook.set_properties(_properties(content))
        formats = _make_formats(workbook, edition)
        title = translate(
            N_("{region}: register of plots and zones, state on {date}"),
            edition.language,
            region=content.region_name,
            date=format_date(edition.as_of, edition.language),
        )
        for sheet in _list_sheets(content, zones, plots):
            _write_sheet(workbook, sheet, title, formats, edition)
    path.write_bytes(packed.getvalue())


def _properties(content: ReportContent) -> dict[str, Any]:
    notice = write_notice(content.language) if content.region.demonstration else ""
    created = dt.datetime.combine(content.as_of, dt.time())
    return {"title": content.region_name, "comments": notice, "created": created, "author": ""}


def _make_formats(workbook: Any, edition: Edition) -> dict[str, Any]:
    plain = {"valign": "top", "font_name": "Arial", "font_size": 10}
    formats = {
        "title": {**plain, "bold": True, "font_size": 14},
        "notice": {**plain, "bold": True, "font_color": "#9A5400"},
        "heading": {**plain, "bold": True, "text_wrap": True, "bg_color": "#ECEFF1", "bottom": 1},
        "text": plain,
        "date": {**plain, "num_format": _DATE_FORMATS[edition.language], "align": "left"},
        "number": {**plain, "num_format": "#,##0"},
        **{unit: {**plain, "num_format": pattern} for unit, pattern in _NUMBER_FORMATS.items()},
    }
    return {name: workbook.add_format(properties) for name, properties in formats.items()}


def _list_sheets(content: ReportContent, zones: Any, plots: Any) -> list[Sheet]:
    zone_names = _zone_names(zones, content.language)
    plots = plots.assign(zone_name=plots["zone_id"].map(zone_names))
    networks = content.plot_networks
    if len(networks) <= MOST_ROWS:
        named = plots[["plot_id", "zone_name", "number"]]
        networks = networks.astype({"plot_id": "str"}).merge(
            named, on="plot_id", how="left", validate="many_to_one"
        )
    zone_ids = content.zone_networks["zone_id"].astype("str")
    zone_networks = content.zone_networks.assign(zone_name=zone_ids.map(zone_names))
    number = PLOTS_FILE.column("number")
    register = tuple(PLOTS_FILE.column(name) for name in _REGISTER)
    derived, sources = FILES["plot_networks"].columns, list_sources(content.sources)
    return [
        Sheet(N_("Register"), "plots", (_ZONE_NAME, *register), plots[plots["valid"]], 2,
              "plots.csv"),
        Sheet(N_("Zones"), "zones", ZONES_FILE.columns, zones, 2, "zones.csv"),
        Sheet(N_("Networks"), "plot_networks", (_ZONE_NAME, number, *derived), networks, 2,
              "plot_networks.csv"),
        Sheet(N_("Networks of zones"), "zone_networks", (_ZONE_NAME, *FILES["zone_networks"].columns),
              zone_networks, 1, "zone_networks.csv"),
        Sheet(N_("Sources"), "provenance", SOURCES_FILE.columns, sources, 1),
    ]  # fmt: skip


def _zone_names(zones: Any, language: str) -> Any:
    russian = zones.set_index("zone_id")["name_ru"]
    names = zones.set_index("zone_id")[f"name_{language}"]
    return names.where(names.notna(), russian)


def _write_sheet(workbook: Any, sheet: Sheet, title: str, formats: dict[str, Any], edition: Edition) -> None:
    worksheet = workbook.add_worksheet(translate(sheet.name, edition.language))
    worksheet.write_string(TITLE_ROW, 0, title, formats["title"])
    if edition.demonstration:
        notice = write_notice(edition.language)
        worksheet.write_string(NOTICE_ROW, 0, notice, formats["notice"])
        worksheet.set_footer(f"&C{notice}")
    if sheet.is_too_long:
        count = format_number(len(sheet.rows), edition.language)
        note = translate(_TOO_LONG, edition.language, count=count, file=sheet.file)
        worksheet.write_string(HEADING_ROW + 1, 0, note, formats["text"])
        sheet = replace(sheet, rows=sheet.rows.iloc[:0])
    worksheet.set_row(HEADING_ROW, 64)
    for position, column in enumerate(sheet.columns):
        heading = write_heading(column, edition.language)
        worksheet.write_string(HEADING_ROW, position, heading, formats["heading"])
        width = _write_column(worksheet, position, sheet, column, formats, edition)
        longest_word = max((len(word) for word in heading.split()), default=0) + 3
        worksheet.set_column(position, position, min(max(width, longest_word, _WIDTHS[0]), _WIDTHS[1]))
    last_row = HEADING_ROW + max(len(sheet.rows), 1)
    worksheet.autofilter(HEADING_ROW, 0, last_row, len(sheet.columns) - 1)
    worksheet.freeze_panes(HEADING_ROW + 1, sheet.fixed_columns)
    worksheet.repeat_rows(HEADING_ROW)
    worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)


def _write_column(
    worksheet: Any, position: int, sheet: Sheet, column: Column, formats: dict[str, Any], edition: Edition
) -> float:
    """Write the values of a column; return how wide they need it, in characters."""
    if column.name not in sheet.rows:
        return 0.0
    values = sheet.rows[column.name]
    start = HEADING_ROW + 1
    known = values.notna().to_numpy()
    if column.dtype in {"number", "integer", "date"}:
        numbers, form = _as_numbers(values, column, formats)
        for row, (value, is_known) in enumerate(zip(numbers, known, strict=True), start):
            if is_known:
                worksheet.write_number(row, position, value, form)
        return 12.0
    words = make_harmless(write_values(values, column, table=sheet.table, language=edition.language))
    texts = words.str.slice(0, _LONGEST_CELL)
    for row, (text, is_known) in enumerate(zip(texts, known, strict=True), start):
        if is_known:
            worksheet.write_string(row, position, text, formats["text"])
    return float(texts.str.len().quantile(0.95)) + 2 if known.any() else 0.0


def _as_numbers(values: pd.Series, column: Column, formats: dict[str, Any]) -> tuple[Any, Any]:
    if column.dtype == "date":
        days = (pd.to_datetime(values) - _SPREADSHEET_EPOCH).dt.days
        return days.tolist(), formats["date"]
    numbers = values.astype("float64").round(DECIMALS)
    return numbers.tolist(), formats.get(column.unit, formats["number"])
