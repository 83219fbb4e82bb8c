"""How a letter looks: A4, two columns, Kazakh left and Russian right, blanks for number, date and signature."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Sequence
from importlib import resources

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLANKS = ("№ __________   «____» ______________ 20___ ж.", "№ __________   «____» ______________ 20___ г.")
_SIGNATURE = (
    ("Лауазымы: ______________________", "Должность: ______________________"),
    ("Қолы, аты-жөні: ________________", "Подпись, фамилия: _______________"),
)


def make_template(name: str) -> Document:
    """Make the built-in template of a letter, its `{fields}` not yet filled.

    Parameters
    ----------
    name
        A name of `lifecycle.LETTERS`.

    Returns
    -------
    A document that Word and LibreOffice edit; a department saves its own version under the same name.
    """
    text = (resources.files("geozones.reports.letters") / "templates" / f"{name}.toml").read_text("utf-8")
    words = tomllib.loads(text)
    document, table = start_document()
    add_row(table, ("{region_kk}", "{region_ru}"))
    add_row(table, words["to"], bold=True)
    add_row(table, words["title"], bold=True, centred=True, space_mm=6)
    for pair in words["text"]:
        add_row(table, pair)
    add_signature(table)
    return document


def start_document() -> tuple[Document, docx.table.Table]:
    """Begin a letter: an A4 page and a table of two columns, with blanks for number and date."""
    document = docx.Document()
    _set_page(document)
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    add_row(table, _BLANKS)
    return document, table


def add_signature(table: docx.table.Table) -> None:
    """Add blanks for the signatory."""
    for pair in _SIGNATURE:
        add_row(table, pair, space_mm=5)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(20), Mm(12)
    section.top_margin = section.bottom_margin = Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(0)


def add_row(
    table: docx.table.Table,
    pair: Sequence[str],
    *,
    bold: bool = False,
    centred: bool = False,
    space_mm: float = 2,
) -> None:
    """Add a row of two paragraphs: Kazakh, Russian."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    for cell, text in zip(row.cells, pair, strict=True):
        cell.width = Mm(89)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = Mm(space_mm)
        paragraph.paragraph_format.space_after = Mm(1)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = bold


def to_bytes(document: Document) -> bytes:
    """Turn a document into the bytes of a DOCX file, the same ones for the same content at any time."""
    written = io.BytesIO()
    document.save(written)
    steady = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return steady.getvalue()
