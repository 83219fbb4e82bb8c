"""One page: a Folium figure of our own layout, and a Folium map that needs nothing from outside.

A page is `PageFigure(template, context)` with an `OfflineMap` and its layers inside. When it is drawn, the scripts
and styles that Folium's elements ask for are led to the local assets; one that has none is an error, never a link
out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import count
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from geozones.errors import InternalError
from geozones.i18n import LANGUAGE_NAMES, LANGUAGES, N_
from geozones.maps import words

LOCAL_ASSETS = {
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js": "leaflet.js",
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css": "leaflet.css",
}
"""Where Folium's elements look for a file outside, and the asset of ours that takes its place."""

Inlined = Callable[[str], Markup]
"""Gives the content of an asset by its name."""

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def json_for_script(value: Any) -> Markup:
    """Write data as JSON that cannot end its `script` element, whatever names it holds."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    clean = written.encode("utf-8", "replace").decode("utf-8")
    return Markup(clean.translate(_UNSAFE))


@cache
def environment() -> Environment:
    """Return the Jinja environment of the pages: everything is escaped, a missing name is an error."""
    made = Environment(
        loader=PackageLoader("geozones.maps", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        t=words.t,
        tn=words.tn,
        number=words.number,
        hectares=words.hectares,
        area=words.area,
        date=words.date,
        join=words.join,
        languages=LANGUAGES,
        language_names=LANGUAGE_NAMES,
    )
    made.filters["json"] = json_for_script
    made.filters["unit"] = words.unit
    return made


class Raw(Element):
    """Text that goes into the page as it is: Folium's own elements would read it as a template once more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Raw"
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """Return the text."""
        return self.text


class OfflineMap(folium.Map):
    """A Folium map of Leaflet alone: no tiles, no jQuery, no Bootstrap, no link in a corner.

    Parameters
    ----------
    bounds
        [[south, west], [north, east]] that the map opens at.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map map-canvas" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            crs: L.CRS.{{ this.crs }},
            ...{{ this.options|tojavascript }}
        });
        {{ this.get_name() }}.fitBounds({{ this.bounds|tojson }});
        {% endmacro %}
        """
    )
    default_js = [("leaflet", "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js")]  # noqa: RUF012
    default_css = [("leaflet_css", "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css")]  # noqa: RUF012

    def __init__(self, bounds: list[list[float]], **options: Any) -> None:
        centre = [(bounds[0][0] + bounds[1][0]) / 2, (bounds[0][1] + bounds[1][1]) / 2]
        super().__init__(
            location=centre,
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            min_zoom=4,
            max_zoom=19,
            zoom_snap=0.25,
            **options,
        )
        self.bounds = bounds


def make_page_without_map(template: str, context: Mapping[str, Any], *, assets: str = "assets/") -> PageFigure:
    """Make a page that shows no map; our scripts still need the map library to load."""
    figure = PageFigure(template, context, assets=assets)
    for name, link in OfflineMap.default_js:
        figure.header.add_child(JavascriptLink(link), name=name)
    return figure


class PageFigure(Figure):
    """A page of our own layout around the elements that Folium draws.

    Parameters
    ----------
    template
        Name of the Jinja template.
    context
        Names that the template uses. It also gets `header` (styles and scripts of the elements), `map_html` and
        `map_script`.
    assets
        Folder of the assets, relative to the page, with a slash at the end.
    tiles
        Name of the script that lists the plots in tiles; None where the page loads none.
    inlined
        Gives the content of an asset by its name, for a page that is one file; None for a page beside its assets.
    """

    def __init__(
        self,
        template: str,
        context: Mapping[str, Any],
        *,
        assets: str = "assets/",
        tiles: str | None = None,
        inlined: Inlined | None = None,
    ) -> None:
        super().__init__()
        self.header._children.clear()
        self.template_name = template
        self.context = dict(context)
        self.assets = assets
        self.tiles = tiles
        self.inlined = inlined

    def render(self, **kwargs: Any) -> str:
        """Draw the page.

        Raises
        ------
        InternalError
            An element asks for a file that is none of the local assets.
        """
        _number_elements(self)
        for child in self._children.values():
            child.render(**kwargs)
        _lead_to_assets(self.header, self.assets, self.inlined)
        template = environment().get_template(self.template_name)
        return template.render(
            self.context,
            assets=self.assets,
            tiles=self.tiles,
            inlined=self.inlined,
            style=partial(self._asset, "style"),
            script=partial(self._asset, "script"),
            header=Markup(self.header.render(**kwargs)),
            map_html=Markup(self.html.render(**kwargs)),
            map_script=Markup(self.script.render(**kwargs)),
        )

    def _asset(self, tag: str, name: str) -> Markup:
        """Write the element that loads an asset, or that holds it where the page is one file."""
        if self.inlined is not None:
            return Markup("<{tag}>{content}</{tag}>").format(tag=Markup(tag), content=self.inlined(name))
        link = self.assets + name
        if tag == "style":
            return Markup('<link rel="stylesheet" href="{}">').format(link)
        return Markup('<script src="{}"></script>').format(link)


def _number_elements(figure: Figure) -> None:
    """Give every element a number in place of its random id, so that a page is the same in every run."""
    numbers = count(1)
    for element in _walk(figure):
        element._id = str(next(numbers))


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _walk(child)


def _lead_to_assets(header: Element, assets: str, inlined: Inlined | None) -> None:
    for name, link in list(header._children.items()):
        if not isinstance(link, JavascriptLink | CssLink):
            continue
        if link.url not in LOCAL_ASSETS:
            raise InternalError(N_("The page asks for {url}, which is none of its assets."), url=link.url)
        asset = LOCAL_ASSETS[link.url]
        if inlined is None:
            link.url = assets + asset
        else:
            tag = "script" if isinstance(link, JavascriptLink) else "style"
            header._children[name] = Raw(f"<{tag}>{inlined(asset)}</{tag}>")
