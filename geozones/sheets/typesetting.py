"""PDF from a typst template and data; fonts come with the compiler, so any machine gives the same bytes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst

from geozones.errors import InternalError
from geozones.i18n import N_


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)


def typeset(template: str, data: Mapping[str, Any], *, day: dt.date) -> bytes:
    """Set a sheet.

    Parameters
    ----------
    template
        Text of a typst document; it reads its data by `json(bytes(sys.inputs.data))`.
    data
        What it says: plain values, lists and mappings. Strings are data to typst, never markup.
    day
        The day that the PDF is stamped with, in the place of the moment of its making.

    Returns
    -------
    The bytes of the PDF, the same for the same input.

    Raises
    ------
    InternalError
        The template does not compile with this data.
    """
    stamp = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)}
    try:
        pdf = _compiler().compile(template.encode(), sys_inputs=inputs, timestamp=stamp)
    except typst.TypstError as error:
        raise InternalError(N_("A sheet cannot be set: {reason}"), reason=error.message) from error
    if not isinstance(pdf, bytes):
        raise InternalError(N_("A sheet cannot be set: {reason}"), reason="no bytes")
    return pdf
