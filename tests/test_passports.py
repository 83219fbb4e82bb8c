"""Passports: one page a plot, two a zone, a true map, a code to scan, nobody's name in the public ones."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segno
import shapely
from builders import make_square, make_table
from missing_parts import require_system_part
from page_content import PARTICIPANT, make_allocations, make_config, make_content, make_tables
from PIL import Image
from pypdf import PdfReader
from region_fixtures import SmallRegion

from geozones.analysis import analyse_region
from geozones.cli.app import run
from geozones.lifecycle import plot_states
from geozones.maps import public_content
from geozones.maps.atlas import make_atlas
from geozones.maps.passports import Passports, issue_all
from geozones.maps.passports.picture import Surveyor
from geozones.maps.passports.plot_sheet import PlotSheetMaker
from geozones.rules import load_rules

DOTS_A_MM = 200 / 25.4
CODE_MM = (178.0, 10.0, 21.0)
"""Where the code stands: from the left, from the top, its width."""


def pages_of(passport: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(passport)).pages]


def squeezed(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def with_tables(tables: Any) -> Any:
    states = plot_states(tables.plots, None, as_of=make_content().as_of)
    analysis = analyse_region(tables, states, load_rules(), make_config(), as_of=make_content().as_of)
    return replace(make_content(), tables=tables, gaps={}, **vars(analysis))


def test_a_plot_has_one_page_with_state_holder_networks_and_history() -> None:
    pages = pages_of(Passports(make_content()).set_plot("badam-2", "ru"))
    text = squeezed(pages[0])
    assert len(pages) == 1
    wanted = ("Паспорт участка", "Бадам / 2", "Состояние на 10.02.2025", "срок начала истёк, по документам",
              PARTICIPANT, "03.04.2024", "19-305-012-002", "Вода", "Источники",
              "badam-2 · 2025-02-10")  # fmt: skip
    for words in wanted:
        assert words in text, words


def test_a_zone_has_two_pages_with_hectares_networks_and_plots() -> None:
    first, second = map(squeezed, pages_of(Passports(make_content()).set_zone("badam", "kk")))
    assert "Индустриялық аймақтың паспорты" in first
    assert "Бадам kk" in first
    assert "01.03.2020" in first
    assert "Желілер: жақындығы, қуаты, рұқсаты" in second
    assert "жұмыс істейді" in second


@pytest.mark.parametrize(("language", "letters"), [("kk", "ңқұғәіөһү"), ("ru", "ёыъщ")])
def test_every_letter_of_the_language_is_written(language: str, letters: str) -> None:
    content = make_content(participant=letters.upper() + letters)
    text = pages_of(Passports(content).set_plot("badam-1", language))[0]
    assert letters.upper() + letters in text


def test_the_code_says_id_and_day(tmp_path: Path) -> None:
    from shutil import which

    tool = str(require_system_part(which("pdftoppm"), "pdftoppm", "poppler-utils"))
    (tmp_path / "plot.pdf").write_bytes(Passports(make_content()).set_plot("badam-2", "ru"))
    subprocess.run([tool, "-r", "200", "-png", tmp_path / "plot.pdf", tmp_path / "plot"], check=True)
    with Image.open(next(tmp_path.glob("plot*.png"))) as page:
        dots = np.asarray(page.convert("L"))
    wanted = segno.make_qr('{"plot": "badam-2", "as_of": "2025-02-10"}', error="m", mask=2).matrix
    left, top, width = CODE_MM
    module = width / len(wanted)
    middles = (np.arange(len(wanted)) + 0.5) * module
    down, across = (np.rint((start + middles) * DOTS_A_MM).astype(int) for start in (top, left))
    seen = (dots[np.ix_(down, across)] < 128).astype(int).tolist()
    assert seen == [list(row) for row in wanted]


def test_lines_to_connections_are_as_long_as_the_metres_beside_them() -> None:
    content = make_content()
    maker = PlotSheetMaker(make_atlas(content))
    links = maker._links(maker._existing(content.tables.plots["plot_id"].tolist().index("badam-2")))
    rows = content.plot_networks[
        (content.plot_networks["plot_id"] == "badam-2") & (content.plot_networks["state"] == "existing")
    ].set_index("network")
    stated = [rows.loc["gas", "distance_m"], rows.loc["power", "point_distance_m"]]
    assert shapely.length(links).tolist() == pytest.approx(stated, rel=2e-3)


def test_the_map_shows_strips_and_the_plot_at_a_round_scale() -> None:
    content = make_content()
    atlas = make_atlas(content)
    around = Surveyor(content, atlas.shown).around((500_000, 4_700_000, 501_000, 4_701_000))
    main, wide = PlotSheetMaker(atlas).sheet(1, around, language="ru").pictures
    assert {"strips", "links", "passed", "gas", "state-allocated"} <= set(main.legend)
    assert main.frame.scale == 5000
    assert main.frame.bar_mm * main.frame.scale / 1000 == main.frame.bar_m
    assert "strips" not in wide.legend


def test_the_public_passport_names_no_holder_contract_or_strategic_line() -> None:
    public = Passports(public_content(make_content(participant="Ерекше Есім")))
    text = squeezed(
        " ".join(pages_of(public.set_plot("badam-2", "ru")) + pages_of(public.set_zone("badam", "ru")))
    )
    for words in ("Ерекше", "Есім", "2024", "2022", "истёк", "тайн", "Тайн", "свободно 250", "ВЛ-10", "≈"):
        assert words not in text, words
    assert "предоставлен" in text
    assert "рядом" in text


def test_the_same_content_gives_the_same_bytes_on_one_core_and_on_two() -> None:
    content = make_content()
    alone = dict(issue_all(content, language="kk", processes=1))
    together = dict(issue_all(content, language="kk", processes=2))
    assert alone == together
    assert list(alone)[:2] == ["zones/badam.pdf", f"zones/{list(alone)[1].split('/')[1]}"]
    assert len([name for name in alone if name.startswith("plots/")]) == 7
    assert alone["plots/badam-2.pdf"] == Passports(content).set_plot("badam-2", "kk")


def test_long_and_hostile_names_keep_the_pages() -> None:
    name = '#let x = "$@<b>\\ ' + "Ұзақ атау " * 30
    passports = Passports(make_content(name, participant=name))
    for plot_id in passports.plot_ids:
        assert len(pages_of(passports.set_plot(plot_id, "kk"))) == 1
    for zone_id in passports.zone_ids:
        assert len(pages_of(passports.set_zone(zone_id, "ru"))) == 2
    assert '#let x = "$@<b>\\' in pages_of(passports.set_plot("badam-2", "ru"))[0]


def test_a_zone_of_many_plots_keeps_two_pages_and_counts_the_rest() -> None:
    zone = {"zone_id": "z", "name_ru": "Большая", "kind": "regional", "status": "active"}
    tables = replace(
        make_tables(),
        zones=make_table("zones", [zone | {"geometry": make_square(0, 0, 5000)}]),
        plots=make_table("plots", [
            {"plot_id": f"z-{place}", "zone_id": "z", "number": str(place),
             "geometry": make_square(200 * (place % 20), 200 * (place // 20), 150)} for place in range(200)
        ]),
    )  # fmt: skip
    pages = pages_of(Passports(with_tables(tables)).set_zone("z", "ru"))
    assert len(pages) == 2
    assert "и ещё 116" in squeezed(pages[1])


def test_a_region_of_zones_and_plots_alone_has_passports() -> None:
    whole = make_tables()
    bare = replace(
        whole, gas=None, power=None, water=None, connection_points=None, districts=None, settlements=None,
        proposals=None, sources={},
    )  # fmt: skip
    passports = Passports(with_tables(bare))
    assert "нет данных по району" in squeezed(pages_of(passports.set_plot("badam-1", "ru"))[0])
    assert len(pages_of(passports.set_zone("later", "ru"))) == 2


def test_ended_plots_have_none() -> None:
    tables = make_tables()
    ended = replace(tables, plots=tables.plots.assign(valid_to=np.array(["2025-01-01"] + ["NaT"] * 6, "M8[s]")))
    assert "badam-1" not in Passports(with_tables(ended)).plot_ids
    assert make_allocations() is not None


def test_the_command_writes_one_or_all(small_region: SmallRegion, capsys: pytest.CaptureFixture[str]) -> None:
    settings, folder = str(small_region.config), small_region.folder / "passports"
    plots = json.loads(small_region.layer("plots").read_text("utf-8"))["features"]
    plot_id = plots[0]["properties"]["plot_id"]
    one = small_region.folder / "one.pdf"
    assert run(["passport", plot_id, "-c", settings, "-o", str(one), "--lang", "kk"]) == 0
    assert "жазылды" in capsys.readouterr().out
    assert "Учаске" in pages_of(one.read_bytes())[0] or "учаске" in pages_of(one.read_bytes())[0]
    assert run(["passport", "--all", "--public", "-c", settings, "-o", str(folder), "--lang", "en"]) == 0
    assert f"{len(plots) + 2} passports" in capsys.readouterr().out
    assert len(list((folder / "plots").glob("*.pdf"))) == len(plots)
    text = " ".join(pages_of(next(iter(sorted((folder / "plots").glob("*.pdf")))).read_bytes()))
    assert "participant" not in text.casefold().replace("participants, dates", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such"], "There is no plot or zone no-such"),
        ([], "Name one plot or zone, or give --all."),
        (["badam", "--all"], "Name one plot or zone, or give --all."),
        (["badam", "--as-of", "tomorrow"], "--as-of"),
    ],
)
def test_a_wrong_order_is_refused(
    small_region: SmallRegion, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(["passport", *arguments, "-c", str(small_region.config), "--lang", "en"]) == 2
    assert words in capsys.readouterr().err
    assert not Path("no-such.pdf").exists()
