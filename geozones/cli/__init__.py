"""The command line: parse, call, print. `main` turns every error into its message and exit code."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the entry point `geozones`."""
    from geozones.cli.app import run

    sys.exit(run(sys.argv[1:]))
