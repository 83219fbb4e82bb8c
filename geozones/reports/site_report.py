"""What a screening leaves in a folder: records of all sites as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from geozones.config import Config
from geozones.errors import DiskFullError
from geozones.i18n import N_
from geozones.screening import Screening, as_records


def write_site_reports(folder: Path, screening: Screening, config: Config) -> list[Path]:
    """Write the reports of a screening into a folder, made where it is not there.

    Returns
    -------
    The files written: `screening.json` with the records of all sites.

    Raises
    ------
    DiskFullError
        The folder cannot be written.
    """
    records = json.dumps(as_records(screening), ensure_ascii=False, indent=1) + "\n"
    return [write_file(folder / "screening.json", records.encode("utf-8"))]


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
