"""The only reader and writer of vector sources."""

from geozones.layers.layer import Layer
from geozones.layers.read import read_allocations, read_coverage_area, read_layer

__all__ = ["Layer", "read_allocations", "read_coverage_area", "read_layer"]
