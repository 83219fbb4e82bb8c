"""Taking over pages and scripts of an earlier run that would be drawn as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from geozones.fingerprints import hash_texts

if TYPE_CHECKING:
    from geozones.maps.origins import Origins

Rows = NDArray[np.intp]


class Earlier(Protocol):
    """Files of an earlier run, by a hash of what they were drawn from; `name` is relative to the audience."""

    def take(self, key: str) -> str | None:
        """Take over the file that was drawn from the same; gives its name, None where there is none."""

    def keep(self, key: str, name: str) -> None:
        """Say what a file is drawn from, for the next run."""


class Recall:
    """What one audience takes over from an earlier run.

    Parameters
    ----------
    earlier
        The files of that run.
    origins
        What the files of this run are drawn from.
    audience
        Its name: no file of one audience stands in for that of the other.
    """

    def __init__(self, earlier: Earlier, origins: Origins, *, audience: str) -> None:
        self._earlier = earlier
        self._origins = origins
        self._audience = audience

    def draw_zone(
        self, name: str, place: int, draw: Callable[[], bytes], *, with_sheets: bool, frame: str
    ) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of the page of a zone; nothing where the earlier page is taken over.

        `frame` stands for what is around the content: where the plots of the page lie in tiles, what it inlines.
        """
        key = self._key(name, frame, self._origins.of_zone(place, with_sheets=with_sheets))
        if self._earlier.take(key) is None:
            yield name, draw()
            self._earlier.keep(key, name)

    def take_details(self, rows: Rows) -> str | None:
        """Take over the script that tells everything of some plots; gives its name."""
        name = self._earlier.take(self._details_key(rows))
        return None if name is None else name.removeprefix(PLOTS).removesuffix(".js")

    def keep_details(self, rows: Rows, name: str) -> None:
        """Say which plots a script tells of."""
        self._earlier.keep(self._details_key(rows), f"{PLOTS}{name}.js")

    def _details_key(self, rows: Rows) -> str:
        return self._key("details", self._origins.of_plots(rows))

    def _key(self, *parts: str) -> str:
        return hash_texts([self._audience, *parts])


class DrawAll(Recall):
    """Takes nothing over: everything is drawn."""

    def __init__(self) -> None:
        """Know of no earlier run."""

    def draw_zone(
        self, name: str, place: int, draw: Callable[[], bytes], *, with_sheets: bool, frame: str
    ) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of the page."""
        yield name, draw()

    def take_details(self, rows: Rows) -> str | None:
        """Give None."""
        return None

    def keep_details(self, rows: Rows, name: str) -> None:
        """Forget it."""


PLOTS = "plots/"
"""Folder of the scripts of plots, below that of the audience."""
