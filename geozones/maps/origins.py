"""What the page of each zone and each script of plots is drawn from, as hashes: the same hash, the same bytes.

Most of what a page says of a plot follows from the row of the plot and from the layers around it; those are hashed
rather than the answers. What other plots have a part in is hashed itself: how many share a connection point,
findings and sanitary zones of plots, neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geozones.fingerprints import Hashes, hash_rows, hash_table, hash_texts
from geozones.maps.content import PageContent
from geozones.maps.plot_networks import ROWS_OF_PLOT
from geozones.maps.plot_sheets import TOUCHING_M
from geozones.maps.zone import zone_frame

Rows = NDArray[np.intp]

_GIVEN = ("capable", "allowed")
_STEP = np.uint64(0x9E3779B97F4A7C15)
_NONE = np.empty(0, dtype=np.uint64)
_NO_ROWS = np.empty(0, dtype=np.intp)


class Origins:
    """Hashes of what is drawn.

    Parameters
    ----------
    content
        What the internal pages show; the public ones are drawn from a part of it.
    surroundings
        Hash of the code, the settings, the day, the rules and all layers, the plots apart.
    plot_rows
        Hash of every row of the plots.
    """

    def __init__(self, content: PageContent, *, surroundings: str, plot_rows: Hashes) -> None:
        self._content = content
        self._surroundings = surroundings
        self._plot_rows = plot_rows

    def of_plots(self, rows: Rows) -> str:
        """Hash everything that cards and tables say of some plots, in their order."""
        return hash_texts([self._shared, _as_text(self._told[rows])])

    def of_zone(self, place: int, *, with_sheets: bool) -> str:
        """Hash everything that the page of the zone in row `place` is drawn from.

        `with_sheets` says whether it holds the sheets of its plots, which name the plots beside them.
        """
        content, zone_id = self._content, self._zone_ids[place]
        rows = self._rows_of.get(zone_id, _NO_ROWS)
        shape = None if content.undivided is None else content.undivided[place]
        parts = [
            self.of_plots(rows),
            self._sources,
            f"{place} {zone_id}",
            _as_text(self._lived[rows]),
            "" if shape is None else shapely.to_wkb(shape, hex=True),
            *(_as_text(hashes.get(zone_id, _NONE)) for hashes in self._about_zones),
            self._write(content.inspections.get(zone_id, ())),
            _as_text(self._strips_near(place)),
            _as_text(self._neighbours(rows) if with_sheets else _NONE),
        ]
        return hash_texts(parts)

    def of_proposing(self) -> str:
        """Hash what the page on which a site is proposed is drawn from, and its data: no plot has a part in it."""
        return hash_texts(["proposing", self._shared, self._sources])

    def of_issues(self) -> str:
        """Hash what the page of the issues is drawn from: it leads to the plots that they name."""
        content = self._content
        keys = content.issues["feature_key"].dropna().unique()
        named = content.tables.plots["plot_id"].isin(keys).to_numpy() if len(keys) else _NO_ROWS
        own = [hash_table(content.issues), repr(content.layer_counts), _as_text(self._plot_rows[named])]
        return hash_texts(["issues", self._shared, self._sources, *own])

    def of_sites(self) -> str:
        """Hash what the pages of the proposed sites are drawn from: what the screening found, and the layers."""
        sites = self._content.sites
        if sites is None:
            return hash_texts(["sites", self._shared, self._sources])
        own = [*_parts_of(sites.screening, but="case"), *_parts_of(sites, but="screening")]
        return hash_texts(["sites", self._shared, self._sources, *own])

    @cached_property
    def _shared(self) -> str:
        """Hash what all pages and scripts show, or decide by."""
        content = self._content
        facts = [
            content.region, content.language, content.as_of, dict(content.near_m), content.single_files,
            content.tile_url, sorted(content.published), content.known_from, content.data_files,
            content.undivided_min_width_m, [] if content.rules is None else content.rules.rows,
        ]  # fmt: skip
        networks = content.plot_networks
        given = [name in networks and bool(networks[name].notna().any()) for name in _GIVEN]
        return hash_texts([self._surroundings, *map(repr, facts), repr(given)])

    @cached_property
    def _sources(self) -> str:
        """Write the table of layers, which stands on every page."""
        sources = self._content.sources.values()
        return repr(
            [(each.key, each.role, each.name, each.provenance, each.rows, each.kept_from) for each in sources]
        )

    @cached_property
    def _told(self) -> Hashes:
        """What cards say of every plot: its row, its state, who shares its supply, findings beside other plots."""
        content = self._content
        told = self._plot_rows * _STEP + hash_rows(content.states.drop(columns="plot_id"))
        networks = content.plot_networks
        if "shared_by" in networks:
            known = np.flatnonzero(networks["shared_by"].notna().to_numpy())
            sharing = networks[["network", "state", "shared_by"]].iloc[known]
            told = _fold(told, known // ROWS_OF_PLOT, hash_rows(sharing))
        if content.findings is not None:
            own = content.findings.own
            about = own[(own["feature_layer"] == "plots").to_numpy(dtype=bool)]
            told = _fold(told, self._places(about["subject_id"]), self._with_named(about))
        return told

    @cached_property
    def _lived(self) -> Hashes:
        """What pages of zones say of the past of every plot: states, events, inspections with their photos."""
        content = self._content
        lived = np.zeros(len(self._plot_rows), dtype=np.uint64)
        for table in (content.state_days, content.overdue):
            if table is not None:
                lived = _fold(lived, self._places(table["plot_id"]), hash_rows(table))
        for told in (content.history, content.inspections):
            texts = np.array([self._write(told[plot_id]) for plot_id in told], dtype=object)
            lived = _fold(
                lived,
                self._places(pd.Series(list(told), dtype=object)),
                pd.util.hash_array(texts, categorize=False),
            )
        return lived

    def _write(self, told: Sequence[Any]) -> str:
        """Write events or inspections as text, with the photos that there are."""
        photos = [name for each in told for name in getattr(each, "photos", ()) if name in self._content.photos]
        return f"{told!r} {photos}"

    @cached_property
    def _about_zones(self) -> list[Mapping[str, Hashes]]:
        """What was worked out for every zone, table by table."""
        content = self._content
        tables = [
            content.zone_figures.reset_index(), content.zone_networks, content.provision,
            content.zone_hazard_classes,
        ]  # fmt: skip
        found = [_by_key(table, table["zone_id"]) for table in tables if table is not None and "zone_id" in table]
        if content.findings is not None:
            findings = content.findings.zones
            found.append(_by_key(findings, findings["subject_id"]))
        return found

    def _strips_near(self, place: int) -> Hashes:
        """Hash the strips that the map of a zone shows, with the plots that they lie around."""
        if self._content.strips is None:
            return _NONE
        tree, hashes = self._strips
        frame = zone_frame(self._content, place)
        near: Hashes = hashes[np.sort(tree.query(shapely.box(*frame.bounds)))]
        return near

    @cached_property
    def _strips(self) -> tuple[Any, Hashes]:
        strips: Any = self._content.strips
        return shapely.STRtree(np.asarray(strips.geometry.array)), self._with_named(strips)

    def _neighbours(self, rows: Rows) -> Hashes:
        """Hash all plots that may lie beside some plots."""
        if not len(rows):
            return _NONE
        around = shapely.box(*shapely.total_bounds(self._shapes[rows])).buffer(2 * TOUCHING_M)
        beside: Hashes = self._plot_rows[np.sort(self._tree.query(around))]
        return beside

    @cached_property
    def _shapes(self) -> NDArray[Any]:
        return np.asarray(self._content.tables.plots.geometry.array, dtype=object)

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self._shapes)

    def _with_named(self, table: Any) -> Hashes:
        """Hash rows that name an object, together with the plot where that is one: pages write its number."""
        hashes: Hashes = hash_rows(table) * _STEP
        beside = np.flatnonzero((table["feature_layer"] == "plots").to_numpy(dtype=bool, na_value=False))
        named = self._places(table["feature_id"].iloc[beside])
        hashes[beside] += np.append(self._plot_rows, np.uint64(0))[named]
        return hashes

    def _places(self, plot_ids: Any) -> Rows:
        """Return the rows of some plots, -1 for an id that no plot has."""
        if not len(plot_ids):
            return _NO_ROWS
        if isinstance(plot_ids.dtype, pd.CategoricalDtype):
            of_words = self._ids.get_indexer(pd.Index(plot_ids.cat.categories, dtype=object))
            of_rows: Rows = np.append(of_words, -1)[plot_ids.cat.codes]
            return of_rows
        places: Rows = self._ids.get_indexer(pd.Index(plot_ids, dtype=object))
        return places

    @cached_property
    def _ids(self) -> Any:
        return pd.Index(self._content.tables.plots["plot_id"].to_numpy(dtype=object))

    @cached_property
    def _zone_ids(self) -> list[str]:
        return [str(zone_id) for zone_id in self._content.tables.zones["zone_id"]]

    @cached_property
    def _rows_of(self) -> dict[str, Rows]:
        zone_ids = self._content.tables.plots["zone_id"]
        return {str(zone_id): rows for zone_id, rows in zone_ids.groupby(zone_ids).indices.items()}


def _parts_of(whole: Any, *, but: str) -> Iterator[str]:
    """Write the fields of a dataclass, one of them apart: tables as hashes, what else there is as text."""
    for name, value in vars(whole).items():
        if name != but:
            yield f"{name} {hash_table(value) if isinstance(value, pd.DataFrame) else repr(value)}"


def _fold(told: Hashes, places: Rows, hashes: Hashes) -> Hashes:
    """Put rows about plots into the hashes of the plots: which rows, how many, and in which order."""
    known = places >= 0
    places, hashes = places[known], hashes[known]
    turn = pd.Series(places).groupby(places).cumcount().to_numpy(dtype=np.uint64)
    folded = told * _STEP
    np.add.at(folded, places, (hashes + np.uint64(1)) * (np.uint64(2) * turn + np.uint64(1)))
    return folded


def _by_key(table: Any, keys: Any) -> Mapping[str, Hashes]:
    """Give the hashes of the rows about each zone, in their order."""
    hashes = hash_rows(table)
    groups = pd.Series(range(len(table))).groupby(keys.astype(str).to_numpy(dtype=object)).indices
    return {str(key): hashes[rows] for key, rows in groups.items()}


def _as_text(hashes: Hashes) -> str:
    return hashes.tobytes().hex()
