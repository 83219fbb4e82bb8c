"""Letters beside the return queue: the paper of the next step of each plot, where it may be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from geozones import checks, maps
from geozones.analysis import Analysis
from geozones.config import Config
from geozones.errors import InputError
from geozones.lifecycle import make_calendar, return_queue
from geozones.pipeline.region import CheckedRegion
from geozones.rules import load_rules

MOST_LETTERS = 100
"""So many rows from the top of the queue get their letters in a build; the others have the command."""

_CONCERNED = ("allocated", "releasing")


@dataclass(frozen=True)
class QueueLetters:
    """Letters of the return queue: by plot the file, relative to the page of the queue, and its bytes by name."""

    names: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def write_letters(
    config: Config, region: CheckedRegion, analysis: Analysis, *, as_of: dt.date
) -> tuple[CheckedRegion, QueueLetters]:
    """Write the letters of the return queue; they are for the inside only.

    Parameters
    ----------
    config, region, analysis, as_of
        What the build knows.

    Returns
    -------
    The region, with an issue more where a template of the department cannot be used, and the letters.
    """
    if region.book is None or not region.book.plot_states:
        return region, QueueLetters()
    from geozones.ledger import register_plots
    from geozones.reports.letters import Correspondence, write_queue_letters

    concerned = np.flatnonzero(analysis.states["map_state"].isin(_CONCERNED).to_numpy())
    plots = pd.DataFrame(region.tables.plots.iloc[concerned])
    queue = return_queue(analysis.states.iloc[concerned], plots, as_of=as_of)
    queue = queue[queue["next_step_from"] <= pd.Timestamp(as_of)].head(MOST_LETTERS)
    plots = plots[plots["plot_id"].isin(queue["plot_id"])]
    zones = pd.DataFrame(region.tables.zones)
    correspondence = Correspondence(
        config, plots, zones, region.tables.districts, region.book.plot_states,
        register_plots(plots, zones, today=as_of).plots, as_of, load_rules(config.rules.files),
        make_calendar(days_off=config.ledger.days_off, working_days=config.ledger.working_days),
    )  # fmt: skip
    names: dict[str, str] = {}
    files: dict[str, bytes] = {}
    try:
        for plot_id, kind, content in write_queue_letters(queue, correspondence):
            names[plot_id] = f"letters/{maps.file_stem(plot_id)}-{kind}.docx"
            files[names[plot_id]] = content
    except InputError as error:
        found = checks.make_issues(
            "letter_template", layer="letters", params={"reason": error.messages[0]}, crs=config.region.crs
        )
        issues = checks.join_issues([region.issues, found], crs=config.region.crs)
        return replace(region, issues=issues), QueueLetters(names, files)
    return region, QueueLetters(names, files)
