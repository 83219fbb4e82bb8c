"""Reading in a child process: what it gives, and what a file that kills or delays it does to the run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import make_square
from corpus import after, cut, plots, write, zones

from geozones.config import LayerSpec, load_config
from geozones.errors import ColumnError, InputError
from geozones.layers import ChildLimits, IsolatedReader, describe_file, read_layer, write_layer
from geozones.layers.limits import Limits
from geozones.pipeline import check_region


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with IsolatedReader() as reader:
        yield reader


def spec_of(path: Path, **options: object) -> LayerSpec:
    return LayerSpec(key="sent", role="plots", source=str(path), **options)


def test_it_gives_what_reading_here_gives(reader: IsolatedReader, tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    here, there = read_layer(spec_of(path)), reader.read_layer(spec_of(path))
    assert there.table.equals(here.table)
    assert there.table.crs == here.table.crs
    assert reader.describe_file(path) == describe_file(path)
    ((name, raw),) = reader.read_all_layers(path, limits=Limits())
    assert (name, raw.read) == ("plots", 3)


def test_errors_come_over_with_their_messages(reader: IsolatedReader, tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    with pytest.raises(ColumnError, match="plot_id, zone_id, number") as caught:
        reader.read_layer(spec_of(path, columns={"plot_id": "x", "zone_id": "y"}))
    assert len(caught.value.messages) == 2
    broken = tmp_path / after(write("cut.geojson"), cut(0.5))(tmp_path)
    with pytest.raises(InputError, match="cut"):
        reader.read_layer(spec_of(broken))


def test_a_file_that_kills_the_child_is_an_error_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    with IsolatedReader() as reader:
        reader.describe_file(path)
        os.kill(reader._process.pid, signal.SIGKILL)
        with pytest.raises(InputError, match="crashed"):
            reader.read_layer(spec_of(path))
        assert len(reader.read_layer(spec_of(path)).table) == len(plots())


def test_a_file_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    with IsolatedReader() as reader:
        assert reader.describe_file(path).is_readable
        os.kill(reader._process.pid, signal.SIGSTOP)
        reader._child = ChildLimits(seconds=0.2)
        with pytest.raises(InputError, match="longer than 0 s"):
            reader.read_layer(spec_of(path))
        reader._child = ChildLimits()
        assert len(reader.read_layer(spec_of(path)).table) == len(plots())


def test_the_limits_hold_in_the_child(reader: IsolatedReader, tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    with pytest.raises(InputError, match="at most 2"):
        reader.read_layer(spec_of(path), limits=Limits(features=2))


@pytest.mark.skipif(sys.platform == "win32", reason="the limit of memory is one of POSIX systems")
def test_a_file_that_needs_too_much_memory_is_an_error(tmp_path: Path) -> None:
    big = plots(*[make_square(150 * n, 0, 100) for n in range(60_000)])
    write_layer(big, tmp_path / "big.parquet")
    small = ChildLimits(memory_mb=30)
    with IsolatedReader(small) as reader, pytest.raises(InputError, match=r"too much memory|crashed"):
        reader.read_layer(spec_of(tmp_path / "big.parquet"))
    assert read_layer(spec_of(tmp_path / "big.parquet")).read == len(big)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plots.geojson")
    with pytest.raises(InputError, match="no file and no folder"):
        read_layer(spec_of(tmp_path / "plots.geojson"))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    write("plots.gpkg")(outside)
    (inside / "plots.gpkg").symlink_to(outside / "plots.gpkg")
    with pytest.raises(InputError, match="leads out of its folder"):
        read_layer(spec_of(inside / "plots.gpkg"))


def test_a_layer_that_the_run_can_do_without_is_left_out(tmp_path: Path) -> None:
    after(write("plots.gpkg"), cut(0.5))(tmp_path)
    write_layer(zones(), tmp_path / "zones.geojson")
    settings = (
        '[region]\nname = { en = "Region" }\nbounds = [65.5, 40.3, 71.5, 46.2]\n'
        '[layers.zones]\nrole = "zones"\nsource = "zones.geojson"\n'
        '[layers.sent]\nrole = "plots"\nsource = "plots.gpkg"\n'
    )
    path = tmp_path / "geozones.toml"
    path.write_text(settings, "utf-8")
    with pytest.raises(InputError, match="damaged"):
        check_region(load_config(path, environ={}))
    path.write_text(settings + "required = false\n", "utf-8")
    region = check_region(load_config(path, environ={}))
    assert (len(region.tables.zones), len(region.tables.plots)) == (1, 0)
    assert region.issues[["layer", "rule", "severity"]].values.tolist() == [["sent", "layer_unreadable", "error"]]
    assert "damaged" in str(region.issues["message"][0])
    assert str(tmp_path) not in str(region.issues["message"][0])
