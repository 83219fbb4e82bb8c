"""The ledger of land allocation: append-only events in a database, and all that follows from them.

Open `store.py` for the door, `appending.py` for how an event gets in, `projection.py` and `projecting.py` for what
is derived from the events, `guards.py` for what the database refuses, `verification.py` for the proof.
"""

from geozones.ledger.appending import Recorded
from geozones.ledger.register import PlotRegister, register_plots
from geozones.ledger.store import Batch, Ledger, open_ledger
from geozones.ledger.verification import Verification

__all__ = ["Batch", "Ledger", "PlotRegister", "Recorded", "Verification", "open_ledger", "register_plots"]
