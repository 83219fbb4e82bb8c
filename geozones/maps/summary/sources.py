"""Sources of the figures of a sheet, numbered in the order of their use, each with its day."""

from __future__ import annotations

from geozones.maps.content import PageContent
from geozones.maps.provenance import LayerLine
from geozones.maps.words import Words, join, same, t

_LEDGER, _PUBLISHED = "ledger", "published"


class Sources:
    """Numbers the sources that figures name: layers by their role, `ledger`, and `published`."""

    def __init__(self, content: PageContent, layers: list[LayerLine]) -> None:
        self._content = content
        self._lines: dict[str, list[LayerLine]] = {}
        for line in layers:
            self._lines.setdefault(line.role, []).append(line)
        self._numbers: dict[tuple[str, str], int] = {}
        self._named: dict[tuple[str, str], dict[str, Words]] = {}

    def mark(self, *roles: str) -> str:
        """Return the numbers of the sources of some roles, as `1, 2`; of a layer that is absent there is none."""
        found = sorted({place for role in roles for place in self._places(role)})
        return ", ".join(map(str, found))

    def listed(self) -> list[tuple[int, Words]]:
        """Return every source that was marked: its number, and what of it with source and day."""
        return [(place, self._words(key)) for key, place in self._numbers.items()]

    def _places(self, role: str) -> list[int]:
        if role == _LEDGER:
            return [self._place((_LEDGER, ""))]
        if role == _PUBLISHED:
            return [self._place((_PUBLISHED, ""))]
        places = []
        for line in self._lines.get(role, []):
            key = (line.source, line.day.en)
            places.append(self._place(key))
            self._named.setdefault(key, {})[line.key] = line.name
        return places

    def _place(self, key: tuple[str, str]) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _words(self, key: tuple[str, str]) -> Words:
        if key[0] == _LEDGER and not key[1]:
            return t("Ledger of allocation events, state on {day}", day=self._content.as_of)
        given = self._content.published_figures
        if key[0] == _PUBLISHED and not key[1] and given is not None:
            return join([same(given.source), t("figures of {day}", day=given.date)], ", ")
        day = next(
            line.day for lines in self._lines.values() for line in lines if (line.source, line.day.en) == key
        )
        layers = join(list(self._named[key].values()), ", ")
        return t("{layers}: {source}, {day}", layers=layers, source=key[0], day=day)
