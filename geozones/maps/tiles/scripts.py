"""Scripts that hold bytes: deflated, as letters, under a name made from the content.

A page opened from a file may load scripts but read no files, so everything is a script with one call. The letters
stand in a comment: browsers keep the text of a script anyway, and a string in it once more.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

import orjson

_LEVEL = 6
_WAITING = 4

Script = tuple[str, bytes]
"""The name of a script and its bytes."""

Part = tuple[str, bytes | None]
"""A digest and its content; None where its script was packed already."""


class KnownScripts(Protocol):
    """Scripts that an earlier run has, by a hash of what they were made from."""

    def take(self, key: str) -> Any | None:
        """Take over all scripts that were made from it; gives what was told of them, None where there are none."""

    def keep(self, key: str, names: list[str], told: Any) -> None:
        """Say which scripts are made from it, and what the manifest tells of them."""


class NoScripts:
    """Knows of no earlier run."""

    def take(self, key: str) -> None:
        """Give None."""

    def keep(self, key: str, names: list[str], told: Any) -> None:
        """Forget it."""


def digest_of(content: Any) -> str:
    """Hash bytes, or what lies in memory as they do."""
    return hashlib.sha256(content).hexdigest()


def name_of(digest: str) -> str:
    """Name the script of a content: 12 letters of its digest."""
    return digest[:12]


def pack(content: bytes, name: str) -> bytes:
    """Write bytes as a script, ASCII alone."""
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    deflated = deflater.compress(content) + deflater.flush()
    return b'GZ.take("%s",()=>{/*%s*/});\n' % (name.encode(), base64.b64encode(deflated))


class Packer:
    """Writes contents as scripts: those of an earlier run are taken over, the same content is packed once.

    Parameters
    ----------
    known
        Scripts of an earlier run.
    packed
        Scripts that were packed already, by name; what is packed is added. None keeps none.
    """

    def __init__(self, known: KnownScripts, packed: dict[str, bytes] | None = None) -> None:
        self._known = known
        self._packed = packed

    def write(self, contents: Iterable[bytes]) -> Generator[Script, None, list[str]]:
        """Yield contents as scripts, and give the names of all.

        The contents are packed in their order, on all processors while the next ones are made. A script that is
        taken over is not among those yielded.
        """
        return (yield from self.write_parts((digest_of(content), content) for content in contents))

    def write_parts(self, parts: Iterable[Part]) -> Generator[Script, None, list[str]]:
        """Do the same with contents whose digests are known."""
        names, processors = [], min(4, os.cpu_count() or 1)
        coming: deque[tuple[str, Future[bytes]]] = deque()
        with ThreadPoolExecutor(max_workers=processors) as pool:
            for digest, content in parts:
                names.append(name_of(digest))
                if self._known.take(digest) is None:
                    coming.append((digest, pool.submit(self._pack, digest, content)))
                if len(coming) > _WAITING * processors:
                    yield self._finish(*coming.popleft())
            while coming:
                yield self._finish(*coming.popleft())
        return names

    def write_group(
        self, key: str, make: Callable[[], tuple[Iterable[bytes], Any]]
    ) -> Generator[Script, None, tuple[list[str], Any]]:
        """Yield the scripts of a group that follows from `key`, and give their names with what is told of them.

        Where the group is known it is not made: `make` gives the contents and, in JSON, what else is told.
        """
        known = self._known.take(key)
        if known is not None:
            digests, told = known
            for digest in digests:
                self._known.keep(digest, [name_of(digest)], True)
            return [name_of(digest) for digest in digests], told
        contents, told = make()
        digests = []

        def parts() -> Iterator[Part]:
            for content in contents:
                digests.append(digest_of(content))
                yield digests[-1], content

        names = yield from self.write_parts(parts())
        self._known.keep(key, names, [digests, told])
        return names, told

    def _pack(self, digest: str, content: bytes | None) -> bytes:
        packed = None if self._packed is None else self._packed.get(name_of(digest))
        if packed is not None:
            return packed
        if content is None:
            raise ValueError(f"nothing is left of script {name_of(digest)}")
        return pack(content, name_of(digest))

    def _finish(self, digest: str, coming: Future[bytes]) -> Script:
        name, script = name_of(digest), coming.result()
        if self._packed is not None:
            self._packed[name] = script
        self._known.keep(digest, [name], True)
        return name, script


def as_json(value: Any) -> bytes:
    """Write a value as JSON; texts that are no Unicode are mended."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        return orjson.dumps(_mended(value), option=orjson.OPT_SERIALIZE_NUMPY)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_mended(name): _mended(each) for name, each in value.items()}
    return [_mended(each) for each in value] if isinstance(value, list | tuple) else value
