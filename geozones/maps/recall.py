"""Taking over pages and scripts of an earlier run that would be drawn as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

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

    def take_all(self, key: str) -> Any | None:
        """Take over all files made from the same; gives what was told of them, None where one is missing."""

    def keep_all(self, key: str, names: list[str], told: Any) -> None:
        """Say what some files are made from, and what is told of them: JSON, not null."""


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

    def draw_pages(
        self, of: Callable[[Origins], str], draw: Callable[[], Iterable[tuple[str, bytes]]]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield names and bytes of pages that are drawn from the same; nothing where earlier ones are taken over.

        `of` gives the hash of what they are drawn from.
        """
        key = self._key("pages", of(self._origins))
        if self._earlier.take_all(key) is None:
            names = []
            for name, page in draw():
                names.append(name)
                yield name, page
            self._earlier.keep_all(key, names, True)

    def take_details(self, rows: Rows) -> str | None:
        """Take over the script that tells everything of some plots; gives its name."""
        name = self._earlier.take(self._details_key(rows))
        return None if name is None else name.removeprefix(PLOTS).removesuffix(".js")

    def keep_details(self, rows: Rows, name: str) -> None:
        """Say which plots a script tells of."""
        self._earlier.keep(self._details_key(rows), f"{PLOTS}{name}.js")

    def take_scripts(self, key: str) -> Any | None:
        """Take over the scripts of plots that were made from the same; gives what was told of them."""
        return self._earlier.take_all(self._key("scripts", key))

    def keep_scripts(self, key: str, names: list[str], told: Any) -> None:
        """Say what some scripts of plots are made from, and what is told of them."""
        self._earlier.keep_all(self._key("scripts", key), [f"{PLOTS}{name}.js" for name in names], told)

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

    def draw_pages(
        self, of: Callable[[Origins], str], draw: Callable[[], Iterable[tuple[str, bytes]]]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield names and bytes of the pages."""
        yield from draw()

    def take_details(self, rows: Rows) -> str | None:
        """Give None."""
        return None

    def keep_details(self, rows: Rows, name: str) -> None:
        """Forget it."""

    def take_scripts(self, key: str) -> None:
        """Give None."""

    def keep_scripts(self, key: str, names: list[str], told: Any) -> None:
        """Forget it."""


PLOTS = "plots/"
"""Folder of the scripts of plots, below that of the audience."""
