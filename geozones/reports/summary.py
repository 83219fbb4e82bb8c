"""`summary.json`: the figures of the region for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from geozones.errors import InternalError
from geozones.i18n import N_


def write_summary(path: Path, figures: Mapping[str, float]) -> None:
    """Write the figures of the region as one flat object, keys sorted, whole numbers without decimals.

    Raises
    ------
    InternalError
        A figure is not a finite number: what is unknown must be left out.
    """
    try:
        text = json.dumps({name: _plain(value) for name, value in figures.items()}, sort_keys=True, indent=1,
                          allow_nan=False)  # fmt: skip
    except ValueError:
        unknown = sorted(name for name, value in figures.items() if value - value != 0)
        raise InternalError(N_("Figures that are not numbers: {names}."), names=", ".join(unknown)) from None
    path.write_bytes(f"{text}\n".encode())


def _plain(value: float) -> float:
    number = float(value)
    return int(number) if number.is_integer() else number
