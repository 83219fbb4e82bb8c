"""The index of the search over all plots: keys in order, cut into scripts of which a page loads those it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geozones.maps.tiles.scripts import as_json
from geozones.maps.values import Texts

SHARD_ROWS = 8192

_FOLD = dict(
    zip("ёәіңғүұқөһйöüı", "еаингуукохиouı".replace("ı", "i"), strict=True)
)  # the letters on the left are searched as those on the right
_TURNS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069«»\"'“”()]"
_BLANKS = "[\\s\u000b\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+"


def fold(texts: Any) -> Any:
    """Write texts as people type them, as `fold` of search.js does: no case, no dots or hooks, no turning marks.

    >>> fold(pa.array(["Қызылорда «Өндіріс»"])).to_pylist()
    ['кызылорда ондирис']
    """
    folded = pc.replace_substring(pc.utf8_lower(texts), "\u0307", "")
    for letter, plain in _FOLD.items():
        folded = pc.replace_substring(folded, letter, plain)
    folded = pc.replace_substring_regex(folded, _TURNS, " ")
    return pc.ascii_trim_whitespace(pc.replace_substring_regex(folded, _BLANKS, " "))


def digits(texts: Any) -> Any:
    """Keep the digits of cadastral numbers.

    >>> digits(pa.array(["19-309:035 0042"])).to_pylist()
    ['193090350042']
    """
    return pc.replace_substring_regex(texts, "[^0-9]", "")


def plain_numbers(texts: Any) -> Any:
    """Write plot numbers as they are searched: folded, without zeros in front.

    >>> plain_numbers(pa.array(["007а", "0"])).to_pylist()
    ['7а', '0']
    """
    return pc.replace_substring_regex(fold(texts), "^0+(.)", "\\1")


@dataclass
class Shards:
    """One index: the first key of every script, and the contents still to be written.

    Parameters
    ----------
    firsts
        First key of every script.
    contents
        JSON of every script: `k` keys, `c` how many places each has, `r` the places, as steps.
    """

    firsts: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)


def make_shards(keys: Any) -> Shards:
    """Sort the keys of all plots and cut them into scripts.

    Parameters
    ----------
    keys
        An Arrow array, the key of every place; missing and empty ones are left out.

    Returns
    -------
    The shards. Keys are in the order of their code points, the places of a key in theirs.
    """
    codes = pc.dictionary_encode(keys)
    names = codes.dictionary
    order = pc.sort_indices(names).to_numpy()
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order] = np.arange(len(names))
    rank[-1] = -1
    ranks = rank[codes.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)]
    if len(names) and names[int(order[0])].as_py() == "":
        ranks = np.where(ranks == 0, -1, ranks)
    places = np.argsort(ranks, kind="stable")
    places = places[np.searchsorted(ranks[places], 0) :]
    sorted_names = names.take(pa.array(order))
    shards = Shards()
    for content, first in _cut(places, ranks[places], sorted_names):
        shards.firsts.append(first)
        shards.contents.append(content)
    return shards


def _cut(places: Any, ranks: Any, names: Any) -> Iterator[tuple[bytes, str]]:
    for start in range(0, len(places), SHARD_ROWS):
        here, of = places[start : start + SHARD_ROWS], ranks[start : start + SHARD_ROWS]
        used, counts = np.unique(of, return_counts=True)
        keys = (
            names.slice(int(used[0]), int(used[-1]) - int(used[0]) + 1).take(pa.array(used - used[0])).to_pylist()
        )
        content = {"k": keys, "r": np.diff(here, prepend=0)}
        if len(keys) < len(here):
            content["c"] = counts
        yield as_json(content), keys[0]


SEARCHED = ("id", "number", "cadastral", "participant")
"""Columns with an index: ids, numbers of plots, cadastral numbers, for internal pages participants."""


INDEX_NAMES = {"participant": "holder"}
"""Names of indexes in the manifest, where they are not those of the columns."""

_WRITERS = {"number": plain_numbers, "cadastral": digits}


def search_keys(column: str, values: Texts) -> Any:
    """Write the texts of one of the columns `SEARCHED`, one or None a place, as its index has them."""
    write = _WRITERS.get(column)
    return values.arrow if write is None else write(values.arrow)
