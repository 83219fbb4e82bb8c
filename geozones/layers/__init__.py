"""The only reader and writer of vector sources.

Names are imported when they are first used, so that the reading process (`isolation.py`) can be started before
the libraries that read are loaded here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geozones.layers.catalogue import describe_database
    from geozones.layers.describe import FileDescription, LayerDescription, describe_file
    from geozones.layers.isolation import ChildLimits, IsolatedReader, share_reader
    from geozones.layers.layer import Layer
    from geozones.layers.read import read_allocations, read_coverage_area, read_layer
    from geozones.layers.write import WRITABLE, write_layer

_HOMES = {
    "WRITABLE": "write",
    "ChildLimits": "isolation",
    "FileDescription": "describe",
    "IsolatedReader": "isolation",
    "Layer": "layer",
    "LayerDescription": "describe",
    "describe_database": "catalogue",
    "describe_file": "describe",
    "read_allocations": "read",
    "read_coverage_area": "read",
    "read_layer": "read",
    "share_reader": "isolation",
    "write_layer": "write",
}

__all__ = [
    "WRITABLE",
    "ChildLimits",
    "FileDescription",
    "IsolatedReader",
    "Layer",
    "LayerDescription",
    "describe_database",
    "describe_file",
    "read_allocations",
    "read_coverage_area",
    "read_layer",
    "share_reader",
    "write_layer",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
