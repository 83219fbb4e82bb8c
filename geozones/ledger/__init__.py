"""The ledger of land allocation: append-only events in a database, and all that follows from them.

Open `store.py` for the door, `appending.py` for how an event gets in, `projection.py` and `projecting.py` for what
is derived from the events, `guards.py` for what the database refuses, `verification.py` for the proof.
"""

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
from geozones.ledger.store import Batch, Ledger, open_ledger
from geozones.ledger.verification import Verification

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
    "import_file",
    "import_opening",
    "open_ledger",
    "open_region_ledger",
    "read_region_ledger",
    "register_plots",
    "take_opening",
]
