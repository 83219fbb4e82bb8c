"""Sheets: maps as vectors at a true scale, and PDF with the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import shapely
from pypdf import PdfReader

from geozones.errors import InternalError
from geozones.sheets import Drawing, Frame, Mark, Style, draw_map, fit_frame, typeset

DAY = dt.date(2025, 2, 10)
PAGE = "#let d = json(bytes(sys.inputs.data))\n#set page(width: 100mm, height: 60mm)\n#d.words"


def test_a_square_of_a_hundred_metres_is_five_centimetres_at_2000() -> None:
    frame = Frame(500, 500, 80, 80, 2000)
    svg = draw_map([Drawing([shapely.box(450, 450, 550, 550)], Style(fill="#0a8f7c"))], [], frame)
    assert 'd="M65 65L65 15L15 15L15 65L65 65Z"' in svg


def test_what_lies_outside_is_cut_off() -> None:
    frame = Frame(0, 0, 10, 10, 1000)
    far = shapely.LineString([(-1e6, 0), (1e6, 0)])
    svg = draw_map(
        [Drawing([far, shapely.box(90, 90, 99, 99)], Style(stroke="#000000"))], [Mark(50, 50, "out")], frame
    )
    numbers = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", re.findall(r' d="([^"]*)"', svg)[-1])]
    assert max(map(abs, numbers)) < 20
    assert svg.count("M") == 1
    assert "out" not in svg


@pytest.mark.parametrize(
    ("bounds", "scale", "bar_m"),
    [((0, 0, 100, 100), 2000, 50), ((0, 0, 10, 10), 1000, 20), ((0, 0, 85_000, 10), 1_000_000, 20_000)],
)
def test_the_scale_is_round_and_all_is_seen(
    bounds: tuple[float, float, float, float], scale: float, bar_m: float
) -> None:
    frame = fit_frame(bounds, width_mm=100, height_mm=80)
    west, south, east, north = frame.bounds
    assert (frame.scale, frame.bar_m) == (scale, bar_m)
    assert (west <= bounds[0], south <= bounds[1], east >= bounds[2], north >= bounds[3]) == (True,) * 4
    assert frame.bar_mm == pytest.approx(bar_m / scale * 1000)


def test_hostile_words_stay_words() -> None:
    words = '<script>"&#sys.inputs $x$ */ ң'
    svg = draw_map([], [Mark(0, 0, words)], Frame(0, 0, 10, 10, 1000))
    assert "<script>" not in svg
    pdf = typeset(PAGE, {"words": words}, day=DAY)
    assert PdfReader(io.BytesIO(pdf)).pages[0].extract_text().strip() == words


def test_the_same_sheet_has_the_same_bytes() -> None:
    assert typeset(PAGE, {"words": "Түркістан"}, day=DAY) == typeset(PAGE, {"words": "Түркістан"}, day=DAY)


def test_a_template_that_does_not_compile_is_a_bug() -> None:
    with pytest.raises(InternalError, match="cannot be set"):
        typeset("#unknown", {}, day=DAY)
