"""Zone mapping and land allocation for a region's industrial zones."""

__version__ = "0.1.0"
