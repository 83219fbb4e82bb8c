"""The only reader and writer of vector sources."""

from geozones.layers.describe import FileDescription, LayerDescription, describe_file
from geozones.layers.isolation import ChildLimits, IsolatedReader
from geozones.layers.layer import Layer
from geozones.layers.read import read_allocations, read_coverage_area, read_layer
from geozones.layers.write import WRITABLE, write_layer

__all__ = [
    "WRITABLE",
    "ChildLimits",
    "FileDescription",
    "IsolatedReader",
    "Layer",
    "LayerDescription",
    "describe_file",
    "read_allocations",
    "read_coverage_area",
    "read_layer",
    "write_layer",
]
