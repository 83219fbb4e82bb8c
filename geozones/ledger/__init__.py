"""The ledger of land allocation: append-only events in a database, and all that follows from them.

Open `store.py` for the door, `appending.py` for how an event gets in, `projection.py` and `projecting.py` for what
is derived from the events, `guards.py` for what the database refuses, `verification.py` for the proof.

Names are imported when they are first used, so that a command loads only what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geozones.ledger.appending import Recorded
    from geozones.ledger.importing import ImportReport, import_file, import_opening
    from geozones.ledger.past import OverdueStarts
    from geozones.ledger.region import (
        LedgerReading,
        compare_with_layer,
        end_plots,
        open_region_ledger,
        read_region_ledger,
        take_opening,
    )
    from geozones.ledger.register import PlotRegister, register_plots
    from geozones.ledger.standing import find_recorded_states
    from geozones.ledger.store import Batch, Ledger, open_ledger
    from geozones.ledger.verification import Verification

_HOMES = {
    "Batch": "store",
    "ImportReport": "importing",
    "Ledger": "store",
    "LedgerReading": "region",
    "OverdueStarts": "past",
    "PlotRegister": "register",
    "Recorded": "appending",
    "Verification": "verification",
    "compare_with_layer": "region",
    "end_plots": "region",
    "find_recorded_states": "standing",
    "import_file": "importing",
    "import_opening": "importing",
    "open_ledger": "store",
    "open_region_ledger": "region",
    "read_region_ledger": "region",
    "register_plots": "register",
    "take_opening": "region",
}

__all__ = [
    "Batch",
    "ImportReport",
    "Ledger",
    "LedgerReading",
    "OverdueStarts",
    "PlotRegister",
    "Recorded",
    "Verification",
    "compare_with_layer",
    "end_plots",
    "find_recorded_states",
    "import_file",
    "import_opening",
    "open_ledger",
    "open_region_ledger",
    "read_region_ledger",
    "register_plots",
    "take_opening",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
