"""The draft of a folder: which tables become layers, under which key, in which CRS, and where the region lies."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from geozones.checks.coordinates import Bounds, Guess, guess_crs, share_inside
from geozones.config import Role
from geozones.crs import WGS84, datum_family, find_operation, parse_crs
from geozones.drafting.columns import PLACE_WORDS, ColumnGuess, ColumnPlan, plan_columns
from geozones.drafting.facts import ColumnFacts, FileFacts, TableFacts
from geozones.drafting.spelling import find_stem, plain
from geozones.drafting.subjects import Subject, find_subject
from geozones.drafting.value_words import CRS_WORDS, REGION_BOUNDS, REGION_NAMES
from geozones.errors import CrsError, Message
from geozones.i18n import N_
from geozones.tables import ALLOCATIONS, CONTRACTS

KAZAKHSTAN: Bounds = (46.0, 40.0, 88.0, 56.0)
"""Where coordinates are looked for while the region is not known (lon, lat)."""

ONE_IS_ENOUGH = frozenset({"districts", "settlements", "rivers", "lakes", "roads", "railways"})
"""Roles of the background: a second layer of the same things is drafted, but left out."""

MADE_KEYS = frozenset(
    {"gas", "power", "water", "connection_points", "parcels", "settlements", "roads", "railways", "rivers",
     "lakes", "restricted", "inspections"}
)  # fmt: skip
_MARGIN_DEGREES = 0.5
_INVENTED = ("демо", "demo", "вымышлен", "ойдан")
_KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")


@dataclass(frozen=True)
class LayerDraft:
    """A table as a layer of the settings; `is_used` tells whether it is written, or only put there as a comment.

    `crs` is set where the settings must name one; `other_crs` are the others that fit as well.
    """

    key: str
    role: Role
    table: TableFacts
    subject: Subject
    plan: ColumnPlan
    is_used: bool = True
    crs: Guess | None = None
    other_crs: tuple[Guess, ...] = ()
    is_crs_wrong: bool = False
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class RegionDraft:
    """Names, working CRS and bounds of the region; None and False where they cannot be told."""

    name: dict[str, str] | None
    bounds: Bounds
    crs: str
    is_placed: bool
    is_invented: bool


@dataclass(frozen=True)
class Draft:
    """The settings of a folder as guessed, and the tables and files that are not used, each with the reason."""

    region: RegionDraft
    language: str
    layers: tuple[LayerDraft, ...]
    opening: TableFacts | None = None
    opening_lacks: tuple[str, ...] = ()
    unused: tuple[tuple[str, Message], ...] = field(default=())

    @property
    def used(self) -> tuple[LayerDraft, ...]:
        """The layers that the settings name."""
        return tuple(layer for layer in self.layers if layer.is_used)


def draft_settings(files: Sequence[FileFacts]) -> Draft:
    """Draft the settings of a folder.

    Parameters
    ----------
    files
        What is known of each of its files, in order.

    Returns
    -------
    Draft
        Every table stands in it once: as a layer, as the opening balance, or among the unused.
    """
    subjects = [(table, find_subject(table)) for file in files for table in file.tables]
    region = _draft_region(subjects)
    layers: list[LayerDraft] = []
    unused = [(file.source, problem) for file in files for problem in file.problems]
    registers: list[TableFacts] = []
    for table, subject in subjects:
        if subject is None or table.rows == 0:
            unused.append((_title(table), _ask_for_role(table)))
        elif subject.topic.name == "register":
            registers.append(table)
        elif subject.topic.role is None:
            unused.append((_title(table), Message(subject.topic.reason)))
        else:
            layers.append(_draft_layer(table, subject, subject.topic.role, region))
    opening = max(registers, key=_count_contract_columns, default=None)
    unused += [
        (_title(table), Message(N_("Another register of who holds which plot; only one can open the ledger.")))
        for table in registers if table is not opening
    ]  # fmt: skip
    return Draft(
        region,
        _guess_language(files),
        tuple(_name_keys(_join_by_names(_leave_out_doubles(layers, region), opening))),
        opening,
        _opening_lacks(opening),
        tuple(unused),
    )


def _title(table: TableFacts) -> str:
    return table.source if table.layer is None else f"{table.source} · {table.layer}"


def _ask_for_role(table: TableFacts) -> Message:
    if table.rows == 0:
        return Message(N_("It holds no rows."))
    roles = [role for role, contract in CONTRACTS.items() if _may_be(contract.geometry, table.shapes)]
    return Message(
        N_("What is it? Neither its name nor its columns tell ({columns}). If it is one of these, add a layer for "
           "it: {roles}."),
        {"columns": ", ".join(column.name for column in table.columns[:8]) or "–", "roles": ", ".join(roles)},
    )  # fmt: skip


def _may_be(kind: str, shapes: tuple[str, ...]) -> bool:
    return kind == "any" or bool(set(kind.split("_or_")) & set(shapes))


# ---- the region ----


def _draft_region(subjects: Sequence[tuple[TableFacts, Subject | None]]) -> RegionDraft:
    bounds = _find_bounds(subjects)
    wanted = bounds or REGION_BOUNDS
    middle = (wanted[0] + wanted[2]) / 2
    is_known = _share(wanted, REGION_BOUNDS) > 0.8
    words = [word for table, _ in subjects for column in table.columns[:8] for word in column.words[:3]]
    zones = [table for table, subject in subjects if subject and subject.topic.name in ("zones", "plots")]
    names = [word for table in zones for column in table.columns for word in column.words[:20]]
    return RegionDraft(
        name=dict(REGION_NAMES) if is_known and words else None,
        bounds=wanted,
        crs=f"EPSG:{32601 + math.floor((middle + 180) / 6)}",
        is_placed=bounds is not None,
        is_invented=any(find_stem(plain(word), _INVENTED) for word in names),
    )


def _find_bounds(subjects: Sequence[tuple[TableFacts, Subject | None]]) -> Bounds | None:
    """Find where the region lies: around its outline, else its zones and plots with districts that fit them."""
    by_topic: dict[str, list[Bounds]] = {}
    for table, subject in subjects:
        if subject is not None and (place := _bounds_of(table)):
            by_topic.setdefault(subject.topic.name, []).append(place)
    core = [place for name in ("zones", "plots") for place in by_topic.get(name, ())]
    for name in ("outline", "districts", "settlements"):
        fitting = [place for place in by_topic.get(name, ()) if all(_share(one, place) > 0.5 for one in core)]
        if fitting:
            smallest = min(fitting, key=lambda place: (place[2] - place[0]) * (place[3] - place[1]))
            return _round_out([smallest, *core])
    everything = core or [place for places in by_topic.values() for place in places]
    return _round_out(everything) if everything else None


def _round_out(places: Iterable[Bounds]) -> Bounds:
    west, south, east, north = np.array(list(places)).T
    low = [math.floor((min(values) - _MARGIN_DEGREES) * 10) / 10 for values in (west, south)]
    high = [math.ceil((max(values) + _MARGIN_DEGREES) * 10) / 10 for values in (east, north)]
    return (low[0], low[1], high[0], high[1])


def _share(one: Bounds, other: Bounds) -> float:
    """Tell which share of one rectangle lies in another; a point counts whole."""
    width, height = max(one[2] - one[0], 1e-9), max(one[3] - one[1], 1e-9)
    common = [min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])]
    return float(np.clip(common[0] / width, 0, 1) * np.clip(common[1] / height, 0, 1)) if min(common) >= 0 else 0.0


def _bounds_of(table: TableFacts) -> Bounds | None:
    """Find the bounds (lon, lat) of a table whose CRS is stated and puts it into the country."""
    if table.crs is None or not len(table.points):
        return None
    try:
        system = parse_crs(table.crs)
        if share_inside(table.points, system, KAZAKHSTAN) < 0.5:
            return None
        lon, lat = find_operation(system, WGS84).convert(table.points[:, 0].copy(), table.points[:, 1].copy())
    except CrsError:
        return None
    west, south, east, north = table.extent or (lon.min(), lat.min(), lon.max(), lat.max())
    return (float(west), float(south), float(east), float(north))


# ---- layers ----


def _draft_layer(table: TableFacts, subject: Subject, role: Role, region: RegionDraft) -> LayerDraft:
    places = PLACE_WORDS if table.places else ("district",) if table.shapes == ("none",) else ()
    plan = plan_columns(table, CONTRACTS[role], made_keys=MADE_KEYS, places=places)
    layer = LayerDraft("", role, table, subject, plan)
    if not len(table.points):
        return layer
    system = None
    if table.crs is not None:
        try:
            system = parse_crs(table.crs)
        except CrsError:
            system = None
    if system is not None and share_inside(table.points, system, region.bounds) >= 0.5:
        return layer
    guesses = _prefer_named(guess_crs(table.points, region.bounds), _title(table))
    if table.crs is None or guesses:
        return replace(
            layer, crs=guesses[0] if guesses else None, other_crs=tuple(guesses[1:]),
            is_crs_wrong=table.crs is not None,
        )  # fmt: skip
    outside = Message(N_("Most of it lies outside the region as drafted above."))
    return replace(layer, is_used=False, remarks=(outside,))


def _prefer_named(guesses: list[Guess], name: str) -> list[Guess]:
    """Put those CRS first whose datum the name of a file tells."""
    text = plain(name)
    families = {family for family, stems in CRS_WORDS.items() if find_stem(text, stems)}
    return sorted(guesses, key=lambda guess: datum_family(parse_crs(guess.crs)) not in families)


def _leave_out_doubles(layers: Sequence[LayerDraft], region: RegionDraft) -> list[LayerDraft]:
    """Leave out all but the best layer of each role of the background."""
    best: dict[str, LayerDraft] = {}
    for layer in layers:
        known = best.get(layer.role)
        if layer.is_used and (known is None or _rank(layer, region) > _rank(known, region)):
            best[layer.role] = layer
    kept = []
    for layer in layers:
        if layer.role in ONE_IS_ENOUGH and layer.is_used and layer is not best[layer.role]:
            other = Message(
                N_("{file} gives the same things; take this one in place of it, or both."),
                {"file": _title(best[layer.role].table)},
            )
            layer = replace(layer, is_used=False, remarks=(*layer.remarks, other))
        kept.append(layer)
    order = list(CONTRACTS)
    return sorted(kept, key=lambda layer: (not layer.is_used, order.index(layer.role)))


def _join_by_names(layers: Sequence[LayerDraft], opening: TableFacts | None) -> list[LayerDraft]:
    """Take those columns for keys by which others name them: plots by the register, zones by their plots."""
    by_register = {word for column in _columns_of(opening, "plot_id") for word in column.all_words}
    by_plots = {
        word
        for layer in layers
        if layer.role == "plots" and layer.is_used and (source := layer.plan.source_of("zone_id"))
        for word in layer.table.column(source).all_words
    }
    return [_take_key(_take_key(layer, "plots", by_register), "zones", by_plots) for layer in layers]


def _columns_of(table: TableFacts | None, name: str) -> list[ColumnFacts]:
    return [] if table is None else [column for column in table.columns if column.name.casefold() == name]


def _take_key(layer: LayerDraft, role: Role, named: set[str]) -> LayerDraft:
    """Change the key of a layer of a role to the column that holds most of the names."""
    key = CONTRACTS[role].key
    if layer.role != role or not layer.is_used or not named:
        return layer
    now = layer.plan.source_of(key)
    unique = [column for column in layer.table.columns if column.is_unique]
    best = max(unique, key=lambda column: (len(named & column.all_words), column.name == now), default=None)
    if best is None or best.name == now or len(named & best.all_words) < len(named) / 2:
        return layer
    guess = ColumnGuess(key, best.name, "likely", is_same=best.name == key)
    others = tuple(each for each in layer.plan.columns if each.column != key)
    asked = tuple(column for column in layer.plan.asked if column != key)
    return replace(layer, plan=replace(layer.plan, columns=(guess, *others), asked=asked))


def _rank(layer: LayerDraft, region: RegionDraft) -> tuple[float, ...]:
    """Rank layers of one role: in the region, columns that are filled, how sure the guess is, rows."""
    place = _bounds_of(layer.table)
    inside = round(_share(place, region.bounds), 1) if place else 0.0
    return (not layer.plan.asked, inside, len(layer.plan.columns), layer.subject.score, layer.table.rows)


def _name_keys(layers: Iterable[LayerDraft]) -> Iterable[LayerDraft]:
    """Give each layer a key: its role; further ones of a role are numbered."""
    counts: dict[str, int] = {}
    for layer in layers:
        counts[layer.role] = counts.get(layer.role, 0) + 1
        number = counts[layer.role]
        yield replace(layer, key=layer.role if number == 1 else f"{layer.role}_{number}")


# ---- the register and the language ----


def _count_contract_columns(table: TableFacts) -> int:
    names = {column.name.casefold() for column in table.columns}
    return len(names & set(ALLOCATIONS.column_names))


def _opening_lacks(opening: TableFacts | None) -> tuple[str, ...]:
    """Name the columns without which a register cannot open the ledger."""
    if opening is None:
        return ()
    names = {column.name.casefold() for column in opening.columns}
    return tuple(name for name in ("plot_id", "participant", "contract_date") if name not in names)


def _guess_language(files: Sequence[FileFacts]) -> str:
    """Guess the language of the region's people: that of the words in most columns."""
    kazakh = cyrillic = 0
    for file in files:
        for column in (column for table in file.tables for column in table.columns):
            text = f"{column.name} {' '.join(column.words[:10])}"
            is_cyrillic = bool(_CYRILLIC.search(text))
            cyrillic += is_cyrillic
            kazakh += is_cyrillic and len(_KAZAKH.findall(text)) > 0.08 * len(text)
    if not cyrillic:
        return "en"
    return "kk" if kazakh > cyrillic / 2 else "ru"
