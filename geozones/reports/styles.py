"""QGIS styles (QML) of the layers of a run: rules over contract values, labels in a language.

The symbols use what QGIS 3.10 and later read, as the office PCs may hold an old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from geozones.config import NETWORKS
from geozones.i18n import N_, translate
from geozones.reports.columns import FILES
from geozones.reports.words import VALUES, write_heading
from geozones.tables import CONTRACTS

_INK, _INK_2, _WHITE, _NO_DATA = "#1B2A33", "#51626D", "#FFFFFF", "#ECEFF1"
_START_PASSED, _ZONE, _DISTRICT, _ERROR = "#E07B00", "#22313F", "#9AA7AF", "#C62828"
_STATE_FILLS = {
    "free": ("#0A8F7C", ""),
    "reserved": ("#D3D8E2", "b_diagonal"),
    "allocated": ("#93A1BF", ""),
    "releasing": ("#B79A6B", "dense6"),
    "operating": ("#43557A", ""),
}
_NETWORK_COLOURS = {"power": "#C62828", "gas": "#B8860B", "water": "#1F6FB5"}
_SEVERITY_COLOURS = {"error": _ERROR, "warning": _START_PASSED, "info": _INK_2}
_DASHES = {"building": "3;1;0.4;1", "planned": "1.6;1.1", "cancelled": "0.3;1.2", "unknown": "0.6;0.8"}


@dataclass(frozen=True)
class SymbolLayer:
    """One layer of a QGIS symbol: its class and properties."""

    kind: str
    properties: dict[str, str]


@dataclass(frozen=True)
class StyleRule:
    """One rule: an English label, the QGIS expression that picks the features, and how they look."""

    label: str
    expression: str
    geometry: str
    symbol: tuple[SymbolLayer, ...]


def _colour(colour: str, share: float = 1.0) -> str:
    parts = [str(int(colour[start : start + 2], 16)) for start in (1, 3, 5)]
    return ",".join([*parts, str(round(255 * share))])


def _fill(
    colour: str, *, share: float = 1.0, style: str = "solid", outline: str | None = None, width_mm: float = 0.2,
    outline_style: str = "solid",
) -> SymbolLayer:  # fmt: skip
    return SymbolLayer(
        "SimpleFill",
        {
            "color": _colour(colour, share),
            "style": style,
            "outline_color": _colour(outline or colour),
            "outline_style": outline_style if outline else "no",
            "outline_width": str(width_mm),
            "outline_width_unit": "MM",
            "joinstyle": "miter",
        },
    )


def _line(colour: str, *, width_mm: float = 0.6, dashes: str = "") -> SymbolLayer:
    dashed = {"use_custom_dash": "1", "customdash": dashes, "customdash_unit": "MM"} if dashes else {}
    return SymbolLayer(
        "SimpleLine",
        {
            "line_color": _colour(colour),
            "line_style": "solid",
            "line_width": str(width_mm),
            "line_width_unit": "MM",
            "capstyle": "flat",
            "joinstyle": "round",
            **dashed,
        },
    )


def _marker(fill: str, outline: str, *, shape: str = "circle", size_mm: float = 3.0) -> SymbolLayer:
    return SymbolLayer(
        "SimpleMarker",
        {
            "name": shape,
            "color": _colour(fill),
            "outline_color": _colour(outline),
            "outline_style": "solid",
            "outline_width": "0.6",
            "outline_width_unit": "MM",
            "size": str(size_mm),
            "size_unit": "MM",
        },
    )


def _plot_rules() -> Iterator[StyleRule]:
    for state, (colour, pattern) in _STATE_FILLS.items():
        layers = [_fill(colour, outline=_WHITE)]
        if pattern:
            layers.append(_fill(_INK_2, style=pattern))
        label = VALUES["plots.map_state"][state]
        yield StyleRule(label, f'"valid" AND "map_state" = \'{state}\'', "fill", tuple(layers))
    outline = _fill(_WHITE, style="no", outline=_START_PASSED, width_mm=0.8)
    yield StyleRule(
        N_("start date passed, no confirmation of a start"), '"valid" AND "start_passed"', "fill", (outline,)
    )


def _zone_rules() -> Iterator[StyleRule]:
    for status, word in VALUES["zones.status"].items():
        style = "dash" if status == "planned" else "solid"
        outline = _fill(_NO_DATA, share=0.4, outline=_ZONE, width_mm=0.5, outline_style=style)
        yield StyleRule(word, f"\"status\" = '{status}'", "fill", (outline,))


def _line_rules(network: str) -> Iterator[StyleRule]:
    colour = _NETWORK_COLOURS[network]
    transit = (_line(colour, width_mm=0.9), _line(_WHITE, width_mm=0.4))
    yield StyleRule(
        N_("existing, gives no connection"), "\"state\" = 'existing' AND \"connectable\" = 'no'", "line", transit
    )
    yield StyleRule(
        VALUES[f"{network}.state"]["existing"],
        '"state" = \'existing\' AND ("connectable" IS NULL OR "connectable" <> \'no\')',
        "line",
        (_line(colour),),
    )
    for state, dashes in _DASHES.items():
        shown = _INK_2 if state in {"cancelled", "unknown"} else colour
        word = VALUES[f"{network}.state"][state]
        yield StyleRule(word, f"\"state\" = '{state}'", "line", (_line(shown, width_mm=0.5, dashes=dashes),))


def _point_rules() -> Iterator[StyleRule]:
    for network in NETWORKS:
        colour = _NETWORK_COLOURS[network]
        picked = f'"network" = \'{network}\' AND "state"'
        word = VALUES["plot_networks.network"][network]
        yield StyleRule(word, f"{picked} = 'existing'", "marker", (_marker(colour, _WHITE),))
        yield StyleRule(word, f"{picked} <> 'existing'", "marker", (_marker(_WHITE, colour),))


def _parcel_rules() -> Iterator[StyleRule]:
    fills = {
        "yes": _fill("#B79A6B", share=0.35, outline="#B79A6B"),
        "no": _fill(_WHITE, style="no", outline=_DISTRICT),
        "unknown": _fill(_INK_2, share=0.5, style="f_diagonal", outline=_DISTRICT),
    }
    for granted, fill in fills.items():
        yield StyleRule(VALUES["parcels.granted"][granted], f"\"granted\" = '{granted}'", "fill", (fill,))


def _issue_rules() -> Iterator[StyleRule]:
    words = {"error": N_("errors"), "warning": N_("warnings"), "info": N_("remarks")}
    for severity, colour in _SEVERITY_COLOURS.items():
        symbols = {
            "Polygon": ("fill", _fill(colour, share=0.2, outline=colour, width_mm=0.5)),
            "Line": ("line", _line(colour, width_mm=0.8)),
            "Point": ("marker", _marker(colour, _WHITE, shape="triangle")),
        }
        for shape, (geometry, layer) in symbols.items():
            expression = f"geometry_type($geometry) = '{shape}' AND \"severity\" = '{severity}'"
            yield StyleRule(words[severity], expression, geometry, (layer,))


@cache
def rules_of(layer: str) -> tuple[StyleRule, ...]:
    """Return the rules of a layer's style, in drawing order."""
    single = {
        "districts": (N_("districts and cities"), _fill(_WHITE, style="no", outline=_DISTRICT, width_mm=0.3,
                                                        outline_style="dash dot")),
        "proposals": (N_("proposed sites"), _fill(_INK_2, style="no", outline=_INK, width_mm=0.5,
                                                  outline_style="dot")),
        "cut_pieces": (N_("cut off plots by strips and protected land"), _fill(_INK, share=0.6, style="f_diagonal",
                                                                          outline=_INK, width_mm=0.3)),
        "strips": (N_("strips, rings and sanitary zones"), _fill(_INK_2, share=0.12, outline=_INK_2, width_mm=0.2,
                                                                 outline_style="dash")),
        "restricted": (N_("areas where building is restricted"), _fill(_ERROR, share=0.5, style="f_diagonal",
                                                                       outline=_ERROR, width_mm=0.3)),
    }  # fmt: skip
    if layer in single:
        label, fill = single[layer]
        return (StyleRule(label, "", "fill", (fill,)),)
    if layer in NETWORKS:
        return tuple(_line_rules(layer))
    makers = {
        "plots": _plot_rules,
        "zones": _zone_rules,
        "connection_points": _point_rules,
        "parcels": _parcel_rules,
        "issues": _issue_rules,
    }
    return tuple(makers[layer]())


STYLED_LAYERS = (
    "zones", "plots", *NETWORKS, "connection_points", "districts", "proposals", "parcels", "restricted",
    "strips", "cut_pieces", "issues",
)  # fmt: skip
"""Layers of the GeoPackage that have a style."""


def label_column(layer: str, language: str) -> str:
    """Return the column that a layer is labelled with; empty where it has no labels."""
    return {
        "zones": f"name_{language}",
        "plots": "number",
        "districts": f"name_{language}",
        "proposals": f"name_{language}",
    }.get(layer, "")


def draw_style(layer: str, language: str) -> str:
    """Write the QGIS style of a layer: rules, labels and the headings of its columns.

    Parameters
    ----------
    layer
        One of `STYLED_LAYERS`.
    language
        Language of the legend and of the headings; the rules compare contract values, in any language the same.
    """
    column = label_column(layer, language)
    root = ElementTree.Element(
        "qgis",
        version="3.10.0",
        styleCategories="Symbology|Labeling|Fields|Forms",
        labelsEnabled="1" if column else "0",
    )
    renderer = ElementTree.SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0"
    )
    rules = ElementTree.SubElement(renderer, "rules", key="rules")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules_of(layer)):
        shown = translate(rule.label, language)
        attributes = {"key": f"rule-{number}", "symbol": str(number), "label": shown[:1].upper() + shown[1:]}
        ElementTree.SubElement(rules, "rule", attributes, filter=rule.expression)
        _add_symbol(symbols, str(number), rule)
    if column:
        _add_labels(root, layer, column, language)
    _add_headings(root, layer, language)
    return ElementTree.tostring(root, encoding="unicode")


def _add_symbol(symbols: ElementTree.Element, name: str, rule: StyleRule) -> None:
    symbol = ElementTree.SubElement(
        symbols, "symbol", type=rule.geometry, name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    for part in rule.symbol:
        element = ElementTree.SubElement(
            symbol, "layer", {"class": part.kind}, enabled="1", locked="0", **{"pass": "0"}
        )
        for key, value in part.properties.items():
            ElementTree.SubElement(element, "prop", k=key, v=value)


def _add_labels(root: ElementTree.Element, layer: str, column: str, language: str) -> None:
    names = {"zones", "districts", "proposals"}
    field = f'coalesce("{column}", "name_ru")' if layer in names and language != "ru" else column
    labeling = ElementTree.SubElement(root, "labeling", type="simple")
    settings = ElementTree.SubElement(labeling, "settings")
    style = ElementTree.SubElement(
        settings, "text-style",
        fieldName=field, isExpression="1" if field != column else "0", fontFamily="Noto Sans",
        fontSize="9" if layer in names else "7", fontSizeUnit="Point", fontWeight="50", multilineHeight="1",
        textColor=_colour(_INK), textOpacity="1",
    )  # fmt: skip
    ElementTree.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM", bufferColor=_colour(_WHITE),
        bufferOpacity="1", bufferNoFill="0",
    )  # fmt: skip
    ElementTree.SubElement(
        settings, "placement", placement="1", quadOffset="4", polygonPlacementFlags="2", centroidInside="1",
        priority="5",
    )  # fmt: skip
    scale = "15000" if layer == "plots" else "1500000"
    ElementTree.SubElement(
        settings, "rendering", scaleVisibility="1", scaleMin="1", scaleMax=scale, fontMaxPixelSize="10000",
        maxNumLabels="2000", obstacle="0", drawLabels="1",
    )  # fmt: skip


def _add_headings(root: ElementTree.Element, layer: str, language: str) -> None:
    contract = FILES.get(layer) or CONTRACTS[layer]
    aliases = ElementTree.SubElement(root, "aliases")
    for position, column in enumerate(contract.columns, start=1):
        heading = write_heading(column, language)
        ElementTree.SubElement(aliases, "alias", index=str(position), field=column.name, name=heading)
