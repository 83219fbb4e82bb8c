"""Inspections that come as a file: into the ledger as events, their photos into a folder beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geozones import publish
from geozones.config import Config
from geozones.errors import DiskFullError, InputError, RefusedError
from geozones.i18n import N_
from geozones.layers import share_reader
from geozones.lifecycle import Event, Inspection, make_event

if TYPE_CHECKING:
    from geozones.layers.field_file import FieldFile
    from geozones.layers.photos import Photo
    from geozones.ledger import Ledger, PlotRegister

PHOTOS = "photos"
"""The folder of kept photos below `state_dir`."""


@dataclass(frozen=True)
class InspectionReport:
    """What a file of inspections came to: how many it holds, which are new, and how many photos are kept."""

    file: str
    rows: int
    recorded: int
    known: int
    photos: int
    plots: tuple[str, ...]


def take_field_file(
    config: Config,
    ledger: Ledger,
    file: Path,
    *,
    register: PlotRegister,
    shown: str,
    actor: str | None = None,
    plot_id: str | None = None,
    dry_run: bool = False,
) -> InspectionReport:
    """Record the inspections of a file, all or none, and keep their photos.

    Parameters
    ----------
    config
        Settings of the region.
    ledger
        Its ledger.
    file
        A file that `inspect.html` saved.
    register
        The plots of the layers and the latest day allowed.
    shown
        What messages call the file.
    actor
        Who records it; None takes who inspected.
    plot_id
        The plot that the file must speak of; None takes any.
    dry_run
        Judge it, and leave ledger and photos as they are.

    Returns
    -------
    The report. What the ledger knows already changes nothing.

    Raises
    ------
    InputError
        The file or a photo in it cannot be taken.
    RefusedError
        A rule refuses an inspection: unknown plot, ended plot, a day in the future; nothing is recorded.
    DiskFullError
        A photo cannot be kept.
    """
    found = share_reader().read_field_file(file, shown=shown)
    _require_plot(found, plot_id, shown)
    by = actor or found.by or "inspection"
    events: list[tuple[Event, str]] = [
        (make_event("inspect", row.plot_id, row.date, **{"started": "unknown", **row.fields}), by)
        for row in found.inspections
    ]
    judged = ledger.record_all(events, register=register, dry_run=True)
    if judged.refusals:
        raise RefusedError.from_messages([reason for _, reason in judged.refusals])
    if not dry_run:
        keep_photos(config, (photo for place in judged.new for photo in found.inspections[place].photos))
        ledger.record_all(events, register=register)
    return InspectionReport(
        shown,
        len(events),
        judged.recorded,
        judged.known,
        sum(len(found.inspections[place].photos) for place in judged.new),
        tuple(event.plot_id for event, _ in events),
    )


def _require_plot(found: FieldFile, plot_id: str | None, shown: str) -> None:
    others = sorted({row.plot_id for row in found.inspections if plot_id not in (None, row.plot_id)})
    if others:
        raise InputError(
            N_("{file}: speaks of plot {others}, not of {plot}."),
            file=shown,
            others=", ".join(others),
            plot=plot_id,
        )


_PHOTO_NAME = re.compile(r"[0-9a-f]{32}\.jpg")


def photos_folder(config: Config) -> Path:
    """Return the folder of kept photos, beside the ledger of the settings."""
    return config.state_dir / PHOTOS


def find_photos(config: Config, inspections: Mapping[str, Sequence[Inspection]]) -> frozenset[str]:
    """Name the photos of inspections that are kept; a table may write any other name."""
    names = {name for rows in inspections.values() for row in rows for name in row.photos}
    folder = photos_folder(config)
    return frozenset(name for name in names if _PHOTO_NAME.fullmatch(name) and (folder / name).is_file())


def keep_photos(config: Config, photos: Iterable[Photo]) -> None:
    """Put photos into the folder; one that is there already stays as it is."""
    folder = photos_folder(config)
    for photo in photos:
        target = folder / photo.name
        if target.is_file():
            continue
        try:
            publish.replace_file(target, photo.content)
        except OSError as error:
            raise DiskFullError(N_("The photos cannot be written: {reason}."), reason=error.strerror) from error
