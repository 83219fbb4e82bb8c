"""Strips, minimum distances, sanitary zones: what may be built where, how much of a plot is left, and why."""

from geozones.restrictions.usable import UsableLand, find_usable

__all__ = ["UsableLand", "find_usable"]
