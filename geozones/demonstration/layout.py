"""Lay a zone out: outline, streets, rows of plots along them, green belt; all corners shared exactly.

Plots are cut in a straight frame (u along the road, v away from it), corners that stand on a neighbour's edge
are added to that edge, and only then is everything bent, turned, scaled to its hectares and put in place. So
neighbours share every corner, and rounding can open neither a gap nor an overlap between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from geozones.demonstration.ground import SURVEY_DECIMALS, Chance, Points, area_ha, degrees
from geozones.demonstration.zone_plan import Layout

ROW_DEPTHS = {"s": 1.0, "m": 1.6, "l": 2.6, "x": 4.0}
SMALLEST_PLOT_M2 = 3000.0
OUTLINE_STEP_M = 60.0
"""Longest piece of the outline of a bent zone."""
Span = tuple[float, float]


@dataclass(frozen=True)
class Site:
    """Where a zone stands: the middle of its front (UTM metres) and the direction of its u axis."""

    front: tuple[float, float]
    direction_rad: float


@dataclass(frozen=True)
class LaidOutZone:
    """A zone in UTM metres: outline, plots from the gate inwards, streets, and the way in from the road.

    `streets` run along the rows, from the spine to the last plot; `spine` leads from the gate across all streets.
    """

    outline: BaseGeometry
    plots: tuple[BaseGeometry, ...]
    streets: tuple[BaseGeometry, ...]
    spine: BaseGeometry


def lay_out(layout: Layout, *, hectares: float, site: Site, chance: Chance) -> LaidOutZone:
    """Lay out one zone of so many measured hectares at a site."""
    straight = _StraightZone(layout, hectares, chance)
    cut = straight.cut_plots()
    streets, spine = straight.find_streets(cut)
    noded = node(cut)
    step_m = OUTLINE_STEP_M if layout.bend_m else math.inf
    outline = shapely.segmentize(straight.outline, step_m)
    shapes = [straight.warp(shape) for shape in (outline, spine, *streets, *noded)]
    scale = 1.0
    for _ in range(3):
        placed = _place(shapes[0], layout, site, scale)
        scale *= math.sqrt(hectares / area_ha(degrees(placed, decimals=SURVEY_DECIMALS)))
    placed_all = [_place(shape, layout, site, scale) for shape in shapes]
    first_plot = 2 + len(streets)
    return LaidOutZone(
        placed_all[0], tuple(placed_all[first_plot:]), tuple(placed_all[2:first_plot]), placed_all[1]
    )


def node(shapes: list[BaseGeometry], *, tolerance_m: float = 1e-4) -> list[BaseGeometry]:
    """Add to every edge the corners of other shapes that stand on it."""
    corners = np.unique(np.round(shapely.get_coordinates(shapes), 6), axis=0)
    noded: list[BaseGeometry] = []
    for shape in shapes:
        ring = shapely.get_coordinates(shape)
        new: list[Points] = []
        for start, end in pairwise(ring):
            along = end - start
            length = float(np.hypot(along[0], along[1]))
            offset = corners - start
            share = offset @ along / length**2
            aside = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]) / length
            between = (aside < tolerance_m) & (share * length > 0.01) & (share * length < length - 0.01)
            new.append(start)
            new.extend(corners[between][np.argsort(share[between])])
        noded.append(shapely.Polygon(new))
    return noded


def _place(shape: BaseGeometry, layout: Layout, site: Site, scale: float) -> BaseGeometry:
    angle = site.direction_rad + math.radians(layout.turn_deg)
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    x = site.front[0] - layout.gap_m * math.sin(site.direction_rad)
    y = site.front[1] + layout.gap_m * math.cos(site.direction_rad)
    return affine_transform(shape, [cos, -sin, sin, cos, x, y])


class _StraightZone:
    """The zone in its own frame, before bending: u from -length/2 to length/2, v from 0 to depth, in metres."""

    def __init__(self, layout: Layout, hectares: float, chance: Chance) -> None:
        self.layout, self.chance = layout, chance
        lost = sum(du * dv / 2 for _, du, dv in layout.cuts)
        area_m2 = hectares * 10_000 / (1 - lost)
        self.depth = math.sqrt(area_m2 / layout.aspect)
        self.length = area_m2 / self.depth
        self.outline = shapely.Polygon(self._outline_corners())
        self.inner = self.outline.buffer(-layout.belt_m, join_style="mitre")
        self.blocks, self.street_spans = self._split_rows()
        self.columns = self._split_columns()

    def _outline_corners(self) -> list[tuple[float, float]]:
        half, depth = self.length / 2, self.depth
        corners = [(-half, 0.0), (half, 0.0), (half, depth), (-half, depth)]
        cuts = {corner: (du * self.length, dv * depth) for corner, du, dv in self.layout.cuts}
        ring: list[tuple[float, float]] = []
        for number, (u, v) in enumerate(corners):
            if number not in cuts:
                ring.append((u, v))
                continue
            du, dv = cuts[number]
            along = (u - math.copysign(du, u), v)
            across = (u, v + (dv if v == 0 else -dv))
            ring.extend((across, along) if number in (0, 2) else (along, across))
        return ring

    def _split_rows(self) -> tuple[list[list[Span]], list[Span]]:
        """Blocks of one or two rows between the streets, and the streets, as spans of v."""
        rows = self.layout.rows
        streets_m = rows.count("|") * self.layout.street_m
        unit_m = (self.depth - 2 * self.layout.belt_m - streets_m) / sum(ROW_DEPTHS.get(row, 0.0) for row in rows)
        v = self.layout.belt_m
        blocks: list[list[Span]] = [[]]
        streets: list[Span] = []
        for row in rows:
            deep = self.layout.street_m if row == "|" else ROW_DEPTHS[row] * unit_m
            if row == "|":
                streets.append((v, v + deep))
                blocks.append([])
            else:
                blocks[-1].append((v, v + deep))
            v += deep
        return [block for block in blocks if block], streets

    def _split_columns(self) -> list[Span]:
        """Spans of u between the cross streets."""
        edge = self.length / 2 - self.layout.belt_m
        half_street = self.layout.street_m / 2
        middles = [self._u(share) for share in sorted(self.layout.crossings)]
        starts = [-edge, *(u + half_street for u in middles)]
        ends = [*(u - half_street for u in middles), edge]
        return list(zip(starts, ends, strict=True))

    def _u(self, share: float) -> float:
        return (share - 0.5) * self.length

    def cut_plots(self) -> list[BaseGeometry]:
        """Cut every block into plots, from the gate inwards, leaving out what is not divided yet."""
        plots: list[BaseGeometry] = []
        for block in self.blocks:
            for column in self.columns:
                if not self._is_undivided(column, block):
                    plots.extend(self._cut_block(column, block))
        return plots

    def _is_undivided(self, column: Span, block: list[Span]) -> bool:
        u = sum(column) / 2 / self.length + 0.5
        v = (block[0][0] + block[-1][1]) / 2 / self.depth
        return any(u0 <= u <= u1 and v0 <= v <= v1 for u0, u1, v0, v1 in self.layout.undivided)

    def _cut_block(self, column: Span, block: list[Span]) -> list[BaseGeometry]:
        u0, u1 = column
        boxes: list[BaseGeometry] = []
        if len(block) == 2 and self.chance.between(0, 1) < self.layout.large_share:
            deep = block[1][1] - block[0][0]
            wide = min(deep * self.chance.between(0.55, 0.95), 0.5 * (u1 - u0))
            at_start = self.chance.between(0, 1) < 0.5
            large = (u0, u0 + wide) if at_start else (u1 - wide, u1)
            u0, u1 = (u0 + wide, u1) if at_start else (u0, u1 - wide)
            boxes.append(shapely.box(large[0], block[0][0], large[1], block[1][1]))
        for v0, v1 in block:
            cuts = self._cut_row(u0, u1, v1 - v0)
            boxes.extend(shapely.box(a, v0, b, v1) for a, b in pairwise(cuts))
        clipped = [shapely.intersection(box, self.inner) for box in boxes]
        return [shape for shape in clipped if shape.geom_type == "Polygon" and shape.area > SMALLEST_PLOT_M2]

    def _cut_row(self, u0: float, u1: float, deep: float) -> list[float]:
        wanted = deep * self.layout.width * self.chance.between(0.75, 1.15)
        count = max(1, round((u1 - u0) / wanted))
        widths = np.array([self.chance.between(0.6, 1.5) for _ in range(count)])
        cuts = u0 + (u1 - u0) * np.cumsum(widths) / widths.sum()
        return [u0, *(round(float(cut), 1) for cut in cuts[:-1]), u1]

    def find_streets(self, plots: list[BaseGeometry]) -> tuple[list[BaseGeometry], BaseGeometry]:
        """Find the middle lines of the streets that have plots, and the spine from the road to the last one."""
        gate = self._u(self.layout.crossings[0])
        streets: list[BaseGeometry] = []
        last = self.layout.belt_m
        for v0, v1 in self.street_spans:
            beside = [
                plot.bounds for plot in plots if abs(plot.bounds[1] - v1) < 1 or abs(plot.bounds[3] - v0) < 1
            ]
            if beside:
                start, end = min(box[0] for box in beside), max(box[2] for box in beside)
                middle = (v0 + v1) / 2
                line = shapely.LineString([(min(start, gate), middle), (max(end, gate), middle)])
                streets.append(shapely.segmentize(line.intersection(self.inner), 120.0))
                last = middle
        spine = shapely.LineString([(gate, -self.layout.gap_m), (gate, last)])
        return streets, shapely.segmentize(spine, 120.0)

    def warp(self, shape: BaseGeometry) -> BaseGeometry:
        """Skew and bend a shape of the straight frame."""

        def move(points: Points) -> Points:
            u, v = points[:, 0], points[:, 1]
            swing = self.layout.bend_m * (np.cos(np.pi * u / self.length) - 0.5)
            return np.column_stack([u + self.layout.skew * v, v + swing])

        return shapely.transform(shape, move)
