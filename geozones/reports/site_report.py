"""What a screening leaves beside its pages: records as JSON, reports as PDF, letters of request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geozones.config import Config
from geozones.errors import DiskFullError
from geozones.i18n import LANGUAGES, N_
from geozones.reports.site_letters import write_letters
from geozones.reports.site_pdf import write_pdf
from geozones.screening import Screening, as_records


def write_site_files(
    folder: Path, screening: Screening, config: Config, *, stems: Mapping[str, str]
) -> list[Path]:
    """Write the files of all sites into a folder, made where it is not there.

    Parameters
    ----------
    screening
        What the screening says.
    config
        Settings of the region.
    stems
        File name of every site, without ending.

    Returns
    -------
    The files written: `screening.json` with the records of all sites (docs/screening.schema.json); for every site
    `<stem>.json` with its record, `<stem>-<language>.pdf`, and `letters/<stem>-<body>.docx` for every request.

    Raises
    ------
    DiskFullError
        The folder cannot be written.
    """
    records = as_records(screening)
    written = [write_file(folder / "screening.json", _json(records))]
    for record in records:
        stem = stems[record["site_id"]]
        written.append(write_file(folder / f"{stem}.json", _json([record])))
        for language in LANGUAGES:
            pdf = write_pdf(screening, record, language)
            written.append(write_file(folder / f"{stem}-{language}.pdf", pdf))
    by_site = {record["site_id"]: record for record in records}
    for name, letter in write_letters(screening, by_site, stems):
        written.append(write_file(folder / "letters" / name, letter))
    return written


def _json(records: list[dict[str, Any]]) -> bytes:
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def write_file(path: Path, content: bytes) -> Path:
    """Write a file, its folder made where it is not there.

    Raises
    ------
    DiskFullError
        It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise DiskFullError(
            N_("{file} cannot be written: {reason}."), file=path.name, reason=error.strerror
        ) from error
    return path
