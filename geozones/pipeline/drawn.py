"""Which files of a run were drawn from what, so that the next run takes over those that would be the same."""

from __future__ import annotations

import json
from typing import Any

from geozones import cache, publish

_KIND = "drawn"
_FILE = "files.json"


class DrawnFiles:
    """Files of the served run by what they were drawn from, and those of the run that is being written.

    Parameters
    ----------
    run
        The run that is being written.
    store, served
        Where the list of the served run is kept, and that run; nothing is taken over where there is none.

    Attributes
    ----------
    taken
        Names of the files that were taken over, relative to the run.
    """

    def __init__(self, run: publish.RunFolder, store: cache.Store, served: publish.RunInfo | None) -> None:
        self._run = run
        self._store = store
        self._before = {} if served is None else _read(store, served.run_id)
        self._now: dict[str, Any] = {}
        self.taken: set[str] = set()

    def of(self, audience: str) -> AudienceFiles:
        """Give those of one audience."""
        return AudienceFiles(self, audience)

    def take(self, key: str) -> str | None:
        """Take over the file that was drawn from the same; gives its name, None where there is none."""
        name = self._before.get(key)
        if not isinstance(name, str) or not self._run.take_over(name):
            return None
        self._now[key] = name
        self.taken.add(name)
        return name

    def keep(self, key: str, name: str) -> None:
        """Say what a file is drawn from."""
        self._now[key] = name

    def take_all(self, key: str) -> Any | None:
        """Take over all files made from the same; gives what was told of them, None where one is missing."""
        known = self._before.get(key)
        if not isinstance(known, list) or not all(self._run.take_over(name) for name in known[0]):
            return None
        self._now[key] = known
        self.taken.update(known[0])
        return known[1]

    def keep_all(self, key: str, names: list[str], told: Any) -> None:
        """Say what some files are made from, and what is told of them."""
        self._now[key] = [names, told]

    def write(self) -> None:
        """Keep the list for the next run."""
        _write(self._store, self._run.run_id, self._now)


class AudienceFiles:
    """The files of one audience, by names relative to its folder."""

    def __init__(self, files: DrawnFiles, audience: str) -> None:
        self._files = files
        self._folder = f"{audience}/"

    def take(self, key: str) -> str | None:
        """Take over the file that was drawn from the same; gives its name, None where there is none."""
        name = self._files.take(key)
        return None if name is None else name.removeprefix(self._folder)

    def keep(self, key: str, name: str) -> None:
        """Say what a file is drawn from."""
        self._files.keep(key, self._folder + name)

    def take_all(self, key: str) -> Any | None:
        """Take over all files made from the same; gives what was told of them, None where one is missing."""
        return self._files.take_all(key)

    def keep_all(self, key: str, names: list[str], told: Any) -> None:
        """Say what some files are made from, and what is told of them."""
        self._files.keep_all(key, [self._folder + name for name in names], told)


def hand_on(store: cache.Store, before: str, now: str) -> None:
    """Keep the list of one run for another that has the same files."""
    _write(store, now, _read(store, before))


def _read(store: cache.Store, run_id: str) -> dict[str, Any]:
    """Read the list of a run; one of another code is none."""
    entry = store.find(_KIND, run_id)
    if entry is None:
        return {}
    try:
        found = json.loads((entry / _FILE).read_text("utf-8"))
        return dict(found["files"]) if found["code"] == cache.code_version() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(store: cache.Store, run_id: str, files: dict[str, Any]) -> None:
    with store.write(_KIND, run_id) as folder:
        (folder / _FILE).write_text(json.dumps({"code": cache.code_version(), "files": files}), encoding="utf-8")
