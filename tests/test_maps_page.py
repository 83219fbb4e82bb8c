"""The figure of a page: local assets only, the same bytes again, nothing out of the data read as code."""

from __future__ import annotations

import folium
import pytest
from branca.element import Figure, JavascriptLink
from builders import make_square, make_table

from geozones.errors import ColumnError, InternalError
from geozones.maps import PlotsLayer
from geozones.maps.page import LOCAL_ASSETS, OfflineMap, PageFigure, environment, json_for_script

BOUNDS = [[42.0, 69.0], [43.0, 70.0]]
HOSTILE = ("</script><img src=x onerror=alert(1)>", "`${7*7}`", "{{ 7*7 }}{% x %}", "\u202e<!--", "\u2028'\"\\")


@pytest.fixture
def bare_template(monkeypatch: pytest.MonkeyPatch) -> str:
    template = environment().from_string("{{ header }}|{{ map_html }}|{{ map_script }}")
    monkeypatch.setattr(environment(), "get_template", lambda name: template)
    return "bare"


def make_page(template: str, *layers: folium.map.Layer) -> PageFigure:
    figure = PageFigure(template, {})
    drawn = OfflineMap(BOUNDS)
    figure.add_child(drawn)
    for layer in layers:
        layer.add_to(drawn)
    return figure


def make_plots(*names: str) -> object:
    return make_table("plots", [
        {"plot_id": name, "zone_id": "z", "number": name, "area_ha": 1.0,
         "geometry": make_square(200 * place, 0, 100)}
        for place, name in enumerate(names)
    ])  # fmt: skip


def test_links_lead_to_the_assets(bare_template: str) -> None:
    page = make_page(bare_template).render()
    assert '<script src="assets/leaflet.js"></script>' in page
    assert "http" not in page


def test_a_file_from_outside_is_an_error(bare_template: str) -> None:
    figure = make_page(bare_template)
    figure.header.add_child(JavascriptLink("https://example.org/d3.js"))
    with pytest.raises(InternalError, match=r"d3\.js"):
        figure.render()


def test_a_page_is_the_same_again(bare_template: str) -> None:
    pages = {make_page(bare_template, PlotsLayer(make_plots("1"))).render() for _ in range(2)}
    assert len(pages) == 1


def test_a_page_leaves_the_classes_of_folium_alone(bare_template: str) -> None:
    before = list(folium.Map.default_js), list(OfflineMap.default_js)
    make_page(bare_template).render()
    assert (list(folium.Map.default_js), list(OfflineMap.default_js)) == before
    assert set(LOCAL_ASSETS) == {address for _, address in OfflineMap.default_js + OfflineMap.default_css}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_data_and_nothing_else(bare_template: str, name: str) -> None:
    page = make_page(bare_template, PlotsLayer(make_plots(name))).render()
    assert str(json_for_script(name)) in page
    assert page.count("</script>") == 2
    assert "49" not in page.split("|")[1] or "7*7" in page


@pytest.mark.parametrize("name", HOSTILE)
def test_json_cannot_end_its_element(name: str) -> None:
    assert not set(str(json_for_script([name]))) & set("<>&\u2028\u2029")


def test_plots_stand_on_any_folium_map() -> None:
    drawn = folium.Map(tiles=None)
    PlotsLayer(make_plots("1", "2").assign(map_state=["free", "operating"]), language="ru").add_to(drawn)
    page = drawn.get_root().render()
    assert isinstance(drawn.get_root(), Figure)
    assert "GZ.PlotsLayer" in page
    assert "gz-reserved" in page
    assert "--free" in page
    assert drawn.get_bounds()[0][0] == pytest.approx(42.45, abs=0.01)


def test_plots_without_ids_or_crs_are_refused() -> None:
    plots = make_plots("1")
    with pytest.raises(ColumnError):
        PlotsLayer(plots.drop(columns="plot_id"))
    with pytest.raises(ColumnError):
        PlotsLayer(plots.set_crs(None, allow_override=True))


def test_no_plots_give_an_empty_layer(bare_template: str) -> None:
    page = make_page(bare_template, PlotsLayer(make_plots())).render()
    assert '"id":[]' in page
