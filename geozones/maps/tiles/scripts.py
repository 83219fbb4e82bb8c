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
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import orjson

_LEVEL = 6
_WAITING = 4

Script = tuple[str, bytes]
NOTHING: Mapping[str, bytes] = {}


def pack(content: bytes, packed: Mapping[str, bytes] = NOTHING) -> Script:
    """Write bytes as a script, unless it is among those packed already.

    Returns
    -------
    The name, 12 letters made from the content, and the script, ASCII alone.
    """
    name = hashlib.sha256(content).hexdigest()[:12]
    if name in packed:
        return name, packed[name]
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    deflated = deflater.compress(content) + deflater.flush()
    return name, b'GZ.take("%s",()=>{/*%s*/});\n' % (name.encode(), base64.b64encode(deflated))


def pack_all(contents: Iterable[bytes], packed: Mapping[str, bytes] = NOTHING) -> Iterator[Script]:
    """Write many contents as scripts, in their order, on all processors while the next contents are made.

    Those packed already, by name, are taken as they are.
    """
    processors = min(4, os.cpu_count() or 1)
    coming: deque[Future[Script]] = deque()
    with ThreadPoolExecutor(max_workers=processors) as pool:
        for content in contents:
            coming.append(pool.submit(pack, content, packed))
            if len(coming) > _WAITING * processors:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


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
