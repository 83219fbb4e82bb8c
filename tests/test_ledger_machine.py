"""Any sequence of events keeps the invariants of the ledger, and both databases agree on every one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from ledger_stories import Story, day, dump, open_story

from geozones.errors import RefusedError
from geozones.ledger import PlotRegister
from geozones.ledger.connection import read
from geozones.ledger.reading import read_events, read_lineage
from geozones.lifecycle import EVENTS, PlotFacts, state_on
from geozones.lifecycle.timeline import children_of

NAMES = [name for name, rule in EVENTS.items() if rule.by_hand]
START = day("2025-01-01")


class Machine(RuleBasedStateMachine):
    """Records random events in one or two ledgers at once; most are chosen among those that may be allowed."""

    stories: list[Story]
    runs: Any

    @initialize()
    def begin(self) -> None:
        self.prefix = f"R{next(self.runs)}-"
        self.plots = [f"{self.prefix}{number}" for number in range(3)]
        facts = {plot_id: PlotFacts(area_ha=None) for plot_id in self.plots}
        for story in self.stories:
            story.register = PlotRegister(day("2026-12-31"), facts)
        self.numbers = count(1)
        self.today = START

    @rule(data=st.data(), step=st.integers(-20, 60), wild=st.integers(0, 9))
    def record(self, data: st.DataObject, step: int, wild: int) -> None:
        date = max(START, self.today + dt.timedelta(days=step))
        plot_id = data.draw(st.sampled_from(self.plots), label="plot")
        state = self.stories[0].state(plot_id, date.isoformat())
        fitting = [name for name in NAMES if state in EVENTS[name].allowed_from]
        name = data.draw(st.sampled_from(NAMES if wild == 0 or not fitting else fitting), label="event")
        fields = self.fields_of(data, name, plot_id, date)
        outcomes = [self.try_to_record(story, name, plot_id, date, fields) for story in self.stories]
        assert len(set(outcomes)) == 1, outcomes
        if not outcomes[0].startswith("refused"):
            self.today = max(self.today, date)
            self.plots += [part["plot_id"] for part in fields.get("into", ())]

    @staticmethod
    def try_to_record(story: Story, name: str, plot_id: str, date: dt.date, fields: dict[str, Any]) -> str:
        head = story.ledger.head()
        try:
            recorded = story.record(name, plot_id, date.isoformat(), **fields)
        except RefusedError as error:
            assert story.ledger.head() == head
            return f"refused: {error}"
        return f"{recorded.state.state} {recorded.state.since} {sorted(recorded.state.facts)}"

    def fields_of(self, data: st.DataObject, name: str, plot_id: str, date: dt.date) -> dict[str, Any]:
        draw = data.draw
        later = (date + dt.timedelta(days=draw(st.integers(0, 90), label="days"))).isoformat()
        delivered = draw(st.sampled_from([None, date.isoformat()]), label="delivered")
        people = st.sampled_from(["Demo 1", "Demo 2"])
        number = next(self.numbers)
        parts = [{"plot_id": f"{plot_id}.{number}{letter}"} for letter in "ab"]
        values: dict[str, Callable[[], Any]] = {
            "participant": lambda: draw(people),
            "reserved_for": lambda: draw(people),
            "contract_no": lambda: str(number),
            "start_due": lambda: later,
            "document": lambda: f"paper {number}",
            "delivered": lambda: delivered,
            "reason": lambda: "as told",
            "ground": lambda: draw(st.sampled_from([None, "court", "agreement"])),
            "kind": lambda: draw(st.sampled_from(["pledge", "land_order"])),
            "struck_on": lambda: date.isoformat(),
            "started": lambda: draw(st.sampled_from(["yes", "no"])),
            "into": lambda: parts if name == "split" else parts[:1],
            "with": lambda: [draw(st.sampled_from(self.plots))],
            "allocation_to": lambda: draw(st.sampled_from([None, parts[0]["plot_id"]])),
            "corrects": lambda: draw(st.sampled_from(self.numbers_of(plot_id))),
            "void": lambda: draw(st.sampled_from([None, "yes"])),
            "fields": lambda: {"date": later} if draw(st.booleans()) else {"note": "other"},
        }
        wanted = [field for field in EVENTS[name].fields if field in values]
        return {field: value for field in wanted if (value := values[field]()) is not None}

    def numbers_of(self, plot_id: str) -> list[int]:
        return [row["seq"] for row in self.stories[0].ledger.history(plot_id)] or [999_999]

    def teardown(self) -> None:
        for story in self.stories:
            found = story.ledger.verify()
            assert found.ok, [str(problem) for problem in found.problems]
            before = dump(story.ledger)
            story.ledger.rebuild()
            assert dump(story.ledger) == before
            self.compare_with_fold(story)

    def compare_with_fold(self, story: Story) -> None:
        """Compare the states kept with those folded from the events, on several days."""
        with read(story.ledger.engine) as connected:
            events = read_events(connected, getattr(self, "plots", []), lineage=read_lineage(connected))
        for distance in (0, 40, 400):
            date = START + dt.timedelta(days=distance)
            kept = story.ledger.states(as_of=date)
            for plot_id, own in events.items():
                born = [
                    event.date
                    for event in own
                    if event.name in ("split", "merge") and plot_id in children_of(event)
                ]
                if not born or date >= born[0]:
                    folded = state_on(own, date, plot_id=plot_id)
                    assert kept[plot_id].state == folded.state if plot_id in kept else folded.state == "free"


def run(stories: list[Story], *, examples: int) -> None:
    machine = type("OneMachine", (Machine,), {"stories": stories, "runs": count(1)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )


def test_any_sequence_keeps_the_invariants(tmp_path: Any) -> None:
    run([open_story(f"sqlite:///{tmp_path}/ledger.sqlite")], examples=15)


def test_both_databases_agree(tmp_path: Any, postgres_url: str) -> None:
    run([open_story(f"sqlite:///{tmp_path}/ledger.sqlite"), open_story(postgres_url)], examples=6)
