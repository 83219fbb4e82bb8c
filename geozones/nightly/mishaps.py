"""What a night makes of an error that nobody foresaw: a message, so that the rest of the night goes on."""

from __future__ import annotations

import os
import traceback

from geozones.errors import GeozonesError, InternalError
from geozones.i18n import N_


def is_out_of_memory(error: Exception) -> bool:
    """Say whether an error is want of memory.

    Python also says so of a thread for which there is no stack, and of compiled code that gave up without a word.
    """
    return (
        isinstance(error, MemoryError)
        or (isinstance(error, RuntimeError) and "can't start new thread" in str(error))
        or (isinstance(error, SystemError) and "error return without exception set" in str(error))
    )


def as_error(error: Exception) -> GeozonesError:
    """Turn any error into one of ours; a bug says where it struck, without a folder of this machine."""
    if isinstance(error, GeozonesError):
        return error
    place = traceback.extract_tb(error.__traceback__)[-1]
    return InternalError(
        N_("Internal error, a bug of GeoZones: {kind} at {where}: {text}. Set GEOZONES_DEBUG=1 to see all of it."),
        kind=type(error).__name__,
        where=f"{place.filename.replace(os.sep, '/').rsplit('/', 1)[-1]}:{place.lineno}",
        text=str(error).splitlines()[0] if str(error) else "",
    )
