"""From a plot and its state to the bytes of a letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geozones.config import Config
from geozones.errors import RefusedError, UsageError
from geozones.i18n import N_
from geozones.lifecycle import (
    LETTER_OF_STEP,
    LETTERS,
    NEW_PLOT,
    Context,
    PlotFacts,
    PlotState,
    WorkCalendar,
    find_letter_refusal,
)
from geozones.reports.letters.document import make_template, to_bytes
from geozones.reports.letters.fields import find_plot, gather_fields
from geozones.reports.letters.filling import fill, read_template
from geozones.rules import Rules


@dataclass(frozen=True)
class Correspondence:
    """What letters are written from: the region's tables, the states of a day, legal numbers and working days."""

    config: Config
    plots: pd.DataFrame
    zones: pd.DataFrame
    districts: pd.DataFrame | None
    states: Mapping[str, PlotState]
    facts: Mapping[str, PlotFacts]
    as_of: dt.date
    rules: Rules
    calendar: WorkCalendar


def write_letter(kind: str, plot_id: str, region: Correspondence) -> bytes:
    """Write a letter about a plot.

    Parameters
    ----------
    kind
        A name of `lifecycle.LETTERS`.
    plot_id
        A plot of the layers.
    region
        What it is written from.

    Returns
    -------
    The bytes of a DOCX file, the same for the same input.

    Raises
    ------
    UsageError
        No such kind of letter, or no such plot.
    RefusedError
        The ledger does not allow the step yet, or a field of the template has no value.
    InputError
        The department's template is damaged or has unknown fields.
    """
    if kind not in LETTERS:
        raise UsageError(
            N_("Unknown letter {letter}. Letters: {allowed}."), letter=kind, allowed=", ".join(LETTERS)
        )
    if plot_id not in region.facts:
        raise UsageError(N_("Plot {plot} is not in the layers of plots."), plot=plot_id)
    state = region.states.get(plot_id, NEW_PLOT)
    context = Context(region.facts[plot_id], region.as_of, region.rules, region.calendar)
    refusal = find_letter_refusal(LETTERS[kind], state, plot_id, context=context)
    if refusal is not None:
        raise RefusedError.from_messages([refusal])
    about = find_plot(plot_id, region.plots, region.zones, region.districts)
    values = gather_fields(
        LETTERS[kind], state, about, region=region.config.region, as_of=region.as_of, rules=region.rules,
        calendar=region.calendar,
    )  # fmt: skip
    folder = region.config.letters.templates
    own = None if folder is None else folder / f"{kind}.docx"
    if own is not None and own.exists():
        document, name = read_template(own), own.name
    else:
        document, name = make_template(kind), f"{kind}.toml"
    fill(document, values, plot=plot_id, template=name)
    return to_bytes(document)


def write_queue_letters(queue: pd.DataFrame, region: Correspondence) -> Iterator[tuple[str, str, bytes]]:
    """Write the letter that goes with the next step of each row of the return queue, where it may be written.

    Yields
    ------
    Plot id, kind of letter and the bytes of the file. Rows without a letter, or whose letter is refused or lacks a
    value, are passed over: the command says why for each.
    """
    for plot_id, step in zip(queue["plot_id"], queue["next_step"], strict=True):
        kind = LETTER_OF_STEP.get(step) if isinstance(step, str) else None
        if kind is None:
            continue
        try:
            content = write_letter(kind, plot_id, region)
        except RefusedError:
            continue
        yield plot_id, kind, content
