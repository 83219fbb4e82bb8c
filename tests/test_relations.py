"""How plots lie is known after a change of few as it would be found for all."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from builders import make_square
from hypothesis import given, settings
from hypothesis import strategies as st

from geozones import cache
from geozones.checks import Land, LandRelations, find_changed_relations, find_relations
from geozones.checks.overlaps import find_neighbours, find_neighbours_of
from geozones.pipeline.known_relations import KnownRelations

ZONES = np.array([make_square(0, 0, 45), make_square(45, 0, 45)], dtype=object)
_STEPS = (0.0, 0.05, 0.15, 0.25, 0.5, 3.0)
_SQUARES = st.tuples(
    st.integers(0, 7), st.integers(0, 3), st.sampled_from(_STEPS), st.sampled_from(_STEPS), st.integers(0, 1)
)
_PERIODS = st.sampled_from([(0.0, 10.0), (0.0, 5.0), (5.0, 10.0), (4.0, 6.0)])
_LANDS = st.lists(st.tuples(_SQUARES, _PERIODS), min_size=1, max_size=14)


def make_land(rows: Any, *, dated: bool = True, zoned: bool = True) -> Land:
    """Lay squares of ten metres on a grid of ten, some of them moved a little."""
    squares = [make_square(10 * x + dx, 10 * y + dy, 10) for (x, y, dx, dy, _), _ in rows]
    shapes = np.array(squares, dtype=object)
    zones = ZONES[[zone for (*_, zone), _ in rows]] if zoned else None
    start, end = np.array([period for _, period in rows]).T
    return Land(shapes, zones, (start, end) if dated else None)


def require_same(one: LandRelations, other: LandRelations) -> None:
    for field in fields(LandRelations):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        assert mine.tolist() == theirs.tolist(), field.name
        assert mine.dtype == theirs.dtype


@settings(max_examples=150, deadline=None)
@given(rows=_LANDS, other=_LANDS, chosen=st.lists(st.integers(0, 13), max_size=4), dated=st.booleans())
def test_few_that_changed_give_what_all_give(rows: Any, other: Any, chosen: Any, dated: bool) -> None:
    changed = np.array(sorted({place for place in chosen if place < min(len(rows), len(other))}), dtype=np.int64)
    after = [other[place] if place in changed else row for place, row in enumerate(rows)]
    before = find_relations(make_land(rows, dated=dated))
    land = make_land(after, dated=dated)
    require_same(find_changed_relations(land, before=before, changed=changed), find_relations(land))


def test_what_is_found_of_squares() -> None:
    rows = [
        ((0, 0, 0, 0, 0), (0, 9)),
        ((0, 0, 3, 0, 0), (0, 9)),
        ((2, 0, 0, 0, 1), (0, 9)),
        ((3, 0, 0.25, 0, 0), (0, 9)),
    ]
    found = find_relations(make_land(rows))
    assert (found.overlaps.tolist(), found.shared_m2.tolist()) == ([[0, 1]], [70.0])
    assert (found.gaps.tolist(), found.gaps_m.tolist()) == ([[2, 3]], [0.25])
    assert found.outside.tolist() == [2]
    assert (found.outside_m2.tolist(), found.outside_percent.tolist()) == ([100.0], [100.0])


@settings(max_examples=50, deadline=None)
@given(rows=_LANDS)
def test_neighbours_of_some_are_those_pairs_in_which_they_stand(rows: Any) -> None:
    shapes = make_land(rows).shapes
    some = np.arange(0, len(shapes), 3)
    pairs = find_neighbours(shapes)
    wanted = pairs[np.isin(pairs, some).any(axis=1)]
    assert find_neighbours_of(shapes, some).tolist() == wanted.tolist()


ROWS = [((place, 0, 0.0, 0.0, 0), (0.0, 9.0)) for place in range(4)]
MOVED = [*ROWS[:3], ((2, 0, 3.0, 0.0, 0), (0.0, 9.0))]


def test_relations_are_recalled_by_what_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = cache.Store(tmp_path)
    first = KnownRelations(store, "a" * 64, 4)(make_land(ROWS))
    changed = np.array([3], dtype=np.int64)
    asked: list[int] = []
    covers = shapely.covers

    def note(zones: Any, plots: Any) -> Any:
        asked.append(len(plots))
        return covers(zones, plots)

    monkeypatch.setattr(shapely, "covers", note)
    require_same(KnownRelations(store, "a" * 64, 4)(make_land(ROWS)), first)
    assert asked == []
    after = KnownRelations(store, "b" * 64, 4, "a" * 64, changed)(make_land(MOVED))
    assert asked == [1]
    require_same(after, find_relations(make_land(MOVED)))
    assert asked == [1, 4]
    require_same(KnownRelations(store, "b" * 64, 4)(make_land(MOVED)), after)
    assert asked == [1, 4]


def test_nothing_is_taken_over_where_plots_were_set_aside(tmp_path: Path) -> None:
    store = cache.Store(tmp_path)
    KnownRelations(store, "a" * 64, 4)(make_land(ROWS))
    fewer = make_land(MOVED[1:])
    require_same(KnownRelations(store, "a" * 64, 4)(fewer), find_relations(fewer))
    require_same(KnownRelations(store, "a" * 64, 4)(make_land(ROWS)), find_relations(make_land(ROWS)))


def test_without_zones_nothing_lies_outside() -> None:
    assert find_relations(make_land(MOVED, zoned=False)).outside.tolist() == []
