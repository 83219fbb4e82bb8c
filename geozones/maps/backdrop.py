"""What the pages of sites draw upon, whether they belong to a run or stand alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from geozones.maps.content import PageContent
from geozones.maps.ground import Ground
from geozones.maps.provenance import LayerLine, layer_lines


class Backdrop(Protocol):
    """The content, the ground under it, the table of layers; an `Atlas` has them too."""

    @property
    def content(self) -> PageContent:
        """What the pages show."""

    @property
    def ground(self) -> Ground:
        """What lies under and around the zones."""

    @property
    def layers(self) -> list[LayerLine]:
        """The table of layers."""


@dataclass(frozen=True)
class PlainBackdrop:
    """A backdrop without plots and zones worked out."""

    content: PageContent
    ground: Ground
    layers: list[LayerLine]


def make_backdrop(content: PageContent) -> PlainBackdrop:
    """Work out the ground and the table of layers of a content."""
    return PlainBackdrop(content, Ground(content), layer_lines(content))
