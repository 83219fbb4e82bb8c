"""Filling the `{fields}` of a template, wherever Word has put them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.text.paragraph import Paragraph

from geozones.errors import InputError, RefusedError
from geozones.i18n import N_

_FIELD = re.compile(r"\{(\w+)\}")


def read_template(file: Path) -> Document:
    """Read a department's own template.

    Raises
    ------
    InputError
        The file is no DOCX document.
    """
    try:
        return docx.Document(str(file))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise InputError(
            N_("Template {file} is not a readable DOCX document; save it as .docx in Word or LibreOffice."),
            file=file.name,
        ) from error


def fill(document: Document, values: Mapping[str, str | None], *, plot: str, template: str) -> None:
    """Put values in the place of the fields of a template, the whole document at once or not at all.

    Parameters
    ----------
    document
        The template; it is changed.
    values
        Text by field name; None where the ledger and the layers do not know it.
    plot, template
        What the errors name.

    Raises
    ------
    InputError
        The template has fields that do not exist.
    RefusedError
        A field of the template has no value for this plot.
    """
    paragraphs = [paragraph for paragraph in _paragraphs(document) if "{" in paragraph.text]
    used = dict.fromkeys(name for paragraph in paragraphs for name in _FIELD.findall(paragraph.text))
    unknown = [name for name in used if name not in values]
    if unknown:
        raise InputError(
            N_("Template {file}: unknown fields {unknown}. Fields: {allowed}."),
            file=template,
            unknown=", ".join(unknown),
            allowed=", ".join(sorted(values)),
        )
    missing = [name for name in used if values[name] is None]
    if missing:
        raise RefusedError(
            N_("Plot {plot}: template {file} needs {missing}, which neither the ledger nor the layers know. "
               "Record it, or leave the field out of the template."),
            plot=plot,
            file=template,
            missing=", ".join(missing),
        )  # fmt: skip
    for paragraph in paragraphs:
        _fill_paragraph(paragraph, values)


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """Go through body, tables within tables, headers and footers."""
    parts: list[Any] = [document]
    for section in document.sections:
        parts += [section.header, section.footer]
    while parts:
        part = parts.pop()
        yield from part.paragraphs
        for table in part.tables:
            parts += [cell for row in table.rows for cell in row.cells]


def _fill_paragraph(paragraph: Paragraph, values: Mapping[str, str | None]) -> None:
    """Fill a paragraph; Word may have split a field among runs, so text goes into the run where it starts."""
    runs = paragraph.runs
    text = "".join(run.text for run in runs)
    starts = [0]
    for run in runs:
        starts.append(starts[-1] + len(run.text))
    for found in reversed(list(_FIELD.finditer(text))):
        begin, end = found.span()
        value = str(values[found.group(1)])
        first = next(place for place in range(len(runs)) if starts[place] <= begin < starts[place + 1])
        for place in range(len(runs) - 1, first - 1, -1):
            here, there = max(begin, starts[place]), min(end, starts[place + 1])
            if here < there:
                kept = runs[place].text
                inside = value if place == first else ""
                runs[place].text = kept[: here - starts[place]] + inside + kept[there - starts[place] :]
