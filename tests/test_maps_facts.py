"""Sentences on networks: metres rounded to the accuracy, the nearest point first, unknown stays unknown."""

from __future__ import annotations

import pytest
from page_content import make_content

from geozones.maps.content import public_content
from geozones.maps.facts import ZoneNetworks, distance_words, metres_words, rounded_m, rounding_step_m


@pytest.mark.parametrize(
    ("accuracy_m", "step_m"),
    [(0.1, 1), (1, 1), (1.5, 2), (5, 5), (7, 10), (50, 50), (51, 100), (5000, 5000), (None, 100)],
)
def test_metres_are_rounded_to_the_accuracy(accuracy_m: float | None, step_m: int) -> None:
    assert rounding_step_m(accuracy_m) == step_m


def test_rounded_metres() -> None:
    assert rounded_m(423.4, 50) == 400
    assert rounded_m(24, 50) == 0


@pytest.mark.parametrize(
    ("metres", "written"), [(420, "420 м"), (2100, "2,1 км"), (2000, "2 км"), (12_400, "12 км")]
)
def test_kilometres(metres: int, written: str) -> None:
    assert metres_words(metres).ru == written.replace(" ", "\u00a0")


def test_a_distance_says_how_exact_it_is() -> None:
    row = {"distance_m": 423.0, "line_accuracy_m": 50.0}
    assert distance_words(row, "line").ru == "≈ 400\u00a0м по прямой (±50\u00a0м)"
    assert distance_words({"distance_m": float("nan")}, "line") is None
    assert distance_words({"distance_m": 10.0}, "line").en == "at the boundary (accuracy unknown)"


def test_the_connection_point_comes_before_the_line() -> None:
    _, power, _ = ZoneNetworks(make_content()).facts("badam")
    existing, planned = power["sides"]
    assert [line.ru.split(",")[0] for line in existing["lines"]] == ["Бадам", "свободно 250 кВт", "ВЛ-500 тайная"]
    assert [line.ru.split(",")[0] for line in planned["lines"]] == ["планируется: ВЛ-10"]


def test_needs_are_those_of_plots_not_yet_operating() -> None:
    _, power, _ = ZoneNetworks(make_content()).facts("badam")
    assert (power["need"], power["free"], power["missing"]) == (500.0, 250.0, 250.0)


def test_an_absent_network_is_unknown() -> None:
    *_, water = ZoneNetworks(make_content()).facts("badam")
    assert (water["answer"], water["words"].ru) == ("unknown", "нет данных по району")
    for side in water["sides"]:
        assert side["lines"] == []
        assert [answer["answer"] for answer in side["answers"]] == ["unknown"] * 3


def test_near_capable_and_allowed_stand_apart_with_their_reasons() -> None:
    gas, power, _ = ZoneNetworks(make_content()).facts("badam")
    near, capable, _ = power["sides"][0]["answers"]
    assert (near["answer"], near["words"].ru) == ("yes", "ближе 3\u00a0км")
    assert (capable["answer"], capable["words"].ru) == ("no", "не хватает")
    assert (power["need"], power["free"], power["missing"], power["answer"]) == (500.0, 250.0, 250.0, "no")
    assert gas["sides"][0]["answers"][1]["words"].ru == "неизвестно: потребность не указана"


def test_the_public_reads_near_alone() -> None:
    for fact in ZoneNetworks(public_content(make_content())).facts("badam"):
        assert [[answer["label"].en for answer in side["answers"]] for side in fact["sides"]] == [["near"]]
        assert (fact["free"], fact["missing"], fact["source"]) == (None, None, None)
