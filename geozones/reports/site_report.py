"""What a screening leaves beside its pages: records as JSON, a site a file and all together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geozones.config import Config
from geozones.errors import DiskFullError
from geozones.i18n import N_
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
    The files written: `screening.json` with the records of all sites (docs/screening.schema.json), and
    `<stem>.json` with that of one.

    Raises
    ------
    DiskFullError
        The folder cannot be written.
    """
    records = as_records(screening)
    written = [write_file(folder / "screening.json", _json(records))]
    written += [write_file(folder / f"{stems[record['site_id']]}.json", _json([record])) for record in records]
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
