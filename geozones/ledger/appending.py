"""Appending events in one transaction: judge, learn, chain, and write projection and events together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, insert, text

from geozones.errors import Message, RefusedError
from geozones.i18n import N_
from geozones.ledger.chain import StoredEvent, seal_event
from geozones.ledger.persons import seal_holder
from geozones.ledger.projection import (
    AllocationRow,
    LineageRow,
    PlotProjection,
    SpellRow,
    lineage_of,
    project_plot,
)
from geozones.ledger.reading import carriers_of, read_events, read_head, read_lineage, write_moment
from geozones.ledger.register import PlotRegister
from geozones.ledger.schema import ALLOCATIONS, EVENTS, LINEAGE, SPELLS, as_rows
from geozones.lifecycle import (
    Context,
    Event,
    PlotFacts,
    PlotState,
    WorkCalendar,
    find_corrected_refusal,
    find_holder_refusal,
    find_refusal,
    find_timeline_refusal,
)
from geozones.lifecycle.events import HOUSE_RULE
from geozones.lifecycle.timeline import LINEAGE_EVENTS, children_of
from geozones.lifecycle.wording import event_words
from geozones.rules import Rules


@dataclass(frozen=True)
class Recorded:
    """An event as it was taken into the ledger, with the name of the state before it and the state it led to."""

    seq: int
    plot_id: str
    event: str
    date: dt.date
    before: str
    state: PlotState
    hash: str


@dataclass
class _Book:
    """A plot in the hands of the writer: its projection, and what of it the database holds already."""

    projection: PlotProjection
    stored_rows: int
    open_rows: list[int]
    allocations: list[AllocationRow]


@dataclass
class Appender:
    """Takes events one after another into one transaction; `flush` writes them all.

    Nothing is written before `flush`, so a refusal leaves the database as it was.
    """

    connection: Connection
    register: PlotRegister
    rules: Rules
    calendar: WorkCalendar
    now: dt.datetime
    books: dict[str, _Book] = field(default_factory=dict)
    changed: dict[str, _Book] = field(default_factory=dict)
    pending: list[StoredEvent] = field(default_factory=list)
    new_lineage: list[LineageRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seq, self.head, last_moment = read_head(self.connection)
        self.is_empty = self.seq == 0
        self.recorded_at = max(write_moment(self.now), last_moment)
        self.lineage = [] if self.is_empty else read_lineage(self.connection)

    def prepare(self, plot_ids: Iterable[str]) -> None:
        """Load the events of many plots at once."""
        missing = [plot_id for plot_id in dict.fromkeys(plot_ids) if plot_id not in self.books]
        loaded = {} if self.is_empty else read_events(self.connection, missing, lineage=self.lineage)
        for plot_id in missing:
            projection = project_plot(plot_id, loaded.get(plot_id, ()))
            open_rows = [place for place, row in enumerate(projection.rows) if row.known_to is None]
            self.books[plot_id] = _Book(projection, len(projection.rows), open_rows, projection.allocations())

    def seal(self, event: Event) -> Event:
        """Put personal data aside, so that the event can be hashed.

        Raises
        ------
        RefusedError
            The number of the holder is no BIN or IIN.
        """
        refusal = find_holder_refusal(event)
        if refusal is not None:
            raise RefusedError.from_messages([refusal])
        fields = seal_holder(self.connection, event.fields)
        if event.name == "correct" and isinstance(fields.get("fields"), dict):
            fields["fields"] = seal_holder(self.connection, fields["fields"])
        return replace(event, fields=fields)

    def append(self, sealed: Event, *, actor: str) -> Recorded:
        """Judge a sealed event and take it in.

        Raises
        ------
        RefusedError
            A rule refuses it, or a later event would no longer fit; the message names rule and article.
        """
        self._require_known_plots(sealed)
        self.prepare([sealed.plot_id, *sealed.fields.get("with", ())])
        event = replace(sealed, seq=self.seq + 1, recorded_at=self.recorded_at)
        refusal = self._find_refusal(event)
        if refusal is not None:
            raise RefusedError.from_messages([refusal])
        before = self.books[event.plot_id].projection.state_on(event.date).state
        self.seq = event.seq
        touched = self._touched_by(event)
        for plot_id in touched:
            book = self.books[plot_id]
            book.projection.learn(event)
            self.changed[plot_id] = book
        stored = seal_event(event, actor=actor, prev_hash=self.head)
        self.head = stored.hash
        self.pending.append(stored)
        self.new_lineage += lineage_of(event)
        self.lineage += lineage_of(event)
        state = self.books[event.plot_id].projection.state_on(event.date)
        return Recorded(event.seq, event.plot_id, event.name, event.date, before, state, stored.hash)

    def _require_known_plots(self, event: Event) -> None:
        for plot_id in (event.plot_id, *event.fields.get("with", ())):
            if plot_id not in self.register.plots and all(row.child != plot_id for row in self.lineage):
                raise RefusedError(
                    N_("Plot {plot}: no such plot in the layers. Give the plot_id of a plot of the layer plots. "
                       "Rule: {act}, art. {article}."),
                    plot=plot_id, act=Message(HOUSE_RULE), article="7",
                )  # fmt: skip
        if event.name in LINEAGE_EVENTS:
            self._require_new_children(event)

    def _require_new_children(self, event: Event) -> None:
        children = children_of(event)
        self.prepare(children)
        for child in children:
            if child == event.plot_id or self.books[child].projection.events:
                raise RefusedError(
                    N_("Plot {plot}: the new plot {child} has events already; give the parts new ids. "
                       "Rule: {act}, art. {article}."),
                    plot=event.plot_id, child=child, act=Message(HOUSE_RULE), article="4",
                )  # fmt: skip

    def _find_refusal(self, event: Event) -> Message | None:
        if event.name == "correct":
            refusal = self._find_correction_refusal(event)
            if refusal is not None:
                return refusal
        projection = self.books[event.plot_id].projection
        context = self._context_of(event, projection)
        refusal = find_refusal(projection.state_on(event.date), event, context=context)
        subjects = [event.plot_id, *event.fields.get("with", ())]
        is_last = all(self.books[plot_id].projection.ends_by(event.date) for plot_id in subjects)
        if refusal is not None or (is_last and event.name != "correct"):
            return refusal
        private = context.plot.zone_kind == "private"
        subjects += carriers_of(event.plot_id, self.lineage)
        self.prepare(subjects)
        for plot_id in subjects:
            events = [*self.books[plot_id].projection.events, event]
            refusal = find_timeline_refusal(events, plot_id=plot_id, is_private=private)
            if refusal is not None:
                fields = {"plot": plot_id, "event": event_words(event.name), "date": event.date.isoformat()}
                return Message(
                    N_("Plot {plot}: {event} on {date} would upset what is recorded after that day: {reason}"),
                    {**fields, "reason": refusal},
                )
        return None

    def _context_of(self, event: Event, projection: PlotProjection) -> Context:
        facts = self.register.plots.get(event.plot_id, PlotFacts())
        others = {
            plot_id: self.books[plot_id].projection.state_on(event.date)
            for plot_id in event.fields.get("with", ())
        }
        if others:
            areas = [facts.area_ha, *(self._area_of(plot_id) for plot_id in others)]
            known = [area for area in areas if area is not None]
            facts = replace(facts, area_ha=sum(known) if len(known) == len(areas) else None)
        begins = [self.books[plot_id].projection.begins_on for plot_id in (event.plot_id, *others)]
        begins_on = max((day for day in begins if day is not None), default=None)
        if event.name in ("opening", "correct"):
            begins_on = None
        return Context(facts, self.register.today, self.rules, self.calendar, others, begins_on)

    def _area_of(self, plot_id: str) -> float | None:
        facts = self.register.plots.get(plot_id)
        return None if facts is None else facts.area_ha

    def _find_correction_refusal(self, event: Event) -> Message | None:
        """Refuse a correction of what cannot be corrected, and one that makes of an event what is not allowed."""
        number = event.fields.get("corrects")
        projection = self.books[event.plot_id].projection
        events = projection.events
        target = next((row for row in events if row.seq == number), None)
        if number is None:
            return None
        params = {"plot": event.plot_id, "number": number, "act": Message(HOUSE_RULE), "article": "2"}
        if target is None or target.plot_id != event.plot_id:
            return Message(
                N_("Plot {plot}: it has no event {number}; see ledger history. Rule: {act}, art. {article}."),
                params,
            )
        if target.name in ("correct", *LINEAGE_EVENTS):
            return Message(
                N_("Plot {plot}: event {number} is a {event}, which is not corrected; record what follows "
                   "from it. Rule: {act}, art. {article}."),
                {**params, "event": event_words(target.name)},
            )  # fmt: skip
        if not event.fields.get("void") and not event.fields.get("fields"):
            return Message(
                N_("Plot {plot}: the correction of event {number} changes nothing; give fields, or void. "
                   "Rule: {act}, art. {article}."),
                params,
            )  # fmt: skip
        context = self._context_of(event, projection)
        return find_corrected_refusal(
            [*events, event],
            seq=target.seq,
            plot_id=event.plot_id,
            context=replace(context, begins_on=projection.begins_on),
        )

    def _touched_by(self, event: Event) -> list[str]:
        if event.name in LINEAGE_EVENTS:
            for child in children_of(event):
                self._give_past(child, event)
            return [event.plot_id, *event.fields.get("with", ()), *children_of(event)]
        carriers = carriers_of(event.plot_id, self.lineage) if self.lineage else []
        self.prepare(carriers)
        return [event.plot_id, *carriers]

    def _give_past(self, child: str, event: Event) -> None:
        """Let a new plot know the events of the plot that it carries on."""
        past = self.books[event.plot_id].projection.events
        self.books[child].projection.events[:] = list(past)

    def flush(self) -> None:
        """Write all events taken in, and what they change of the projection."""
        if self.pending:
            self.connection.execute(insert(EVENTS), as_rows(EVENTS, self.pending))
        plots = list(self.changed)
        if plots:
            self.connection.execute(
                text("INSERT INTO known_plots (plot_id) VALUES (:plot_id) ON CONFLICT DO NOTHING"),
                [{"plot_id": plot_id} for plot_id in plots],
            )
        if self.new_lineage:
            self.connection.execute(insert(LINEAGE), as_rows(LINEAGE, self.new_lineage))
        self._flush_spells()
        self._flush_allocations()
        self.pending, self.new_lineage, self.changed, self.books = [], [], {}, {}
        self.is_empty = False

    def _flush_spells(self) -> None:
        ended: list[dict[str, Any]] = []
        added: list[SpellRow] = []
        for plot_id, book in self.changed.items():
            rows = book.projection.rows
            ended += [
                {
                    "plot": plot_id,
                    "at": rows[place].position,
                    "from": rows[place].known_from,
                    "to": rows[place].known_to,
                }
                for place in book.open_rows
                if rows[place].known_to is not None
            ]
            added += rows[book.stored_rows :]
        if ended:
            statement = (
                "UPDATE spells SET known_to = :to WHERE plot_id = :plot AND position = :at AND known_from = :from"
            )
            self.connection.execute(text(statement), ended)
        if added:
            self.connection.execute(insert(SPELLS), as_rows(SPELLS, added))

    def _flush_allocations(self) -> None:
        gone: list[int] = []
        new: list[AllocationRow] = []
        for book in self.changed.values():
            now = book.projection.allocations()
            gone += [row.allocation_no for row in book.allocations if row not in now]
            new += [row for row in now if row not in book.allocations]
        if gone:
            statement = text("DELETE FROM allocations WHERE allocation_no = :number")
            self.connection.execute(statement, [{"number": number} for number in gone])
        if new:
            self.connection.execute(insert(ALLOCATIONS), as_rows(ALLOCATIONS, new))
