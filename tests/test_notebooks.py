"""Every notebook runs from top to bottom, and is stored without output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_output(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert [cell.execution_count for cell in cells] == [None] * len(cells)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path) -> None:
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)


def test_the_map_of_one_file_asks_for_nothing(tmp_path: Path, offline_page: Any) -> None:
    from builders import make_square, make_table

    from geozones.maps import draw_plots_map

    plots = make_table(
        "plots", [{"plot_id": "a", "zone_id": "z", "number": "1", "geometry": make_square(0, 0, 200)}]
    )
    file = tmp_path / "map.html"
    file.write_bytes(draw_plots_map(plots, title="<b>", language="ru", demonstration=True))
    page = offline_page().open(file)
    page.wait_for_selector(".leaflet-container")
    assert "ДЕМО" in page.inner_text("body")
