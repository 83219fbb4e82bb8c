"""Text cells that no spreadsheet program takes for a formula."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_DANGEROUS = r"^(?:[\t\r\n]|[\s\x{a0}]*[=+\-@＝＋－＠])"
MARK = "'"
"""What stands before a text that would otherwise begin like a formula."""


def make_harmless(texts: pd.Series) -> pd.Series:
    """Put an apostrophe before every text that a spreadsheet program could take for a formula.

    Such a text begins, after any blanks, with `=`, `+`, `-`, `@` (or their wide forms), or with a tab or a line
    break. Missing values stay missing.
    """
    written = pa.array(texts.astype("str"), pa.string(), from_pandas=True)
    dangerous = pc.match_substring_regex(written, _DANGEROUS)
    if not pc.any(dangerous).as_py():
        return texts
    marked = pc.if_else(dangerous, pc.binary_join_element_wise(MARK, written, ""), written)
    return pd.Series(marked.to_pylist(), index=texts.index, dtype="object")
