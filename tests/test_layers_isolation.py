"""Reading in a child process: what it gives, and what a file that kills or delays it does to the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import after, cut, plots, write

from geozones.config import LayerSpec
from geozones.errors import ColumnError, InputError
from geozones.layers import ChildLimits, IsolatedReader, describe_file, read_layer
from geozones.layers.limits import Limits


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
    ((name, raw),) = reader.read_all_layers(path)
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
        reader._process.kill()
        reader._process.join()
        with pytest.raises(InputError, match="crashed"):
            reader.read_layer(spec_of(path))
        assert len(reader.read_layer(spec_of(path)).table) == len(plots())


def test_a_file_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    with IsolatedReader(ChildLimits(seconds=0.0)) as reader:
        with pytest.raises(InputError, match="longer than 0 s"):
            reader.read_layer(spec_of(path))
        description = reader.describe_file(path)
    assert (description.is_readable, description.problems[0][0]) == (False, "unreadable")


def test_the_limits_hold_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / write("plots.gpkg")(tmp_path)
    with IsolatedReader(limits=Limits(features=2)) as reader, pytest.raises(InputError, match="at most 2"):
        reader.read_layer(spec_of(path))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    write("plots.gpkg")(outside)
    (inside / "plots.gpkg").symlink_to(outside / "plots.gpkg")
    with pytest.raises(InputError, match="leads out of its folder"):
        read_layer(spec_of(inside / "plots.gpkg"))
