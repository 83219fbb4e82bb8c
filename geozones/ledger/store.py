"""The ledger: record events, ask for states in both times, verify, rebuild, back up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import pandas as pd
from sqlalchemy import Connection, Engine

from geozones.errors import Message, RefusedError
from geozones.ledger.appending import Appender, Recorded
from geozones.ledger.backup import back_up
from geozones.ledger.chain import make_row_key, open_body
from geozones.ledger.connection import open_engine, read, write
from geozones.ledger.guards import install_guards
from geozones.ledger.past import OverdueStarts, read_overdue, read_state_days
from geozones.ledger.persons import Persons, erase_person, name_holder, name_holders, read_persons, refs_in
from geozones.ledger.projecting import rebuild_projection
from geozones.ledger.reading import (
    count_row_keys,
    iterate_stored,
    known_seq,
    path_of,
    read_head,
    read_last_events,
    read_lineage,
    read_states,
    read_stored_events,
)
from geozones.ledger.register import PlotRegister
from geozones.ledger.upgrade import bring_up_to_date
from geozones.ledger.verification import Verification, verify_ledger
from geozones.lifecycle import Event, PlotState, WorkCalendar, add_clocks, make_calendar, tabulate_states
from geozones.rules import Rules, load_rules

_FLUSH_EVERY = 20_000


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Batch:
    """What a list of events came to: places in the list of the new ones, and refusals by place.

    A dry run tells in `outcomes` what each new one would have led to.
    """

    new: tuple[int, ...]
    known: int
    refusals: tuple[tuple[int, Message], ...]
    outcomes: tuple[Recorded, ...] = ()

    @property
    def recorded(self) -> int:
        """How many events are new."""
        return len(self.new)


@dataclass(frozen=True)
class Ledger:
    """A ledger that is open: the database, the legal numbers, the working days and the clock of the shell."""

    engine: Engine
    rules: Rules
    calendar: WorkCalendar
    now: Callable[[], dt.datetime] = field(default=_now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; the ledger opens it again when it is asked next."""
        self.engine.dispose()

    def record(self, event: Event, *, actor: str, register: PlotRegister, dry_run: bool = False) -> Recorded:
        """Record one event.

        Parameters
        ----------
        event
            An event of `lifecycle.make_event`.
        actor
            Who records it.
        register
            The plots of the layers and the latest day allowed.
        dry_run
            Judge it, and leave the ledger as it is.

        Returns
        -------
        The event with its number and hash, and the state that it leads to.

        Raises
        ------
        RefusedError
            A rule refuses it.
        LockHeldError
            Another process kept the ledger for too long.
        """
        with write(self.engine) as connection:
            appender = self._appender(connection, register)
            recorded = appender.append(appender.seal(event), actor=actor)
            appender.flush()
            if dry_run:
                connection.rollback()
        return recorded

    def record_all(
        self, events: Sequence[tuple[Event, str]], *, register: PlotRegister, dry_run: bool = False
    ) -> Batch:
        """Record a list of events, all or none; those that the ledger knows already are left out.

        Parameters
        ----------
        events
            Events with their actors, in the order in which they are to be recorded.
        register, dry_run
            As of `record`.

        Returns
        -------
        How many are new and known, and the refusals by place in the list. With any refusal nothing is recorded.
        """
        refusals: list[tuple[int, Message]] = []
        outcomes: list[Recorded] = []
        with write(self.engine) as connection:
            appender = self._appender(connection, register)
            sealed = _seal_all(appender, events, refusals)
            new = _find_new(connection, sealed)
            for start in range(0, len(new), _FLUSH_EVERY):
                part = new[start : start + _FLUSH_EVERY]
                appender.prepare(sealed[place].plot_id for place in part)
                for place in part:
                    try:
                        recorded = appender.append(sealed[place], actor=events[place][1])
                    except RefusedError as error:
                        refusals.append((place, error.messages[0]))
                    else:
                        outcomes += [recorded] if dry_run else []
                if not refusals:
                    appender.flush()
            if refusals or dry_run:
                connection.rollback()
        refusals.sort(key=lambda refusal: refusal[0])
        return Batch(tuple(new), len(sealed) - len(new), tuple(refusals), tuple(outcomes))

    def find_new(self, events: Sequence[tuple[Event, str]]) -> list[int]:
        """Return the places of the events that the ledger does not know yet, and record nothing."""
        with write(self.engine) as connection:
            appender = self._appender(connection, PlotRegister(dt.date.max))
            new = _find_new(connection, _seal_all(appender, events, []))
            connection.rollback()
        return new

    def _appender(self, connection: Connection, register: PlotRegister) -> Appender:
        return Appender(connection, register, self.rules, self.calendar, self.now())

    def states(self, *, as_of: dt.date, known_at: dt.datetime | None = None) -> dict[str, PlotState]:
        """Return the state of every plot that an event names, on a date, as believed at a moment.

        Parameters
        ----------
        as_of
            The day in effect.
        known_at
            The moment of knowledge: only what was recorded by then counts; None means now.

        Returns
        -------
        States by plot, the names of persons filled in. A plot without any event by then is missing: it is free.
        """
        with read(self.engine) as connection:
            states = read_states(connection, as_of=as_of, known=known_seq(connection, known_at))
            refs = {ref for state in states.values() for ref in refs_in(state.facts)}
            return name_holders(states.items(), read_persons(connection, refs))

    def tabulate(
        self, plots: pd.DataFrame, *, as_of: dt.date, known_at: dt.datetime | None = None
    ) -> pd.DataFrame:
        """Lay the states of all plots of a layer on a date into a table, with their clocks.

        Parameters
        ----------
        plots
            Table of plots; only `plot_id` is read.
        as_of, known_at
            As of `states`.

        Returns
        -------
        One row a plot in the order of `plots`: the columns of `lifecycle.tabulate_states` and `add_clocks`.
        """
        return self.lay_out(plots, self.states(as_of=as_of, known_at=known_at), as_of=as_of)

    def lay_out(self, plots: pd.DataFrame, states: Mapping[str, PlotState], *, as_of: dt.date) -> pd.DataFrame:
        """Lay states that were read already into a table, with their clocks; see `tabulate`."""
        table = tabulate_states(plots, states, as_of=as_of)
        return add_clocks(table, states, as_of=as_of, rules=self.rules, calendar=self.calendar)

    def history(self, plot_id: str) -> list[dict[str, Any]]:
        """Return the events of a plot in the order of recording, with those of the plots that it carries on.

        Returns
        -------
        A dictionary an event: seq, plot_id, event, date, recorded_at, by, its fields, hash, and `corrected_by`,
        the number of the last event that corrects or voids it. Empty for a plot without events.
        """
        with read(self.engine) as connection:
            lineage = read_lineage(connection)
            stored = read_stored_events(connection, path_of(plot_id, lineage), lineage=lineage)
            opened = [(row, *open_body(row.body)) for row in stored]
            refs = {ref for _, event, _ in opened for fields in _told(event) for ref in refs_in(fields)}
            persons = read_persons(connection, refs)
        corrected = {event.fields["corrects"]: event.seq for _, event, _ in opened if event.name == "correct"}
        return [
            {
                "seq": event.seq,
                "plot_id": event.plot_id,
                "event": event.name,
                "date": event.date.isoformat(),
                "recorded_at": event.recorded_at,
                "by": actor,
                **_named(event, persons),
                "corrected_by": corrected.get(event.seq),
                "hash": row.hash,
            }
            for row, event, actor in opened
        ]

    def events(self, *, after: int = 0) -> Iterable[tuple[Event, str]]:
        """Return the events after a number with their actors in order, the names of persons filled in."""
        with read(self.engine) as connection:
            persons = read_persons(connection)
            for row in iterate_stored(connection, after=after):
                event, actor = open_body(row.body)
                fields = _named(event, persons)
                yield Event(event.name, event.plot_id, event.date, fields, event.seq, event.recorded_at), actor

    def last_events(self, *, as_of: dt.date, count: int = 3) -> dict[str, list[Event]]:
        """Return the last events of every plot that count on a day, the latest first, as corrected by now.

        Events that were voided and the corrections themselves are left out. A plot that came out of a split or
        merge begins with it.
        """
        with read(self.engine) as connection:
            found = read_last_events(connection, as_of=as_of, count=count)
            refs = {ref for events in found.values() for event in events for ref in refs_in(event.fields)}
            persons = read_persons(connection, refs)
        if not persons:
            return found
        return {
            plot_id: [replace(event, fields=name_holder(event.fields, persons)) for event in events]
            for plot_id, events in found.items()
        }

    def overdue(self) -> OverdueStarts:
        """Return since when and until when start dates had passed, as now known."""
        with read(self.engine) as connection:
            return read_overdue(connection)

    def state_days(self) -> pd.DataFrame:
        """Return on which days plots came into which state of the map, as now known."""
        with read(self.engine) as connection:
            return read_state_days(connection)

    def head(self) -> tuple[int, str]:
        """Return the number of events and the hash of the last one; keep it elsewhere to find a cut tail."""
        with read(self.engine) as connection:
            seq, head, _ = read_head(connection)
        return seq, head

    def began_on(self) -> dt.date | None:
        """Return the day (UTC) on which the first event was recorded; None without events."""
        with read(self.engine) as connection:
            first = next(iter(iterate_stored(connection)), None)
        if first is None:
            return None
        return dt.datetime.fromisoformat(open_body(first.body)[0].recorded_at).date()

    def verify(self, *, head: str | None = None) -> Verification:
        """Recompute all hashes, links and states; see `verification.verify_ledger`."""
        with read(self.engine) as connection:
            return verify_ledger(connection, head=head)

    def rebuild(self) -> int:
        """Make the projection anew from the events, and put the guards of the database back in place.

        Returns
        -------
        How many plots the events name.
        """
        with write(self.engine) as connection:
            install_guards(connection)
            return rebuild_projection(connection)

    def back_up(self, file: Path) -> Verification:
        """Write a verified copy as one SQLite file; see `backup.back_up`."""
        return back_up(self.engine, file)

    def erase_person(self, number_or_name: str, *, date: dt.date) -> bool:
        """Erase number and name of a sole entrepreneur; the events stay and point to nobody."""
        with write(self.engine) as connection:
            return erase_person(connection, number_or_name, date=date)


def _told(event: Event) -> list[Mapping[str, Any]]:
    """Return the fields of an event, and those that it gives to a corrected one."""
    corrected = event.fields.get("fields")
    return [event.fields, corrected] if isinstance(corrected, Mapping) else [event.fields]


def _named(event: Event, persons: Persons) -> dict[str, Any]:
    """Put the names of persons into the fields of an event, and into those that it gives to a corrected one."""
    named = name_holder(event.fields, persons)
    corrected = named.get("fields")
    return {**named, "fields": name_holder(corrected, persons)} if isinstance(corrected, Mapping) else named


def _seal_all(
    appender: Appender, events: Sequence[tuple[Event, str]], refusals: list[tuple[int, Message]]
) -> dict[int, Event]:
    """Seal the events by their place in the list; those that cannot be sealed become refusals."""
    sealed: dict[int, Event] = {}
    for place, (event, _) in enumerate(events):
        try:
            sealed[place] = appender.seal(event)
        except RefusedError as error:
            refusals.append((place, error.messages[0]))
    return sealed


def _find_new(connection: Connection, sealed: Mapping[int, Event]) -> list[int]:
    """Return the places of the events that the ledger does not know yet; equal ones count one by one."""
    keys = {place: make_row_key(event) for place, event in sealed.items()}
    known = dict(count_row_keys(connection, keys.values()))
    new: list[int] = []
    for place, key in keys.items():
        if known.get(key, 0):
            known[key] -= 1
        else:
            new.append(place)
    return new


def open_ledger(
    url: str,
    *,
    rules: Rules | None = None,
    calendar: WorkCalendar | None = None,
    now: Callable[[], dt.datetime] = _now,
) -> Ledger:
    """Open a ledger, making or migrating its tables where needed.

    Parameters
    ----------
    url
        `sqlite:///…` or `postgresql+psycopg://…`.
    rules, calendar
        Legal numbers and working days; None takes the built-in ones.
    now
        The clock by which events are recorded.

    Returns
    -------
    The ledger.

    Raises
    ------
    UsageError
        The URL is of another kind.
    InputError
        The file lies on a network file system, or the server cannot be reached.
    LedgerDamagedError
        The file is damaged or is no ledger, or a migration did not verify.
    """
    engine = open_engine(url)
    bring_up_to_date(engine)
    return Ledger(engine, rules or load_rules(), calendar or make_calendar(), now)
