"""The nightly run: the pipeline of `build` under supervision, with gate, last good copies, alerts and backups.

Open `night.py` for the order of a night, `supervision.py` for the child process that builds and what it may cost,
`alarm.py` for what is written to whom, `log.py` for the lines of the log.
"""

from geozones.nightly.alarm import write_test_letter
from geozones.nightly.night import Night, NightReport, run_night

__all__ = ["Night", "NightReport", "run_night", "write_test_letter"]
