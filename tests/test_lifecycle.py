"""States of plots on a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from geozones.errors import InputError, Message, UsageError
from geozones.lifecycle import (
    EVENTS,
    MAP_STATE_OF,
    STATE_COLUMNS,
    Context,
    Event,
    PlotFacts,
    PlotState,
    add_clocks,
    contract_term,
    count_term,
    find_refusal,
    land_term,
    make_calendar,
    make_event,
    plot_states,
    return_queue,
    state_on,
    tabulate_states,
)
from geozones.rules import Rules, load_rules

RULES = load_rules()
CALENDAR = make_calendar()
DAY = dt.date(2025, 2, 10)


ALLOCATIONS: tuple[dict[str, object], ...] = (
    {"reserved_for": "Demo 1"},
    {"council_date": "2025-01-05"},
    {"council_date": "2025-01-05", "contract_date": "2025-02-11", "start_due": "2025-12-31"},
    {"contract_date": "2024-01-05", "started_on": "2024-06-01", "investment_kzt": 5, "jobs_planned": 7},
    {"contract_date": "2024-01-05", "started_on": "2024-06-01", "commissioned_on": "2025-01-01"},
    {"contract_date": "2024-01-05", "start_due": "2024-12-31", "sector": "metal", "contract_no": "3"},
    {"contract_date": "2025-02-01", "reserved_for": "Demo 1"},
)


def make_plots(*ids: str) -> pd.DataFrame:
    return pd.DataFrame({"plot_id": list(ids)})


def make_allocation(plot_id: str = "P1", **columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"plot_id": plot_id, "participant": "Demo 1", **columns}])


@pytest.mark.parametrize(
    ("columns", "state", "map_state"),
    [
        ({"reserved_for": "Demo 1"}, "reserved", "reserved"),
        ({"council_date": "2025-01-05"}, "approved", "reserved"),
        ({"council_date": "2025-01-05", "contract_date": "2025-02-10"}, "contracted", "allocated"),
        ({"council_date": "2025-01-05", "contract_date": "2025-02-11"}, "approved", "reserved"),
        ({"contract_date": "2024-01-05", "started_on": "2024-06-01"}, "building", "allocated"),
        (
            {"contract_date": "2024-01-05", "started_on": "2024-06-01", "commissioned_on": "2025-01-01"},
            "operating",
            "operating",
        ),
        ({"contract_date": "2025-03-01"}, "free", "free"),
    ],
)
def test_state_follows_the_dates_of_the_opening_row(
    columns: dict[str, object], state: str, map_state: str
) -> None:
    states = plot_states(make_plots("P1"), make_allocation(**columns), as_of=DAY)
    assert states.loc[0, ["state", "map_state"]].tolist() == [state, map_state]


@pytest.mark.parametrize("allocations", [None, make_allocation("P9", contract_date="2024-01-01")])
def test_plots_without_a_row_are_free(allocations: pd.DataFrame | None) -> None:
    states = plot_states(make_plots("P2", "P1"), allocations, as_of=DAY)
    assert states["plot_id"].tolist() == ["P2", "P1"]
    assert set(states["state"]) == {"free"}
    assert not states["start_passed"].any()
    assert list(states.columns) == list(STATE_COLUMNS)


@pytest.mark.parametrize(
    ("columns", "passed"),
    [
        ({"start_due": "2025-02-09"}, True),
        ({"start_due": "2025-02-10"}, False),
        ({"start_due": "2025-02-09", "started_on": "2025-02-01"}, False),
        ({"start_due": "2025-02-09", "started_on": "2025-02-20"}, True),
        ({"start_due": "2025-02-09", "commissioned_on": "2025-02-01"}, False),
        ({}, False),
    ],
)
def test_start_passed_is_derived(columns: dict[str, object], passed: bool) -> None:
    allocation = make_allocation(contract_date="2024-01-05", **columns)
    states = plot_states(make_plots("P1"), allocation, as_of=DAY)
    assert states["start_passed"].tolist() == [passed]


def test_since_is_the_date_of_the_document() -> None:
    allocation = make_allocation(contract_date="2024-01-05", started_on="2024-06-01")
    states = plot_states(make_plots("P1", "P2"), allocation, as_of=DAY)
    assert states["since"].tolist() == [pd.Timestamp("2024-06-01"), pd.NaT]


def test_a_free_plot_carries_no_participant() -> None:
    allocation = make_allocation(contract_date="2025-03-01", investment_kzt=5)
    states = plot_states(make_plots("P1"), allocation, as_of=DAY)
    assert states.loc[0, "participant"] is None
    assert pd.isna(states.loc[0, "contract_date"])
    assert pd.isna(states.loc[0, "investment_kzt"])


def test_two_rows_of_one_plot_are_refused() -> None:
    twice = pd.concat([make_allocation(), make_allocation()])
    with pytest.raises(InputError, match="P1"):
        plot_states(make_plots("P1"), twice, as_of=DAY)


def test_index_and_order_of_the_plots_are_kept() -> None:
    plots = make_plots("P2", "P1").set_index(pd.Index([7, 3]))
    states = plot_states(plots, make_allocation(contract_date="2024-01-05"), as_of=DAY)
    assert states.index.tolist() == [7, 3]
    assert states["state"].tolist() == ["free", "contracted"]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Plot:
    """A plot whose events are judged and folded in memory."""

    def __init__(self, plot_id: str = "P1", **facts: object) -> None:
        self.plot_id = plot_id
        self.facts = PlotFacts(**facts)  # type: ignore[arg-type]
        self.events: list[Event] = []

    def refusal(self, name: str, date: str, **fields: object) -> Message | None:
        event = make_event(name, self.plot_id, day(date), **fields)
        before = state_on(self.events, event.date, plot_id=self.plot_id)
        context = Context(self.facts, today=day("2027-12-31"), rules=RULES, calendar=CALENDAR)
        refusal = find_refusal(before, event, context=context)
        if refusal is None:
            self.events.append(replace(event, seq=len(self.events) + 1))
        return refusal

    def record(self, name: str, date: str, **fields: object) -> Plot:
        refusal = self.refusal(name, date, **fields)
        assert refusal is None, str(refusal)
        return self

    def on(self, date: str) -> PlotState:
        return state_on(self.events, day(date), plot_id=self.plot_id)


def make_contracted(plot_id: str = "P1") -> Plot:
    plot = Plot(plot_id)
    plot.record("apply", "2025-01-10", participant="Demo 1")
    plot.record("approve", "2025-02-10", document="protocol 1 2025-02-10")
    return plot.record("contract", "2025-03-01", contract_no="7", start_due="2025-12-31")


def make_noticed(**notice: object) -> Plot:
    plot = make_contracted()
    plot.record("breach", "2026-02-20", document="act 1 2026-02-20")
    return plot.record("notice", "2026-03-01", document="notice 1 2026-03-01", **notice)


def test_a_plot_goes_through_its_life() -> None:
    plot = make_contracted().record("start", "2025-06-01").record("commission", "2026-06-01")
    plot.record("buyout", "2026-09-01", document="contract 3 2026-09-01")
    days = ["2025-01-09", "2025-01-10", "2025-02-10", "2025-03-01", "2025-06-01", "2026-06-01", "2026-09-01"]
    states = [plot.on(date).state for date in days]
    assert states == ["free", "applied", "approved", "contracted", "building", "operating", "bought_out"]
    assert plot.on("2026-06-02").since == day("2026-06-01")
    assert plot.on("2026-06-02").facts["participant"] == "Demo 1"


@pytest.mark.parametrize(("name", "state"), [("refuse", "free"), ("withdraw", "withdrawn")])
def test_one_open_application_a_plot(name: str, state: str) -> None:
    plot = Plot().record("apply", "2025-01-10", participant="Demo 1")
    refusal = plot.refusal("apply", "2025-01-11", participant="Demo 2")
    assert refusal is not None
    assert "34(1)" in str(refusal)
    plot.record(name, "2025-01-12")
    assert plot.on("2025-01-12").state == state
    assert "participant" not in plot.on("2025-01-12").facts
    plot.record("apply", "2025-01-13", participant="Demo 2")


def test_every_event_is_refused_from_every_other_state() -> None:
    context = Context(PlotFacts(), today=DAY, rules=RULES, calendar=CALENDAR)
    for rule in EVENTS.values():
        for state in {*MAP_STATE_OF, "ended"} - rule.allowed_from:
            refusal = find_refusal(PlotState(state), Event(rule.name, "P1", DAY), context=context)
            assert refusal is not None
            assert rule.article in str(refusal)


def test_termination_waits_for_ten_working_days_after_delivery() -> None:
    plot = make_contracted()
    plot.record("breach", "2025-10-01", document="act")
    plot.record("notice", "2025-10-02", document="notice", delivered="2025-10-03")
    plot.record("termination_notice", "2026-03-01", document="notice 2", delivered="2026-03-02")
    term = contract_term(plot.on("2026-03-02"), rules=RULES, calendar=CALENDAR)
    assert term is not None
    assert (term.due, term.next_from, term.verified) == (day("2026-03-17"), day("2026-03-18"), True)
    refusal = plot.refusal("terminate", "2026-03-17", document="decision 5")
    assert refusal is not None
    assert "2026-03-18" in str(refusal)
    assert "34(4)" in str(refusal)
    plot.record("terminate", "2026-03-18", document="decision 5")


def test_sixty_days_to_cure_end_after_a_holiday() -> None:
    plot = make_noticed(delivered="2026-03-02")
    term = contract_term(plot.on("2026-03-02"), rules=RULES, calendar=CALENDAR)
    assert term is not None
    assert (term.counted, term.due, term.next_from) == (day("2026-05-01"), day("2026-05-04"), day("2026-05-05"))
    assert not term.verified
    assert plot.refusal("termination_notice", "2026-05-04", document="notice 2") is not None
    plot.record("termination_notice", "2026-05-05", document="notice 2")


def test_a_clock_without_delivery_has_not_started() -> None:
    plot = make_noticed()
    assert contract_term(plot.on("2026-06-01"), rules=RULES, calendar=CALENDAR) is None
    refusal = plot.refusal("termination_notice", "2026-09-01", document="notice 2")
    assert refusal is not None
    assert "no delivery" in str(refusal)
    correction = make_event(
        "correct", "P1", day("2026-03-10"), corrects=5, fields={"delivered": "2026-03-02"}, reason="receipt"
    )
    plot.events.append(replace(correction, seq=6))
    plot.record("termination_notice", "2026-09-01", document="notice 2")


def test_a_working_day_term_says_that_it_touches_an_estimated_holiday() -> None:
    term = count_term("clock.termination", day("2026-05-18"), rules=RULES, calendar=CALENDAR)
    assert term.estimated
    fixed = make_calendar(days_off=[day("2026-05-27")])
    assert not count_term("clock.termination", day("2026-05-18"), rules=RULES, calendar=fixed).estimated
    assert not count_term("clock.termination", day("2026-06-18"), rules=RULES, calendar=CALENDAR).estimated


def test_settings_correct_the_calendar() -> None:
    worked = make_calendar(working_days=[day("2026-03-07")], days_off=[day("2026-03-03")])
    assert worked.is_working(day("2026-03-07"))
    assert not worked.is_working(day("2026-03-03"))
    assert CALENDAR.is_working(day("2025-01-05"))


@pytest.mark.parametrize(
    ("rule", "base", "due"),
    [
        ("clock.land_unused", "2024-02-29", "2027-03-01"),
        ("clock.land_order", "2026-03-02", "2027-03-02"),
        ("clock.land_violation", "2025-11-30", "2026-03-02"),
        ("clock.private_zone_answer", "2026-03-02", "2026-03-12"),
    ],
)
def test_terms_in_years_months_and_days(rule: str, base: str, due: str) -> None:
    assert count_term(rule, day(base), rules=RULES, calendar=CALENDAR).due == day(due)


def test_a_last_day_off_stays_where_the_rules_say_so() -> None:
    rows = [replace(row, value=0.0) if row.id == "count.last_day_off_moves" else row for row in RULES.rows]
    term = count_term("clock.cure", day("2026-03-02"), rules=Rules(tuple(rows)), calendar=CALENDAR)
    assert (term.due, term.verified) == (day("2026-05-01"), True)


def test_a_shorter_term_to_cure_counts_and_a_longer_one_is_refused() -> None:
    plot = make_contracted().record("breach", "2026-02-20", document="act")
    assert plot.refusal("notice", "2026-03-01", document="n", cure_days=61) is not None
    plot.record("notice", "2026-03-01", document="n", delivered="2026-03-02", cure_days=10)
    term = contract_term(plot.on("2026-03-02"), rules=RULES, calendar=CALENDAR)
    assert term is not None
    assert term.due == day("2026-03-12")


def test_held_days_prolong_a_running_term() -> None:
    plot = make_noticed(delivered="2026-03-02")
    plot.record("suspend", "2026-03-12", reason="court")
    assert plot.refusal("termination_notice", "2026-06-01", document="n") is not None
    plot.record("resume", "2026-03-22")
    term = contract_term(plot.on("2026-03-22"), rules=RULES, calendar=CALENDAR)
    assert term is not None
    assert term.counted == day("2026-05-11")


def test_the_two_clocks_are_never_mixed() -> None:
    plot = make_noticed(delivered="2026-03-02")
    land = land_term(plot.on("2026-04-01"), rules=RULES, calendar=CALENDAR)
    assert land is not None
    assert (land.clock, land.base, land.due) == ("clock.land_unused", day("2025-03-01"), day("2028-03-01"))
    plot.record("encumber", "2026-04-01", kind="land_order", document="order 1", delivered="2026-04-02")
    land = land_term(plot.on("2026-04-02"), rules=RULES, calendar=CALENDAR)
    assert land is not None
    assert (land.clock, land.due) == ("clock.land_order", day("2027-04-02"))


def test_cure_leads_back_to_where_the_plot_was() -> None:
    plot = make_contracted().record("start", "2025-06-01")
    plot.record("breach", "2025-07-01", document="act").record("cure", "2025-08-01")
    assert plot.on("2025-08-01").state == "building"
    assert "breach_on" not in plot.on("2025-08-01").facts
    late = make_noticed(delivered="2026-03-02").record("start", "2026-03-20").record("cure", "2026-03-25")
    assert late.on("2026-03-25").state == "building"


def test_return_needs_a_document_and_the_cadastre() -> None:
    plot = make_contracted()
    plot.record("terminate", "2025-05-01", document="agreement 1", ground="agreement")
    assert plot.on("2025-05-01").state == "terminated"
    for fields in ({"document": "act 4"}, {"struck_on": "2025-06-01"}):
        refusal = plot.refusal("return", "2025-06-02", **fields)
        assert refusal is not None
        assert "34(3)" in str(refusal)
    assert plot.refusal("return", "2025-06-02", document="act 4", struck_on="2025-04-01") is not None
    plot.record("return", "2025-06-02", document="act 4", struck_on="2025-06-01")
    assert plot.on("2025-06-02").state == "returned"
    plot.record("apply", "2025-07-01", participant="Demo 2")


def test_a_court_ends_a_contract_without_notices() -> None:
    plot = make_contracted().record("suspend", "2025-04-01", reason="court")
    assert plot.refusal("terminate", "2025-05-01", document="decision") is not None
    plot.record("terminate", "2025-05-01", document="decision", ground="court")


def test_a_contract_before_the_register_date_is_refused() -> None:
    plot = Plot(register_date=day("2025-03-02"))
    plot.record("apply", "2025-01-10", participant="Demo 1").record("approve", "2025-02-10", document="p")
    refusal = plot.refusal("contract", "2025-03-01", contract_no="7")
    assert refusal is not None
    assert "27(7)" in str(refusal)


def test_a_private_zone_needs_no_council() -> None:
    fields = {"contract_no": "7", "participant": "Demo 1"}
    assert Plot().refusal("contract", "2025-03-01", **fields) is not None
    assert Plot(zone_kind="private").refusal("contract", "2025-03-01", **fields) is None


def test_reserved_land_goes_to_its_participant_only() -> None:
    plot = Plot().record("reserve", "2025-01-01", participant="Demo 1")
    refusal = plot.refusal("contract", "2025-02-01", contract_no="9", participant="Demo 2")
    assert refusal is not None
    assert "33(3)" in str(refusal)
    plot.record("contract", "2025-02-01", contract_no="9")
    assert plot.on("2025-02-01").facts["participant"] == "Demo 1"
    freed = Plot().record("reserve", "2025-01-01", participant="Demo 1")
    assert freed.refusal("release", "2025-02-01") is not None
    freed.record("release", "2025-02-01", reason="stage 2 was not fulfilled")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"date": "2029-01-01"}, "future"),
        ({"date": "2026-01-01", "delivered": "2025-12-31"}, "before its own date"),
    ],
)
def test_days_that_cannot_be(fields: dict[str, str], word: str) -> None:
    plot = make_contracted().record("breach", "2025-10-01", document="act")
    refusal = plot.refusal("notice", fields.pop("date"), document="n", **fields)
    assert refusal is not None
    assert word in str(refusal)


def test_an_addendum_moves_the_due_start_and_a_court_holds_it() -> None:
    plot = make_contracted()
    table = tabulate(plot, "2026-02-01")
    assert table.loc[0, "start_passed"]
    plot.record("extend", "2026-02-01", start_due="2026-12-31", document="addendum 1 2026-02-01")
    assert not tabulate(plot, "2026-02-01").loc[0, "start_passed"]
    assert tabulate(plot, "2026-01-31").loc[0, "start_passed"]
    held = make_contracted().record("suspend", "2025-06-01", reason="court")
    assert not tabulate(held, "2026-02-01").loc[0, "start_passed"]
    held.record("resume", "2026-02-02")
    assert tabulate(held, "2026-02-02").loc[0, "start_passed"]


def tabulate(plot: Plot, date: str) -> pd.DataFrame:
    states = {plot.plot_id: plot.on(date)}
    table = tabulate_states(make_plots(plot.plot_id), states, as_of=day(date))
    return add_clocks(table, states, as_of=day(date), rules=RULES, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("plot", "date", "step", "step_from", "left"),
    [
        (make_contracted(), "2025-12-01", "inspect", "2026-01-01", 30),
        (make_contracted(), "2026-01-10", "inspect", "2026-01-01", -10),
        (
            make_contracted().record("inspect", "2026-01-05", started="no"),
            "2026-01-10",
            "breach",
            "2026-01-05",
            -10,
        ),
        (
            make_contracted().record("inspect", "2025-12-05", started="no"),
            "2026-01-10",
            "inspect",
            "2026-01-01",
            -10,
        ),
        (make_noticed(), "2026-03-05", "deliver", None, None),
        (make_noticed(delivered="2026-03-02"), "2026-04-04", "termination_notice", "2026-05-05", 30),
        (make_noticed().record("suspend", "2026-03-03", reason="court"), "2026-03-05", "resume", None, None),
    ],
)
def test_next_lawful_step(plot: Plot, date: str, step: str, step_from: str | None, left: int | None) -> None:
    row = tabulate(plot, date).iloc[0]
    assert row["next_step"] == step
    assert row["next_step_from"] is pd.NaT if step_from is None else row["next_step_from"].date() == day(step_from)
    assert (None if pd.isna(row["days_left"]) else row["days_left"]) == left


def test_a_correction_changes_the_past_as_known_now() -> None:
    plot = make_contracted()
    before = list(plot.events)
    wrong = make_event("correct", "P1", day("2025-06-01"), corrects=3, reason="typing error",
                       fields={"date": "2025-04-01", "contract_no": "8"})  # fmt: skip
    plot.events.append(replace(wrong, seq=4))
    assert plot.on("2025-03-15").state == "approved"
    assert plot.on("2025-04-01").facts["contract_no"] == "8"
    assert state_on(before, day("2025-03-15")).state == "contracted"
    void = make_event("correct", "P1", day("2025-06-02"), corrects=3, void="yes", reason="never signed")
    plot.events.append(replace(void, seq=5))
    assert plot.on("2025-06-02").state == "approved"


def test_a_split_plot_hands_its_allocation_to_one_part() -> None:
    plot = make_contracted()
    parts = [{"plot_id": "P1a", "area_ha": 1.0}, {"plot_id": "P1b", "area_ha": 2.0}]
    plot.facts = PlotFacts(area_ha=3.0)
    assert plot.refusal("split", "2025-05-01", document="d", into=parts) is not None
    wrong = [{**parts[0], "area_ha": 1.1}, parts[1]]
    assert plot.refusal("split", "2025-05-01", document="d", into=wrong, allocation_to="P1a") is not None
    plot.record("split", "2025-05-01", document="d", into=parts, allocation_to="P1a")
    ends = {name: state_on(plot.events, day("2025-05-01"), plot_id=name) for name in ("P1", "P1a", "P1b")}
    assert {name: state.state for name, state in ends.items()} == {
        "P1": "ended",
        "P1a": "contracted",
        "P1b": "free",
    }
    assert ends["P1a"].since == day("2025-03-01")
    assert state_on(plot.events, day("2025-04-30"), plot_id="P1a").state == "contracted"


def test_a_chain_of_splits_and_merges_carries_the_allocation() -> None:
    events = make_contracted().events
    parts = [{"plot_id": "A"}, {"plot_id": "B"}]
    split = make_event("split", "P1", day("2025-05-01"), document="d", into=parts, allocation_to="A")
    merge = make_event("merge", "A", day("2025-06-01"), document="d", into=[{"plot_id": "C"}], **{"with": ["B"]})
    events += [replace(split, seq=4), replace(merge, seq=5)]
    start = make_event("start", "C", day("2025-07-01"))
    events.append(replace(start, seq=6))
    assert state_on(events, day("2025-07-02"), plot_id="C").state == "building"
    assert state_on(events[:5], day("2025-07-02"), plot_id="A").state == "ended"


def test_merging_takes_only_free_plots() -> None:
    context = Context(
        PlotFacts(), today=DAY, rules=RULES, calendar=CALENDAR, others={"P2": PlotState("contracted")}
    )
    merge = make_event("merge", "P1", DAY, document="d", into=[{"plot_id": "C"}], **{"with": ["P2"]})
    refusal = find_refusal(PlotState(), merge, context=context)
    assert refusal is not None
    assert "P2" in str(refusal)


@pytest.mark.parametrize("columns", ALLOCATIONS)
@pytest.mark.parametrize("date", ["2024-01-05", "2024-06-01", "2025-01-15", "2025-02-10"])
def test_the_opening_event_says_what_the_opening_table_says(columns: dict[str, object], date: str) -> None:
    event = make_event("opening", "P1", day("2024-01-01"), participant="Demo 1", **columns)
    states = {"P1": state_on([replace(event, seq=1)], day(date))}
    table = tabulate_states(make_plots("P1"), states, as_of=day(date))
    expected = plot_states(make_plots("P1"), make_allocation(**columns), as_of=day(date))
    pd.testing.assert_frame_equal(table[list(STATE_COLUMNS)], expected)


def test_unknown_words_are_named() -> None:
    for call in (
        lambda: make_event("sell", "P1", DAY),
        lambda: make_event("apply", "P1", DAY, colour="red"),
        lambda: make_event("inspect", "P1", DAY, started="maybe"),
        lambda: make_event("extend", "P1", DAY, start_due="soon"),
    ):
        with pytest.raises(UsageError):
            call()


def test_the_return_queue_sorts_what_can_be_done_today_first() -> None:
    plots = {
        "extended": make_contracted("extended").record("extend", "2026-01-15", start_due="2027-01-01"),
        "held": make_contracted("held").record("suspend", "2025-11-01", reason="court"),
        "look": make_contracted("look"),
        "act": make_contracted("act").record("inspect", "2026-01-05", started="no"),
        "fine": make_contracted("fine").record("start", "2025-06-01"),
    }
    waiting = make_contracted("waiting").record("breach", "2026-01-10", document="a")
    plots["waiting"] = waiting.record("notice", "2026-01-11", document="n", delivered="2026-01-12")
    states = {name: plot.on("2026-02-01") for name, plot in plots.items()}
    table = pd.DataFrame({"plot_id": list(plots), "area_ha": range(len(plots))})
    laid = tabulate_states(table, states, as_of=day("2026-02-01"))
    laid = add_clocks(laid, states, as_of=day("2026-02-01"), rules=RULES, calendar=CALENDAR)
    queue = return_queue(laid, table, as_of=day("2026-02-01"))
    assert queue["plot_id"].tolist() == ["act", "look", "waiting", "held", "extended"]
    assert queue["group"].tolist() == ["act_now", "inspect_first", "waiting", "suspended", "extended"]
    assert queue.loc[0, "evidence"] == "no"
    assert queue.loc[1, "evidence"] == "none"
    assert queue.loc[1, "days_over"] == 32


def test_the_return_queue_works_from_the_opening_table_alone() -> None:
    allocation = make_allocation(contract_date="2024-01-05", start_due="2025-01-01")
    states = plot_states(make_plots("P1", "P2"), allocation, as_of=DAY)
    queue = return_queue(states, make_plots("P1", "P2"), as_of=DAY)
    assert queue["plot_id"].tolist() == ["P1"]
    assert queue.loc[0, "next_step"] == "inspect"
    assert return_queue(states.iloc[1:], make_plots("P2"), as_of=DAY).empty


@pytest.mark.parametrize("area_ha", [-0.5, 0, "nan", "inf", "two"])
def test_a_new_plot_needs_an_area_that_can_be(area_ha: object) -> None:
    with pytest.raises(UsageError):
        make_event("split", "P1", day("2025-03-01"), into=[{"plot_id": "P1a", "area_ha": area_ha}])
