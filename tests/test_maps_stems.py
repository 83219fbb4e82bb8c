"""File names of pages: plain ids as they are, all others safe, short and apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geozones.maps.stems import file_stem


@pytest.mark.parametrize("key", ["karamurt", "zone_2", "a-b", "x" * 64])
def test_a_plain_id_is_the_name(key: str) -> None:
    assert file_stem(key) == key


@pytest.mark.parametrize(
    "key", ["Karamurt", "Қарамұрт", "../../etc", "con", "com1", "", "x" * 65, "a.b", "a b", "\ud800"]
)
def test_others_get_a_hash(key: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,40}-[0-9a-f]{8}", file_stem(key))


@given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
def test_two_ids_never_share_a_name(keys: list[str]) -> None:
    stems = [file_stem(key.encode("utf-8", "replace").decode()) for key in keys]
    same = keys[0].encode("utf-8", "replace") == keys[1].encode("utf-8", "replace")
    assert same or stems[0] != stems[1]
